// Those of these categories that have no function left.
UNWIND $ids AS wanted
MATCH (c:Category {id: wanted})
WHERE NOT EXISTS { MATCH (c)<-[:IN_CATEGORY]-(:Function) }
DELETE c
