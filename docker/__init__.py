"""What runs Neo4j: with Docker (compose.yaml, Dockerfile), or from Maven without it (pom.xml)."""
