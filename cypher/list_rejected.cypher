// Negative verdicts that have this function at either end; a pair of the function with itself comes twice.
MATCH (s:Function {id: $function})-[r:REJECTED]->(t:Function)
RETURN s.id AS source, t.id AS target, r.reason AS reason, r.judge AS judge, r.prompt_hash AS prompt_hash,
       r.source_hash AS source_hash, r.target_hash AS target_hash
UNION ALL
MATCH (t:Function {id: $function})<-[r:REJECTED]-(s:Function)
RETURN s.id AS source, t.id AS target, r.reason AS reason, r.judge AS judge, r.prompt_hash AS prompt_hash,
       r.source_hash AS source_hash, r.target_hash AS target_hash
