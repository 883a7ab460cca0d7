// From where one step along the edges leads to each of these functions.
UNWIND $ids AS wanted
MATCH (t:Function {id: wanted})<-[:FEEDS]-(s:Function)
RETURN t.id AS function, collect(s.id) AS others
ORDER BY function
