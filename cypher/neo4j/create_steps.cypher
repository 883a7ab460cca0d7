UNWIND $rows AS row
MATCH (p:SignaturePath {id: row.source})
MATCH (f:Function {id: row.target})
CREATE (p)-[:STEP {step: row.step, turn: row.turn, position: row.position, role: row.role,
                   operation: row.operation}]->(f)
