UNWIND $rows AS row
MATCH (s:Function {id: row.source})-[r:FEEDS]->(t:Function {id: row.target})
DELETE r
