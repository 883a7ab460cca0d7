"""Any chat model as the teacher: one module a task, and what carries calls to providers."""
