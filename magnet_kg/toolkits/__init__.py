"""The toolkits: one folder each, with its code and its phrases; adding one changes nothing else."""
