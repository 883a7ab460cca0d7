COPY STEP(step, turn, position, role, operation) FROM $rows
