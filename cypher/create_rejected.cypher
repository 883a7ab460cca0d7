UNWIND $rows AS row
MATCH (s:Function {id: row.source})
MATCH (t:Function {id: row.target})
CREATE (s)-[:REJECTED {reason: row.reason, judge: row.judge, prompt_hash: row.prompt_hash,
                       source_hash: row.source_hash, target_hash: row.target_hash, verdict: row.verdict}]->(t)
