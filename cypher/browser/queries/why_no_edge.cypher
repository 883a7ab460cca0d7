// Why is there no edge between A and B
// :params {from: 'get_weather_now', to: 'reserve_flight'}
// Give the line above first, with two names or ids of yours: the verdicts in both directions, with the judge's reason.
MATCH (a:Function) WHERE $from IN [a.id, a.name]
MATCH (b:Function) WHERE $to IN [b.id, b.name] AND b <> a
UNWIND [[a, b], [b, a]] AS pair
WITH pair[0] AS source, pair[1] AS target
OPTIONAL MATCH (source)-[yes:FEEDS]->(target)
OPTIONAL MATCH (source)-[no:REJECTED]->(target)
RETURN source.id AS source, target.id AS target,
       CASE WHEN yes IS NOT NULL THEN 'there is one: ' + yes.kind WHEN no IS NOT NULL THEN 'rejected' ELSE 'not judged' END AS verdict,
       coalesce(yes.rationale, no.reason, 'the pair was not among the candidates') AS reason,
       coalesce(yes.judge, no.judge) AS judge
ORDER BY source, target
