"""The catalog `everyday`: functions of everyday knowledge, a family a line, each in several dresses."""
