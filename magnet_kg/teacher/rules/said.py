"""A value together with the words for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True)
class Said:
    """A value together with the words for it; the words read back give the value. `slip` is what was said first.

    Attributes:
        value: the JSON value.
        text: the words, whole.
        form: how they are read back.
        source: whether it is a fact that this person knows.
        slip: another text that was said first, by mistake.
        before: words before the value that are no part of it ("the bucket ").
        after: words after it (" bucket").
        parts: of a list or an object: each leaf's path ("ids.0"), with its own words.
    """

    value: Any
    text: str
    form: str
    source: Literal["said", "known"] = "said"
    slip: str | None = None
    before: str = ""
    after: str = ""
    parts: tuple[tuple[str, Said], ...] = ()
