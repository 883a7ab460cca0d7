// By the name that a model calls, or by the one in the source.
MATCH (f:Function)
WHERE f.name = $name OR f.original_name = $name
RETURN f.id AS function
ORDER BY function
