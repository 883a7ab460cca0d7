UNWIND $rows AS row
MATCH (f:Function {id: row.id})
SET f.content_hash = row.content_hash, f.concepts_hash = row.concepts_hash
