// Positive verdicts that have this function at either end; a pair of the function with itself comes twice.
MATCH (s:Function {id: $function})-[r:FEEDS]->(t:Function)
RETURN s.id AS source, t.id AS target, r.kind AS kind, r.bindings AS bindings, r.nested AS nested,
       r.confidence AS confidence, r.rationale AS rationale, r.judge AS judge, r.prompt_hash AS prompt_hash,
       r.source_hash AS source_hash, r.target_hash AS target_hash
UNION ALL
MATCH (t:Function {id: $function})<-[r:FEEDS]-(s:Function)
RETURN s.id AS source, t.id AS target, r.kind AS kind, r.bindings AS bindings, r.nested AS nested,
       r.confidence AS confidence, r.rationale AS rationale, r.judge AS judge, r.prompt_hash AS prompt_hash,
       r.source_hash AS source_hash, r.target_hash AS target_hash
