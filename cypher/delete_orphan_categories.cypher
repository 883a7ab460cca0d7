MATCH (c:Category)
WHERE NOT EXISTS { MATCH (c)<-[:IN_CATEGORY]-(:Function) }
DELETE c
