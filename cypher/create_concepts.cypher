// Merged, because another process may have made one meanwhile.
UNWIND $rows AS row
MERGE (n:Concept {id: row.id})
