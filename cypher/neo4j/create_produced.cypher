UNWIND $rows AS row
MATCH (r:Run {id: row.source})
MATCH (p:SignaturePath {id: row.target})
CREATE (r)-[:PRODUCED]->(p)
