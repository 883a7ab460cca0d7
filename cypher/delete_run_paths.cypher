// As many as fit one transaction, again until none is left.
MATCH (r:Run {id: $run})-[:PRODUCED]->(p:SignaturePath)
WITH p LIMIT $limit
DETACH DELETE p
RETURN count(*) AS deleted
