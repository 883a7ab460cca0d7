"""The rules teacher: honest turns composed without a model (the default, offline)."""
