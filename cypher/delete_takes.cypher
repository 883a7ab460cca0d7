UNWIND $rows AS row
MATCH (f:Function {id: row.id})-[r:TAKES]->(:Concept)
DELETE r
