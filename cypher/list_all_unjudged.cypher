// All functions that bring pairs which may have no verdict yet. $catalog is '' for all catalogs.
MATCH (f:Function)
WHERE coalesce(f.judged_hash, '') <> f.content_hash AND ($catalog = '' OR f.catalog = $catalog)
RETURN f.id AS function
ORDER BY function
