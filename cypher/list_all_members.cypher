MATCH (f:Function)
RETURN '' AS pool, collect(f.id) AS functions
ORDER BY pool
