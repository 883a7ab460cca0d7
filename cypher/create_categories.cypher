// Merged, because another process may have made one meanwhile.
UNWIND $rows AS row
MERGE (n:Category {id: row.id})
