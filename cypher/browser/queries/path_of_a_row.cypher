// The path behind a row
// :params {run: 'quick', row: 'multi_turn-00003.0'}
// Give the line above first: what the row calls in which turn (the number at each arrow), and the edges between.
MATCH (r:Run {id: $run})-[:PRODUCED]->(p:SignaturePath)
WHERE p.row = $row OR p.row STARTS WITH $row + '.'
MATCH (p)-[s:STEP]->(f:Function)
OPTIONAL MATCH (f)-[e:FEEDS]->(g:Function) WHERE EXISTS { (p)-[:STEP]->(g) }
RETURN p, s, f, e, g
