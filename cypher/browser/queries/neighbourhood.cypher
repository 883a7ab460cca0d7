// The neighbourhood of a function
// :param function => 'reserve_flight'
// Give the line above first, with a name or an id of yours: what feeds the function and what it feeds, surest first.
MATCH (f:Function) WHERE $function IN [f.id, f.name]
CALL (f) {
  MATCH (f)<-[e:FEEDS]-(other:Function)
  RETURN e, other ORDER BY e.confidence DESC, other.id LIMIT 10
  UNION
  MATCH (f)-[e:FEEDS]->(other:Function)
  RETURN e, other ORDER BY e.confidence DESC, other.id LIMIT 10
}
RETURN f, e, other
