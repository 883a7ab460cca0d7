UNWIND $rows AS row
MATCH (f:Function {id: row.source})
MATCH (c:Concept {id: row.target})
CREATE (f)-[:RETURNS {path: row.path, type: row.type}]->(c)
