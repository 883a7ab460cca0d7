MATCH (r:Run {id: $run})
DETACH DELETE r
