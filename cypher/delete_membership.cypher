UNWIND $ids AS wanted
MATCH (f:Function {id: wanted})-[r:IN_CATEGORY]->(:Category)
WITH r LIMIT $limit
DELETE r
RETURN count(*) AS deleted
