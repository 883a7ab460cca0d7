UNWIND $rows AS row
MATCH (f:Function {id: row.id})
DETACH DELETE f
