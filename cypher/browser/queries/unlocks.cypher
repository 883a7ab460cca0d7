// What does this function unlock
// :param function => 'list_cards'
// Give the line above first, with a name or an id of yours: the functions that it feeds, by the values that they take.
MATCH (f:Function) WHERE $function IN [f.id, f.name]
MATCH (f)-[e:FEEDS]->(unlocked:Function)
WITH f, e, unlocked ORDER BY e.confidence DESC, unlocked.id LIMIT 30
OPTIONAL MATCH value = (f)-[:RETURNS]->(:Concept)<-[:TAKES {required: true}]-(unlocked)
RETURN f, CASE WHEN value IS NULL THEN e END AS e, unlocked, value
