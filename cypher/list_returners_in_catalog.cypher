UNWIND $ids AS wanted
MATCH (f:Function {catalog: wanted})-[:RETURNS]->(c:Concept)
RETURN f.catalog AS pool, c.id AS concept, collect(DISTINCT f.id) AS functions
ORDER BY pool, concept
