UNWIND $ids AS wanted
MATCH (f:Function {id: wanted})
RETURN f.id AS id, f.name AS name, f.category AS category, f.catalog AS catalog, f.description AS description
ORDER BY id
