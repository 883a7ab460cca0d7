// Functions that nothing feeds
// What they need besides must come from the person who asks.
MATCH (f:Function)
WHERE NOT EXISTS { (f)<-[:FEEDS]-(:Function) }
RETURN f.id AS function, COLLECT { MATCH (f)-[t:TAKES {required: true}]->(:Concept) RETURN DISTINCT t.name ORDER BY t.name } AS needs,
       COUNT { (f)-[:FEEDS]->() } AS feeds, f.category AS category, f.catalog AS catalog
ORDER BY catalog, category, function
LIMIT 500
