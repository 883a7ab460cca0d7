UNWIND $ids AS wanted
MATCH (f:Function {id: wanted})-[r:RETURNS]->(:Concept)
WITH r LIMIT $limit
DELETE r
RETURN count(*) AS deleted
