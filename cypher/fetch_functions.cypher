UNWIND $ids AS wanted
MATCH (f:Function {id: wanted})
RETURN f.id AS id, f.name AS name, f.category AS category, f.toolkit AS toolkit, f.description AS description,
       f.parameters AS parameters, f.returns AS returns, f.source AS source, f.executor AS executor,
       f.catalog AS catalog, f.original_name AS original_name, f.licence AS licence, f.version AS version
ORDER BY id
