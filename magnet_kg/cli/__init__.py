"""The `magnet-kg` command, one module a command group."""
