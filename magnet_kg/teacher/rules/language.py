"""The language that belongs to no toolkit (`language.yaml`), as checked records."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from random import Random

import yaml
from pydantic import BaseModel, ConfigDict, Field


class Speaker(BaseModel):
    """A consistent manner of speaking.

    `lower`, `bare`, `opener` and `closer` are how often a message starts in lower case, ends without a full stop,
    is opened or closed with a word of courtesy; `shares` weigh imperatives, questions and situations.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    weight: int
    shares: tuple[int, int, int]
    lower: float = 0.0
    bare: float = 0.0
    opener: float = 0.05
    closer: float = 0.0
    plain_requests: bool = False
    polite: bool = False


class Language(BaseModel):
    """Everything in `language.yaml`; its comments say what each entry is for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    requests: list[str]
    chained: list[str]
    follows: list[str]
    follows_question: list[str]
    speakers: dict[str, Speaker]
    openers: dict[str, list[str]]
    openers_later: dict[str, list[str]]
    closers: dict[str, list[str]]
    moving_on: list[str]
    go_ahead: list[str]
    offered: str
    references: dict[str, list[str]]
    same_again: str
    ask_for: list[str]
    cannot: list[str]
    failed: list[str]
    from_description: list[str]
    ask_again: list[str]
    with_values: list[str] = Field(min_length=1)

    def speaker(self, rng: Random) -> tuple[str, Speaker]:
        """One of the speakers, by weight."""
        names = sorted(self.speakers)
        name = rng.choices(names, [self.speakers[n].weight for n in names])[0]
        return name, self.speakers[name]


@cache
def language() -> Language:
    """The language, read once."""
    text = files("magnet_kg.teacher.rules").joinpath("language.yaml").read_text(encoding="utf-8")
    return Language.model_validate(yaml.safe_load(text))
