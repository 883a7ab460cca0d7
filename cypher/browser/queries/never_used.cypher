// Functions of a catalog that no row ever used
// :param catalog => 'toolkits'
// Give the line above first, with a name of `magnet-kg catalog list`.
MATCH (f:Function {catalog: $catalog})
WHERE NOT EXISTS { (:SignaturePath)-[:STEP]->(f) }
RETURN f.id AS function, f.category AS category, coalesce(f.executor, 'nothing') AS run_by,
       COUNT { (f)<-[:FEEDS]-() } AS fed_by, COUNT { (f)-[:FEEDS]->() } AS feeds
ORDER BY category, function
LIMIT 500
