UNWIND $rows AS row
MATCH (f:Function {id: row.id})<-[r:FEEDS]-(:Function)
DELETE r
