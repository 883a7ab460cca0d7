"""A real small model behind a real server: see `make test-model`."""
