// Statements are separated by semicolons and sent one by one; all of them may be sent again.
CREATE CONSTRAINT function_id IF NOT EXISTS FOR (f:Function) REQUIRE f.id IS UNIQUE;
CREATE CONSTRAINT category_id IF NOT EXISTS FOR (c:Category) REQUIRE c.id IS UNIQUE;
CREATE CONSTRAINT concept_id IF NOT EXISTS FOR (c:Concept) REQUIRE c.id IS UNIQUE;
CREATE CONSTRAINT run_id IF NOT EXISTS FOR (r:Run) REQUIRE r.id IS UNIQUE;
CREATE CONSTRAINT path_id IF NOT EXISTS FOR (p:SignaturePath) REQUIRE p.id IS UNIQUE;
CREATE INDEX function_catalog IF NOT EXISTS FOR (f:Function) ON (f.catalog);
