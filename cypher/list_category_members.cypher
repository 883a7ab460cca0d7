UNWIND $ids AS wanted
MATCH (c:Category {id: wanted})<-[:IN_CATEGORY]-(f:Function)
RETURN c.id AS pool, collect(f.id) AS functions
ORDER BY pool
