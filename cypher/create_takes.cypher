UNWIND $rows AS row
MATCH (f:Function {id: row.source})
MATCH (c:Concept {id: row.target})
CREATE (f)-[:TAKES {name: row.name, type: row.type, required: row.required}]->(c)
