MATCH (f:Function)-[r:FEEDS]->(:Function)
RETURN f.id AS function, count(r) AS degree
ORDER BY function
