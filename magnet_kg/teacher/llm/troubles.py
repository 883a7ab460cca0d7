"""What an error of a client library means: one of the neutral failures of `reply`, or a MagnetError."""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Iterator, Mapping
from email.utils import parsedate_to_datetime
from typing import Any

from magnet_kg.domain.errors import MagnetError
from magnet_kg.teacher.llm.keys import redact
from magnet_kg.teacher.llm.reply import NotTaken, RateLimited, TooLong, Unavailable

_TOO_LONG = re.compile(
    r"context.?(?:length|window|size)|maximum context|prompt is too long|too many (?:input )?tokens|"
    r"exceeds? the (?:maximum|available|model'?s) (?:number of )?(?:input )?(?:tokens|context|length)|"
    r"input tokens exceed|`?inputs`? (?:tokens )?must have less than|token limit",
    re.IGNORECASE,
)
_KEY_WRONG = re.compile(r"api.?key.{0,20}(?:not valid|invalid|incorrect|expired)|API_KEY_INVALID", re.IGNORECASE)
_NO_CREDIT = re.compile(r"insufficient_quota|billing|credit balance|insufficient.{0,12}(?:credit|balance|funds)", re.I)
# Anthropic's word for a busy server.
_OVERLOADED = 529
_LONGEST = 300


def neutral(error: Exception, model: str, address: str) -> Exception:
    """What `error`, raised by a call of `model` at `address`, means to us."""
    chain = list(_chain(error))
    status = next((found for each in chain if (found := _status(each)) is not None), None)
    words = _words(chain)
    if status is None:
        return Unavailable(words or type(error).__name__)
    if status in (429, 503, _OVERLOADED):
        return _busy(chain, status, words, model)
    if status in (401, 403) or (status == 400 and _KEY_WRONG.search(words)):
        return MagnetError(
            f"{address} does not take the key for {model} ({status}): {words}",
            do="Check the key in the environment or in key_file, and that it may use this model",
        )
    if status == 402:
        return _no_credit(model, words)
    if status == 404:
        return MagnetError(
            f"{address} has no model {model} ({status}): {words}",
            do="Check the model's name after provider:, and base_url with its path, such as http://localhost:8000/v1",
        )
    if status in (400, 413, 422) and _TOO_LONG.search(words):
        return TooLong(words)
    if status in (408, 409, 425) or status >= 500:
        return Unavailable(f"the server answered {status}: {words}")
    return NotTaken(f"{status}: {words}")


def _busy(chain: list[BaseException], status: int, words: str, model: str) -> Exception:
    if status == 429 and _NO_CREDIT.search(words) and "insufficient_quota" in words:
        return _no_credit(model, words)
    return RateLimited(f"the server answered {status}: {words}", _retry_after(chain), failing=status != 429)


def _no_credit(model: str, words: str) -> MagnetError:
    return MagnetError(
        f"the account has no credit for {model}: {words}",
        do="Give the same command again when it has; finished rows are kept, and no answer is paid twice",
    )


def _chain(error: BaseException) -> Iterator[BaseException]:
    at: BaseException | None = error
    while at is not None:
        yield at
        at = at.__cause__ or at.__context__


def _status(error: BaseException) -> int | None:
    for name in ("status_code", "code"):
        value = getattr(error, name, None)
        if isinstance(value, int) and 400 <= value < 600:
            return value
    value = getattr(getattr(error, "response", None), "status_code", None)
    return value if isinstance(value, int) and 400 <= value < 600 else None


def _words(chain: list[BaseException]) -> str:
    """The server's own words in one line, without keys; else those of the error that all others come from."""
    told = next((found for each in chain if (found := _told(each))), None)
    if told is None:
        # A client's own words for a status, with addresses to read about it, would hide that the server said nothing.
        told = str(chain[-1]) if all(_status(each) is None for each in chain) else "it gives no reason"
    return redact(" ".join(told.split()))[:_LONGEST].rstrip(".")


def _told(error: BaseException) -> str:
    """What the body of a response says: `{"error": {"message": …, "code": …}}`, and the forms that others give it."""
    body = next((found for name in ("body", "details") if (found := getattr(error, name, None))), None)
    body = body or _body_of(getattr(error, "response", None))
    while isinstance(body, Mapping):
        for name in ("error", "message", "detail"):
            if body.get(name):
                code = body.get("code") or body.get("type")
                inner = body[name]
                break
        else:
            return str(dict(body))
        if not isinstance(inner, Mapping):
            return f"{inner} ({code})" if isinstance(code, str) else str(inner)
        body = inner
    return str(body or "")


def _body_of(response: Any) -> Any:
    """What a response says, where the client has made nothing of it; nothing, where it was not read."""
    with contextlib.suppress(Exception):
        try:
            return response.json()
        except ValueError:
            return response.text
    return None


def _retry_after(chain: list[BaseException]) -> float | None:
    for error in chain:
        headers = getattr(getattr(error, "response", None), "headers", None)
        if headers is not None and (after := read_retry_after(headers)) is not None:
            return after
        if (after := _retry_info(getattr(error, "details", None))) is not None:
            return after
    return None


def read_retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds that a server asks to wait: `retry-after-ms`, or `retry-after` in seconds or as a date."""
    with contextlib.suppress(TypeError, ValueError):
        return max(0.0, float(headers.get("retry-after-ms", "")) / 1000)
    given = headers.get("retry-after", "")
    with contextlib.suppress(TypeError, ValueError):
        return max(0.0, float(given))
    with contextlib.suppress(TypeError, ValueError):
        return max(0.0, parsedate_to_datetime(given).timestamp() - time.time())
    return None


def _retry_info(details: Any) -> float | None:
    """Google's RetryInfo, which is in the body: `{"retryDelay": "34s"}`."""
    error = details.get("error", details) if isinstance(details, Mapping) else {}
    listed = error.get("details") if isinstance(error, Mapping) else None
    for each in listed if isinstance(listed, list) else []:
        if isinstance(each, Mapping) and (delay := re.fullmatch(r"([\d.]+)s", str(each.get("retryDelay", "")))):
            return float(delay[1])
    return None
