MATCH (:Function)-[r:FEEDS]->(:Function)
RETURN r.kind AS kind, r.nested AS nested, count(r) AS number
ORDER BY kind, nested
