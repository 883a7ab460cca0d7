// $path is the id of the path: <run>/<row>.
MATCH (p:SignaturePath {id: $path})-[s:STEP]->(f:Function)
RETURN s.turn AS turn, s.position AS position, s.step AS step, f.id AS function, s.role AS role,
       s.operation AS operation
ORDER BY turn, position
