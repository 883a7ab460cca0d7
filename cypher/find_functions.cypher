// Which of these functions are in the graph.
UNWIND $ids AS wanted
MATCH (f:Function {id: wanted})
RETURN f.id AS function
ORDER BY function
