MATCH (f:Function)-[:RETURNS]->(c:Concept)
RETURN '' AS pool, c.id AS concept, collect(DISTINCT f.id) AS functions
ORDER BY concept
