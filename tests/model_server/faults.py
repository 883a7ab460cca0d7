"""What goes wrong at a model's server, on demand: by number, or by a seeded chance that no order of arrival changes."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from random import Random
from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

# The server does not answer the question. `rate_limit_date` says when to come back as an HTTP date, `reset` closes the
# connection in the middle of an answer, `hang` never answers.
Outage = Literal[
    "rate_limit", "rate_limit_date", "unavailable", "server_error", "reset", "hang", "unauthorized", "unknown_model",
    "too_long",
]  # fmt: skip
# The model answers, and not what it was asked for.
BadAnswer = Literal["truncated", "prose", "wrong_schema", "empty", "refusal", "hint_mentioned", "invented_function"]
FaultKind = Literal[Outage, BadAnswer]
OUTAGES: tuple[Outage, ...] = get_args(Outage)
BAD_ANSWERS: tuple[BadAnswer, ...] = get_args(BadAnswer)
# With these no call to the same model can succeed any more, so that they are no part of chance.
LASTING: tuple[Outage, ...] = ("unauthorized", "unknown_model", "too_long")
PASSING: tuple[FaultKind, ...] = tuple(kind for kind in (*OUTAGES, *BAD_ANSWERS) if kind not in LASTING)

HINT = "As the hint that I was given says, "
INVENTED = "conjure_up_an_answer"
_TEXTS = ("text", "message", "reply", "answer", "summary")
_NAMES = ("function", "tool", "name", "target", "parameter", "output")


class Faults(BaseModel):
    """Which requests meet which fault.

    Attributes:
        share: of all requests, how many meet one of `kinds`, drawn evenly.
        seed: of the chance. A request's fault depends on its content and on how often it came, not on when.
        numbered: faults of requests by their number, from 1.
        at_most: requests in flight; above it every request gets 429.
        retry_after: seconds that a 429 tells the client to wait; not told where there is none.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    share: float = Field(0.0, ge=0, le=1)
    kinds: tuple[FaultKind, ...] = PASSING
    seed: int = 0
    numbered: dict[int, FaultKind] = {}
    at_most: int | None = None
    retry_after: float | None = 1.0

    def of(self, number: int, fingerprint: str, times: int) -> FaultKind | None:
        """The fault of a request: its number, the hash of its content, and how often that came before."""
        if number in self.numbered:
            return self.numbered[number]
        chance = Random(f"{self.seed}/{fingerprint}/{times}")
        return chance.choice(self.kinds) if self.kinds and chance.random() < self.share else None


def spoiled(text: str, kind: BadAnswer) -> str:
    """A good answer made bad; `refusal` is not an answer and is told by the protocol."""
    if kind == "truncated":
        return text[: max(1, 2 * len(text) // 3)].rstrip("}] \n") if text else "{"
    if kind == "prose":
        return f"Sure! Here is what you asked for:\n\n{text}\n\nLet me know whether anything else is needed."
    if kind == "wrong_schema":
        return json.dumps({"unexpected": [1, 2, 3], "answer_to": "another question"})
    if kind == "hint_mentioned":
        return _changed(text, dict.fromkeys(_TEXTS, lambda value: HINT + value[:1].lower() + value[1:]))
    if kind == "invented_function":
        arguments = json.dumps({INVENTED: 1})
        return _changed(text, {**dict.fromkeys(_NAMES, lambda _: INVENTED), "arguments": lambda _: arguments})
    return ""


def _changed(text: str, changes: Mapping[str, Callable[[str], str]]) -> str:
    """JSON whose texts under some keys are changed; of what is no JSON, the whole text."""
    try:
        data = json.loads(text)
    except ValueError:
        return next(iter(changes.values()))(text)
    return json.dumps(_walked(data, changes))


def _walked(data: Any, changes: Mapping[str, Callable[[str], str]]) -> Any:
    if isinstance(data, list):
        return [_walked(one, changes) for one in data]
    if not isinstance(data, dict):
        return data
    return {
        key: changes[key](value) if key in changes and isinstance(value, str) else _walked(value, changes)
        for key, value in data.items()
    }
