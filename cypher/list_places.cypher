// Where these functions belong: in which category, and to which catalog.
UNWIND $ids AS wanted
MATCH (f:Function {id: wanted})
RETURN f.id AS function, f.category AS category, f.catalog AS catalog
ORDER BY function
