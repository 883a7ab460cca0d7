// The functions of the category that each of these functions belongs to.
UNWIND $ids AS wanted
MATCH (f:Function {id: wanted})-[:IN_CATEGORY]->(c:Category)
WITH DISTINCT c
MATCH (c)<-[:IN_CATEGORY]-(m:Function)
RETURN c.id AS category, collect(m.id) AS functions
ORDER BY category
