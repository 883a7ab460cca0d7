UNWIND $rows AS row
MATCH (f:Function {id: row.source})
MATCH (c:Category {id: row.target})
CREATE (f)-[:IN_CATEGORY]->(c)
