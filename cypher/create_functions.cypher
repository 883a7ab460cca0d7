// Hashes stay empty until everything that belongs to the function is written (seal_functions).
UNWIND $rows AS row
CREATE (f:Function {id: row.id, name: row.name, category: row.category, toolkit: row.toolkit,
                    description: row.description, parameters: row.parameters, returns: row.returns,
                    source: row.source, executor: row.executor, catalog: row.catalog,
                    original_name: row.original_name, licence: row.licence, version: row.version,
                    content_hash: '', concepts_hash: '', judged_hash: ''})
