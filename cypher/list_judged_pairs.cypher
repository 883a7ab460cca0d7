// Pairs with a verdict on the functions as they are now.
UNWIND $ids AS wanted
MATCH (s:Function {id: wanted})-[r:FEEDS]->(t:Function)
WHERE r.source_hash = s.content_hash AND r.target_hash = t.content_hash
RETURN s.id AS source, collect(t.id) AS targets
UNION ALL
UNWIND $ids AS wanted
MATCH (s:Function {id: wanted})-[r:REJECTED]->(t:Function)
WHERE r.source_hash = s.content_hash AND r.target_hash = t.content_hash
RETURN s.id AS source, collect(t.id) AS targets
