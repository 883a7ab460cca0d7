MATCH (c:Concept)
WHERE NOT EXISTS { MATCH (c)<-[:TAKES]-(:Function) } AND NOT EXISTS { MATCH (c)<-[:RETURNS]-(:Function) }
DELETE c
