// What each catalog was read from, and how many functions came from there.
MATCH (f:Function)
RETURN coalesce(f.catalog, '') AS catalog, f.source AS origin, coalesce(f.licence, '') AS licence,
       coalesce(f.version, '') AS version, count(*) AS functions
ORDER BY catalog, origin, licence, version
