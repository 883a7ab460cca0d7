UNWIND $rows AS row
MATCH (f:Function {id: row.id})-[r:REJECTED]->(:Function)
DELETE r
