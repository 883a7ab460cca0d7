// One half of two hops over a concept, f -> concept <- g, met in the concept: the halves are joined there.
UNWIND $ids AS wanted
MATCH (k:Category {id: wanted})<-[:IN_CATEGORY]-(f:Function)
MATCH (f)-[:RETURNS]->(c:Concept)
RETURN k.id AS pool, c.id AS concept, collect(DISTINCT f.id) AS functions
ORDER BY pool, concept
