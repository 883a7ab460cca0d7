MATCH (f:Function)
WHERE f.catalog = $catalog
RETURN f.id AS id, f.name AS name, f.category AS category, f.toolkit AS toolkit, f.description AS description,
       coalesce(f.original_name, f.name) AS original_name
ORDER BY id
