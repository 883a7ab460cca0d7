// Of each function of a catalog, what the user may have named it by.
MATCH (f:Function)
WHERE f.catalog = $catalog
RETURN f.id AS id, f.name AS name, f.toolkit AS toolkit, coalesce(f.original_name, f.name) AS original_name
ORDER BY id
