UNWIND $rows AS row
MERGE (c:Category {id: row.id})
