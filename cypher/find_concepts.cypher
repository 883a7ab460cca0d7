// Which of these are in the graph.
UNWIND $ids AS wanted
MATCH (n:Concept {id: wanted})
RETURN n.id AS id
ORDER BY id
