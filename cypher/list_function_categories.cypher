MATCH (f:Function)
RETURN f.id AS function, f.category AS category
ORDER BY function
