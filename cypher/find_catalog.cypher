MATCH (f:Function {catalog: $catalog})
RETURN f.catalog AS catalog
LIMIT 1
