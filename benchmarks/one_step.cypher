// What one would write for a random walk: ask where to go from here, at every step.
MATCH (f:Function {id: $id})-[r:FEEDS]->(t:Function)
RETURN t.id AS target
ORDER BY target
