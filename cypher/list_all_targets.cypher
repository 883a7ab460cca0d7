MATCH (s:Function)-[:FEEDS]->(t:Function)
RETURN s.id AS function, collect(t.id) AS targets
ORDER BY function
