UNWIND $ids AS wanted
MATCH (f:Function {catalog: wanted})
RETURN f.catalog AS pool, collect(f.id) AS functions
ORDER BY pool
