MATCH (f:Function)
RETURN 'functions' AS what, count(f) AS number
UNION ALL
MATCH (c:Category)
RETURN 'categories' AS what, count(c) AS number
UNION ALL
MATCH (c:Concept)
RETURN 'concepts' AS what, count(c) AS number
UNION ALL
MATCH (r:Run)
RETURN 'runs' AS what, count(r) AS number
UNION ALL
MATCH (:Function)-[r:REJECTED]->(:Function)
RETURN 'rejected' AS what, count(r) AS number
