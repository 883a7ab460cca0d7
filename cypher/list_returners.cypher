UNWIND $ids AS wanted
MATCH (c:Concept {id: wanted})<-[:RETURNS]-(f:Function)
RETURN c.id AS concept, collect(DISTINCT f.id) AS functions
ORDER BY concept
