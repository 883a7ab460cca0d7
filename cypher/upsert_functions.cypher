// Hashes stay empty until everything that belongs to the function is written (seal_functions): a function whose
// writing was interrupted counts as changed and is written again.
UNWIND $rows AS row
MERGE (f:Function {id: row.id})
SET f.name = row.name, f.category = row.category, f.toolkit = row.toolkit, f.description = row.description,
    f.parameters = row.parameters, f.returns = row.returns, f.source = row.source, f.executor = row.executor,
    f.catalog = row.catalog, f.original_name = row.original_name, f.licence = row.licence, f.version = row.version,
    f.content_hash = '', f.concepts_hash = '', f.judged_hash = ''
