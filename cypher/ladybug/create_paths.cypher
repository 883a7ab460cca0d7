COPY SignaturePath(id, row, kind, seed, world) FROM $rows
