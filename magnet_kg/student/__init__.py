"""The model that is taught: its chat template and tokens, how it is asked and read, how it runs from a folder."""
