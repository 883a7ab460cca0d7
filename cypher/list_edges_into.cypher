UNWIND $ids AS wanted
MATCH (t:Function {id: wanted})<-[r:FEEDS]-(s:Function)
RETURN t.id AS function,
       collect({other: s.id, kind: r.kind, bindings: r.bindings, nested: r.nested, confidence: r.confidence,
                rationale: r.rationale, judge: r.judge, verdict: r.verdict}) AS edges
ORDER BY function
