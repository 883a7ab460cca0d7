"""What a model is asked, one module a task: `request` writes the question, `read` makes a record of the answer."""
