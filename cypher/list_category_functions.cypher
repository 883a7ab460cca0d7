MATCH (c:Category {id: $category})<-[:IN_CATEGORY]-(f:Function)
RETURN f.id AS function
ORDER BY function
