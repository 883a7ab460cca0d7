// One step back from a frontier.
UNWIND $ids AS wanted
MATCH (f:Function {id: wanted})<-[:FEEDS]-(o:Function)
RETURN f.id AS function, collect(o.id) AS others
ORDER BY function
