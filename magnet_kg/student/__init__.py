"""The model that is taught: how it is asked, how its answers are read, and how it runs from a folder."""
