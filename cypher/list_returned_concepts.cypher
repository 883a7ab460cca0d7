// What the outputs of these functions mean.
UNWIND $ids AS wanted
MATCH (f:Function {id: wanted})-[:RETURNS]->(c:Concept)
RETURN f.id AS function, collect(DISTINCT c.id) AS concepts
ORDER BY function
