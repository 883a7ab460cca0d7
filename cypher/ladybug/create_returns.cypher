COPY RETURNS(path, type) FROM $rows
