COPY Category(id) FROM $rows
