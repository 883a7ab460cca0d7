COPY FEEDS(kind, bindings, nested, confidence, rationale, judge, prompt_hash, source_hash, target_hash, verdict) FROM $rows
