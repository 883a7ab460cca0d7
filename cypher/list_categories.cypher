MATCH (c:Category)
RETURN c.id AS category
ORDER BY category
