UNWIND $ids AS wanted
MATCH (s:Function {id: wanted})-[r:FEEDS]->(t:Function)
RETURN s.id AS function,
       collect({other: t.id, kind: r.kind, bindings: r.bindings, nested: r.nested, confidence: r.confidence,
                rationale: r.rationale, judge: r.judge, verdict: r.verdict}) AS edges
ORDER BY function
