"""What a server says instead of an answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from model_server.faults import Outage


@dataclass(frozen=True)
class Problem:
    """An error; `retry_after` in seconds, told as an HTTP date if `as_date`."""

    status: int
    text: str
    code: str | None = None
    retry_after: float | None = None
    as_date: bool = False

    @property
    def headers(self) -> dict[str, str]:
        """When to come back."""
        if self.retry_after is None:
            return {}
        later = datetime.now(UTC) + timedelta(seconds=self.retry_after)
        return {"retry-after": format_datetime(later, usegmt=True) if self.as_date else f"{self.retry_after:g}"}


NO_SCHEMA_MODE = Problem(400, "This model does not take a response format of type json_schema.", "unsupported_value")
NO_TOOLS = Problem(400, "This model does not take tools.", "unsupported_value")
PROBLEMS: dict[Outage, Problem] = {
    "unavailable": Problem(503, "The model is overloaded. Please try again later."),
    "server_error": Problem(500, "The server had an error while it processed the request."),
    "unauthorized": Problem(401, "The API key is not valid. Please pass a valid API key.", "invalid_api_key"),
    "unknown_model": Problem(404, "The model does not exist, or you have no access to it.", "model_not_found"),
    "too_long": Problem(400, "The model's maximum context length is exceeded.", "context_length_exceeded"),
}


def limited(retry_after: float | None, as_date: bool = False) -> Problem:
    """Too many requests."""
    return Problem(429, "Rate limit reached. Please try again later.", "rate_limit_exceeded", retry_after, as_date)
