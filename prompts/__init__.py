"""The prompt texts, one file a task, with its version in its front matter."""
