UNWIND $rows AS row
MATCH (s:Function {id: row.source})-[r:REJECTED]->(t:Function {id: row.target})
DELETE r
