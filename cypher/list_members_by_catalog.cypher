MATCH (f:Function)
RETURN coalesce(f.catalog, '') AS catalog, collect(f.id) AS functions
ORDER BY catalog
