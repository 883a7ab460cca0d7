// What of these functions is stored, to see what must be written.
UNWIND $ids AS wanted
MATCH (f:Function {id: wanted})
RETURN f.id AS function, f.content_hash AS content_hash, f.concepts_hash AS concepts_hash,
       f.source AS origin, f.executor AS executor, f.catalog AS catalog, f.original_name AS original_name,
       f.licence AS licence, f.version AS version
ORDER BY function
