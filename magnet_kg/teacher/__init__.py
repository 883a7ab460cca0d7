"""Teachers: whoever judges dependencies and writes the sentences, by rules or as a model."""
