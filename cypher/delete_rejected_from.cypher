UNWIND $ids AS wanted
MATCH (f:Function {id: wanted})-[r:REJECTED]->(:Function)
WITH r LIMIT $limit
DELETE r
RETURN count(*) AS deleted
