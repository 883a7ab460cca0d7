UNWIND $rows AS row
OPTIONAL MATCH (f:Function {id: row.id})
RETURN row.id AS function,
       CASE WHEN f.id IS NULL THEN 'new'
            WHEN f.content_hash <> row.content_hash THEN 'changed'
            ELSE 'unchanged' END AS state
ORDER BY function
