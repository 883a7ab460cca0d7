UNWIND $rows AS row
MATCH (f:Function {id: row.id})-[r:IN_CATEGORY]->(:Category)
DELETE r
