COPY REJECTED(reason, judge, prompt_hash, source_hash, target_hash, verdict) FROM $rows
