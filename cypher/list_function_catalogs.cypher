MATCH (f:Function)
RETURN f.id AS function, f.catalog AS catalog
ORDER BY function
