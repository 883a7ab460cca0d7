"""The language that belongs to no toolkit (`language.yaml`), as checked records."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from random import Random
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from magnet_kg.teacher.rules.grammar import literal, parse


class Speaker(BaseModel):
    """A consistent manner of speaking.

    `lower`, `bare`, `opener`, `closer` and `reason` are how often a message starts in lower case, ends without a full
    stop, is opened or closed with a word of courtesy, or says why; `typing` is the share of words typed wrong, `wavers`
    how often a value is corrected in the same breath; `shares` weigh imperatives, questions and situations; `requests`
    names the lists of `Language.requests` that the speaker uses.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    weight: int
    shares: tuple[int, int, int]
    requests: tuple[str, ...]
    lower: float = 0.0
    bare: float = 0.0
    opener: float = 0.0
    closer: float = 0.0
    reason: float = 0.0
    typing: float = 0.0
    wavers: float = 0.0
    openers: tuple[str, ...] = ("(Hi|Hello|Hey), ", "Okay, ", "(So|Right), ")
    openers_later: tuple[str, ...] = ("Okay, ", "(So|Right|Good), ", "Thanks. ", "Alright. ")
    closers: tuple[str, ...] = ()


class Talk(BaseModel):
    """Something that needs no tool: ways to ask for it, and what an assistant answers out of itself."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ask: list[str] = Field(min_length=1)
    answer: list[str] = Field(min_length=1)


class Language(BaseModel):
    """Everything in `language.yaml`; its comments say what each entry is for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    requests: dict[str, list[str]]
    chained: list[str]
    follows: list[str]
    follows_question: list[str]
    follows_situation: list[str]
    reason_before: list[str]
    reason_after: list[str]
    reason_closing: list[str]
    corrections: list[str]
    speakers: dict[str, Speaker]
    moving_on: list[str]
    go_ahead: list[str]
    offered: str
    references: dict[str, list[str]]
    ask_for: list[str]
    cannot: list[str]
    about_it: Talk
    beside_it: list[str]
    failed: list[str]
    ask_again: list[str]

    @model_validator(mode="after")
    def _requests_exist(self) -> Language:
        for name, speaker in self.speakers.items():
            unknown = set(speaker.requests) - self.requests.keys()
            if unknown:
                raise ValueError(f"speaker {name} uses {sorted(unknown)}, which are not under requests:")
        return self

    @model_validator(mode="after")
    def _templates_parse(self) -> Language:
        for template in _strings(self.model_dump()):
            parse(template)
        return self

    def about(self, ability: str) -> Talk:
        """What somebody asks about what a function can do, and what an assistant answers that has only the function."""
        told = literal(ability)
        ways = self.about_it
        return Talk(
            ask=[way.replace("{ability}", told) for way in ways.ask],
            answer=[way.replace("{ability}", told) for way in ways.answer],
        )

    def beside(self, ability: str) -> list[str]:
        """What an assistant answers to a request beside what its function does."""
        return [way.replace("{ability}", literal(ability)) for way in self.beside_it]

    def speaker(self, rng: Random) -> Speaker:
        """One of the speakers, by weight."""
        names = sorted(self.speakers)
        return self.speakers[rng.choices(names, [self.speakers[n].weight for n in names])[0]]


def _strings(node: Any) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict | list | tuple):
        for child in node.values() if isinstance(node, dict) else node:
            yield from _strings(child)


@cache
def language() -> Language:
    """The language, read once."""
    text = files("magnet_kg.teacher.rules").joinpath("language.yaml").read_text(encoding="utf-8")
    return Language.model_validate(yaml.safe_load(text))


@cache
def talks() -> tuple[Talk, ...]:
    """What needs no tool (`talk.yaml`), read once."""
    text = files("magnet_kg.teacher.rules").joinpath("talk.yaml").read_text(encoding="utf-8")
    return TypeAdapter(tuple[Talk, ...]).validate_python(yaml.safe_load(text))
