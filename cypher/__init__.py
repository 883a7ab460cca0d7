"""Every Cypher text of the project: one named query a file; `schema.<dialect>.cypher` lists statements."""
