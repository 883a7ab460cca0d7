UNWIND $rows AS row
CREATE (p:SignaturePath {id: row.id, row: row.row, kind: row.kind, seed: row.seed, world: row.world})
