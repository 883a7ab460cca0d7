// The functions of a catalog, with what can run them.
MATCH (f:Function)
WHERE f.catalog = $catalog
RETURN f.id AS id, f.name AS name, f.toolkit AS toolkit, f.category AS category,
       coalesce(f.original_name, f.name) AS original_name, f.description AS description, f.executor AS executor
ORDER BY id
