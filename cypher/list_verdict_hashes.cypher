// Which verdict stands between these functions and any other, whatever it was judged from.
UNWIND $ids AS wanted
MATCH (s:Function {id: wanted})-[r:FEEDS]->(t:Function)
RETURN s.id AS source, collect({target: t.id, verdict: r.verdict}) AS verdicts
UNION ALL
UNWIND $ids AS wanted
MATCH (s:Function {id: wanted})-[r:REJECTED]->(t:Function)
RETURN s.id AS source, collect({target: t.id, verdict: r.verdict}) AS verdicts
