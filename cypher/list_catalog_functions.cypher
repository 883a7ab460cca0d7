// The functions of a catalog, with what can run them.
MATCH (f:Function)
WHERE f.catalog = $catalog
RETURN f.id AS function, f.executor AS executor
ORDER BY function
