// What the parameters and outputs of these functions mean.
UNWIND $ids AS wanted
MATCH (f:Function {id: wanted})-[:TAKES]->(c:Concept)
RETURN DISTINCT c.id AS concept
UNION
UNWIND $ids AS wanted
MATCH (f:Function {id: wanted})-[:RETURNS]->(c:Concept)
RETURN DISTINCT c.id AS concept
