// Statements are separated by semicolons and sent one by one; all of them may be sent again.
CREATE NODE TABLE IF NOT EXISTS Function(
  id STRING PRIMARY KEY, name STRING, category STRING, toolkit STRING, description STRING, parameters STRING,
  returns STRING, source STRING, executor STRING, content_hash STRING, concepts_hash STRING, judged_hash STRING,
  catalog STRING, original_name STRING, licence STRING, version STRING);
CREATE NODE TABLE IF NOT EXISTS Category(id STRING PRIMARY KEY);
CREATE NODE TABLE IF NOT EXISTS Concept(id STRING PRIMARY KEY);
CREATE NODE TABLE IF NOT EXISTS Run(id STRING PRIMARY KEY, recipe STRING, seed INT64);
CREATE NODE TABLE IF NOT EXISTS SignaturePath(
  id STRING PRIMARY KEY, row STRING, kind STRING, seed INT64, world INT64);
CREATE REL TABLE IF NOT EXISTS IN_CATEGORY(FROM Function TO Category);
CREATE REL TABLE IF NOT EXISTS TAKES(FROM Function TO Concept, name STRING, type STRING, required BOOLEAN);
CREATE REL TABLE IF NOT EXISTS RETURNS(FROM Function TO Concept, path STRING, type STRING);
CREATE REL TABLE IF NOT EXISTS FEEDS(
  FROM Function TO Function, kind STRING, bindings STRING, nested BOOLEAN, confidence DOUBLE, rationale STRING,
  judge STRING, prompt_hash STRING, source_hash STRING, target_hash STRING, verdict STRING);
CREATE REL TABLE IF NOT EXISTS REJECTED(
  FROM Function TO Function, reason STRING, judge STRING, prompt_hash STRING, source_hash STRING,
  target_hash STRING, verdict STRING);
CREATE REL TABLE IF NOT EXISTS PRODUCED(FROM Run TO SignaturePath);
CREATE REL TABLE IF NOT EXISTS STEP(
  FROM SignaturePath TO Function, step STRING, turn INT64, position INT64, role STRING, operation STRING);
