"""How functions are asked for and reported of which nothing is known but name, description and schema."""
