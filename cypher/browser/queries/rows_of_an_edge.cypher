// Which rows of run R used this edge
// :params {run: 'quick', from: 'find_contact', to: 'send_text_message'}
// Give the line above first. Rows whose path calls B after A; `magnet-kg show` tells of each what B took from A.
MATCH (a:Function)-[e:FEEDS]->(b:Function) WHERE $from IN [a.id, a.name] AND $to IN [b.id, b.name]
MATCH (:Run {id: $run})-[:PRODUCED]->(p:SignaturePath)-[before:STEP]->(a)
MATCH (p)-[after:STEP]->(b)
WHERE before.turn < after.turn OR before.turn = after.turn AND before.position < after.position
RETURN p.row AS row, p.kind AS kind, a.id AS source, before.turn + 1 AS turn_of_source, b.id AS target,
       after.turn + 1 AS turn_of_target, after.operation AS operation, e.kind AS edge, e.rationale AS rationale
ORDER BY turn_of_target - turn_of_source, row
LIMIT 200
