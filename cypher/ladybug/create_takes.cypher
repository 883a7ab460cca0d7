COPY TAKES(name, type, required) FROM $rows
