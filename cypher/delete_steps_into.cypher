UNWIND $ids AS wanted
MATCH (f:Function {id: wanted})<-[r:STEP]-(:SignaturePath)
WITH r LIMIT $limit
DELETE r
RETURN count(*) AS deleted
