COPY Concept(id) FROM $rows
