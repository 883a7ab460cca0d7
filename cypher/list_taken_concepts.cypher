// What the parameters of these functions mean.
UNWIND $ids AS wanted
MATCH (f:Function {id: wanted})-[:TAKES]->(c:Concept)
RETURN f.id AS function, collect(DISTINCT c.id) AS concepts
ORDER BY function
