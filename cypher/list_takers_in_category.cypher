// One half of two hops over a concept, (f)-[:RETURNS]->(concept)<-[:TAKES]-(g): the halves are joined where they meet.
// `needing` cannot be called without it. What lies inside of a larger value is not handed over by itself.
UNWIND $ids AS wanted
MATCH (k:Category {id: wanted})<-[:IN_CATEGORY]-(f:Function)
MATCH (f)-[r:TAKES]->(c:Concept)
WHERE NOT r.name CONTAINS '.'
RETURN k.id AS pool, c.id AS concept, collect(DISTINCT f.id) AS functions,
       collect(DISTINCT CASE WHEN r.required THEN f.id END) AS needing
ORDER BY pool, concept
