"""What people get for Neo4j Browser: a style, saved queries (one a file; the first line is the title), and a guide."""
