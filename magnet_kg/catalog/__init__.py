"""Catalogs: functions read through loaders, with a name for what each of their values is."""
