"""What a function of a toolkit raises where a real API would answer with an error."""


class ToolError(Exception):
    """What a real API would answer instead of a result.

    Args:
        code: a stable short code such as "not_found".
        message: a sentence for a person, naming the value that is wrong.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message
