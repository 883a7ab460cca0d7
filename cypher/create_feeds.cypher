UNWIND $rows AS row
MATCH (s:Function {id: row.source})
MATCH (t:Function {id: row.target})
CREATE (s)-[:FEEDS {kind: row.kind, bindings: row.bindings, nested: row.nested, confidence: row.confidence,
                    rationale: row.rationale, judge: row.judge, prompt_hash: row.prompt_hash,
                    source_hash: row.source_hash, target_hash: row.target_hash, verdict: row.verdict}]->(t)
