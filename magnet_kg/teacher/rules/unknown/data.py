"""The word lists for unknown functions (`words.yaml`, `pools.yaml`), read once and checked."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict


class Kind(BaseModel):
    """A kind of request: its verbs, and what else people say for it. `{do}` … are filled by `asks`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    verbs: str
    said: list[str] = []
    imperative: list[str] = []
    question: list[str] = []
    situation: list[str] = []


class Data(BaseModel):
    """Everything in the two files; their comments say what each entry is for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    abbreviations: dict[str, str]
    plurals: dict[str, str]
    not_plural: frozenset[str]
    brands: frozenset[str]
    services: dict[str, str]
    kinds: dict[str, Kind]
    containers: frozenset[str]
    unsaid: frozenset[str]
    sorts: dict[str, list[str]]
    pools: dict[str, list[str]]
    lexicons: dict[str, dict[str, list[str]]]

    def kind_of(self, verb: str) -> str | None:
        """The kind of request that a bare verb makes, or None for what is no verb of requests."""
        return _verbs().get(verb)

    def sort_of(self, words: str) -> str | None:
        """The sort of text that a parameter takes whose name ends in these words, or None."""
        return _sorts().get(words.lower())


@cache
def _sorts() -> dict[str, str]:
    return {words.lower(): sort for sort, names in data().sorts.items() for words in names}


@cache
def _verbs() -> dict[str, str]:
    return {verb: name for name, kind in data().kinds.items() for verb in kind.verbs.split()}


@cache
def data() -> Data:
    """The lists, read once a process."""
    folder = files("magnet_kg.teacher.rules.unknown")
    read: dict[str, Any] = {}
    for name in ("words.yaml", "pools.yaml"):
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        read |= yaml.load(folder.joinpath(name).read_text(encoding="utf-8"), Loader=loader)
    for key in ("not_plural", "brands", "containers", "unsaid"):
        read[key] = read[key].split()
    read["abbreviations"] = {word.lower(): word for word in read["abbreviations"].split()}
    read["pools"] = {name: pool.split() if isinstance(pool, str) else pool for name, pool in read["pools"].items()}
    return Data.model_validate(read)
