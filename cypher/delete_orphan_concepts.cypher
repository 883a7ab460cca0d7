// Those of these concepts that no function uses any more.
UNWIND $ids AS wanted
MATCH (c:Concept {id: wanted})
WHERE NOT EXISTS { MATCH (c)<-[:TAKES]-(:Function) } AND NOT EXISTS { MATCH (c)<-[:RETURNS]-(:Function) }
DELETE c
