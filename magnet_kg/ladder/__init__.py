"""The paper's ladder: the same model taught with one operation more at each rung, and what each of them is worth."""
