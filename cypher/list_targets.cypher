// Where one step along the edges leads from each of these functions.
UNWIND $ids AS wanted
MATCH (s:Function {id: wanted})-[:FEEDS]->(t:Function)
RETURN s.id AS function, collect(t.id) AS others
ORDER BY function
