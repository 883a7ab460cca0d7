UNWIND $ids AS wanted
MATCH (f:Function {id: wanted})-[r:TAKES]->(:Concept)
WITH r LIMIT $limit
DELETE r
RETURN count(*) AS deleted
