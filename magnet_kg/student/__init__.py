"""The model that is taught: its chat template, its tokens, and how it is asked."""
