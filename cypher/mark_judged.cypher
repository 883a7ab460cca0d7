// Every pair that these functions bring has a verdict, as long as their content stays as it is.
UNWIND $rows AS row
MATCH (f:Function {id: row.id})
SET f.judged_hash = row.content_hash
