// Which verdict stands between these functions and any other, whatever it was judged from.
UNWIND $ids AS wanted
MATCH (s:Function {id: wanted})-[r:FEEDS]->(t:Function)
RETURN s.id AS source, t.id AS target, r.verdict AS verdict
UNION ALL
UNWIND $ids AS wanted
MATCH (s:Function {id: wanted})-[r:REJECTED]->(t:Function)
RETURN s.id AS source, t.id AS target, r.verdict AS verdict
