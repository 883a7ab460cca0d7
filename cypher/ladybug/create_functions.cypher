COPY Function(id, name, category, toolkit, description, parameters, returns, source, executor, catalog, original_name, licence, version, content_hash, concepts_hash, judged_hash) FROM $rows
