// Which of these functions belong to another catalog.
UNWIND $ids AS wanted
MATCH (f:Function {id: wanted})
WHERE coalesce(f.catalog, '') <> $catalog
RETURN f.id AS function, coalesce(f.catalog, '') AS catalog
ORDER BY function
