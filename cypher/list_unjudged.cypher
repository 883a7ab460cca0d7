// Which of these functions bring pairs that may have no verdict yet: new ones, changed ones, those of an interrupted build.
UNWIND $ids AS wanted
MATCH (f:Function {id: wanted})
WHERE coalesce(f.judged_hash, '') <> f.content_hash
RETURN f.id AS function
ORDER BY function
