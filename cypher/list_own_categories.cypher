UNWIND $ids AS wanted
MATCH (f:Function {id: wanted})-[:IN_CATEGORY]->(c:Category)
RETURN DISTINCT c.id AS category
ORDER BY category
