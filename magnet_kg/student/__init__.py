"""The model that is taught: its chat template, its tokens, how it is asked, and how its answers are read."""
