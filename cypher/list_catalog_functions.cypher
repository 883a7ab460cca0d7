MATCH (f:Function)
WHERE f.catalog = $catalog
RETURN f.id AS id, f.name AS name, f.toolkit AS toolkit, f.category AS category,
       coalesce(f.original_name, f.name) AS original_name, f.description AS description
ORDER BY id
