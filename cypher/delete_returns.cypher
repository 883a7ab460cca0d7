UNWIND $rows AS row
MATCH (f:Function {id: row.id})-[r:RETURNS]->(:Concept)
DELETE r
