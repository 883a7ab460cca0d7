// Hubs: the functions with the most edges
MATCH (f:Function)
WITH f, COUNT { (f)<-[:FEEDS]-() } AS fed_by, COUNT { (f)-[:FEEDS]->() } AS feeds
ORDER BY fed_by + feeds DESC, f.id LIMIT 25
RETURN f.id AS function, fed_by, feeds, f.category AS category, f.description AS description
