// How do I get from A to B
// :params {from: 'find_contact', to: 'reserve_flight'}
// Give the line above first, with two names or ids of yours: the shortest ways, of four steps at most.
MATCH (a:Function) WHERE $from IN [a.id, a.name]
MATCH (b:Function) WHERE $to IN [b.id, b.name] AND b <> a
MATCH way = allShortestPaths((a)-[:FEEDS*..4]->(b))
RETURN way
LIMIT 25
