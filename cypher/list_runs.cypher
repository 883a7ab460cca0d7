MATCH (r:Run)
OPTIONAL MATCH (r)-[:PRODUCED]->(p:SignaturePath)
RETURN r.id AS run, r.recipe AS recipe, r.seed AS seed, count(p) AS paths
ORDER BY run
