UNWIND $ids AS wanted
MATCH (f:Function {id: wanted})<-[r:FEEDS]-(:Function)
WITH r LIMIT $limit
DELETE r
RETURN count(*) AS deleted
