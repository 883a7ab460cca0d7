"""A toolkit's phrases: data beside its code, checked when loaded.

The format is explained in `magnet_kg/toolkits/README.md`. `load_phrases(path, functions)` reads one file and checks
all of it against the functions' schemas; a fault names file, line and function. `check_phrases` tells every fault.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml
from pydantic import ValidationError

from magnet_kg.domain.fault import Fault, raise_first
from magnet_kg.domain.function import Function
from magnet_kg.execution.finding import find_toolkits
from magnet_kg.execution.toolkit import Toolkit
from magnet_kg.execution.world import word_list as world_words
from magnet_kg.teacher.rules.entries import (
    ChoiceOf,
    CityOf,
    CurrencyOf,
    Dated,
    Entry,
    FunctionPhrases,
    Gives,
    Known,
    Made,
    Range,
    Simple,
    TextOf,
    Value,
    When,
    WordOf,
)
from magnet_kg.teacher.rules.phrase_faults import entry_faults, line_of

__all__ = [
    "ChoiceOf", "CityOf", "CurrencyOf", "Dated", "FunctionPhrases", "Gives", "Known", "Made", "Range", "Simple",
    "TextOf", "Value", "When", "WordOf", "all_phrases", "check_phrases", "load_phrases", "phrases_of",
    "toolkit_phrases",
]  # fmt: skip

_LIST = re.compile(r"\{@(\w+)\}")


class _File(Entry):
    words: dict[str, list[str]] = {}
    functions: dict[str, FunctionPhrases]


def load_phrases(path: Path, functions: Mapping[str, Function]) -> dict[str, FunctionPhrases]:
    """The phrases of one file, by function name, checked against the functions' schemas.

    Args:
        path: a `phrases.yaml`.
        functions: the functions of the toolkit, by name.

    Raises:
        MagnetError: the first fault, with file, line and function.
    """
    phrases, faults = check_phrases(path, functions)
    raise_first(faults, all_with=f"magnet-kg toolkit check {path.parent}")
    return phrases


def check_phrases(
    path: Path,
    functions: Mapping[str, Function],
    places: Mapping[str, tuple[str, int]] = MappingProxyType({}),
    broken: frozenset[str] = frozenset(),
    *,
    read_only: bool = False,
) -> tuple[dict[str, FunctionPhrases], list[Fault]]:
    """The phrases of one file, as far as they can be read, and everything that is wrong with them.

    Args:
        path: a `phrases.yaml`.
        functions: the functions of the toolkit, by name.
        places: file and line of each function's code, by name.
        broken: names of functions whose own faults are told elsewhere; phrases for them are right.
        read_only: nothing is checked that does not keep the file from being read.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError:
        return {}, [Fault(what="a toolkit needs a phrases.yaml", file=str(path))]
    except UnicodeDecodeError:
        return {}, [Fault(what="the phrases are not text in UTF-8", file=str(path), do="Save them as UTF-8")]
    try:
        data = _with_words(yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        what = f"not YAML: {getattr(error, 'problem', error)}"
        return {}, [Fault(what=what, file=str(path), line=mark.line + 1 if mark else None)]
    faults: list[Fault] = []

    def fault(place: list[Any], what: str, function: str | None = None) -> None:
        faults.append(Fault(what=what, file=str(path), line=line_of(text, place), function=function))

    phrases, wrong = _read(data)
    for place, what in wrong:
        named = str(place[1]) if place[:1] == ["functions"] and len(place) > 1 else None
        inside = ".".join(str(part) for part in (place[2:] if named else place)) or "entry"
        fault(place, f"{inside}: {what}", named)
    read = {*phrases, *(str(place[1]) for place, _ in wrong if len(place) > 1)}
    for name in sorted(functions.keys() - read) if not wrong or read else ():
        file, line = places.get(name, (str(path), None))
        do = f"Add an entry for {name} under functions: in {path}"
        faults.append(Fault(what="the function has no phrases", file=file, line=line, function=name, do=do))
    for name, entry in phrases.items() if not read_only else ():
        if name in functions:
            for place, what in entry_faults(entry, functions[name]):
                fault(["functions", name, *place], what, name)
        elif name not in broken:
            fault(["functions", name], f"phrases for {name}, which is no function of the toolkit")
    return phrases, faults


def _read(data: Any) -> tuple[dict[str, FunctionPhrases], list[tuple[list[Any], str]]]:
    """The entries that can be read, and what is wrong with the others, by their place in the file."""
    try:
        return _File.model_validate(data).functions, []
    except ValidationError as error:
        wrong: list[tuple[list[Any], str]] = []
        for one in error.errors():
            place = list(one["loc"])
            if place[2:3] == ["values"]:
                del place[4:5]  # the kind, which pydantic names and which is no place in the file
            wrong.append((place, one["msg"]))
    entries = data.get("functions") if isinstance(data, dict) else None
    bad = {str(place[1]) for place, _ in wrong if place[:1] == ["functions"] and len(place) > 1}
    good = {k: v for k, v in entries.items() if str(k) not in bad} if isinstance(entries, dict) else {}
    return {str(name): FunctionPhrases.model_validate(entry) for name, entry in good.items()}, wrong


def _with_words(data: Any) -> Any:
    """The file with each `{@list}` replaced by a choice of its words; reports are no templates of the grammar."""
    own = data.get("words") if isinstance(data, dict) else None
    lists: dict[str, Any] = own if isinstance(own, dict) else {}

    def choice(match: re.Match[str]) -> str:
        words = lists.get(match[1]) or world_words(match[1])
        return f"({'|'.join(map(str, words))})" if words else match[0]

    def replaced(node: Any) -> Any:
        if isinstance(node, str):
            return _LIST.sub(choice, node)
        if isinstance(node, list):
            return [replaced(item) for item in node]
        if isinstance(node, dict):
            return {key: value if key == "report" else replaced(value) for key, value in node.items()}
        return node

    return replaced(data)


@cache
def toolkit_phrases(toolkit: Toolkit, *, read_only: bool = False) -> tuple[dict[str, FunctionPhrases], list[Fault]]:
    """The phrases that lie beside a toolkit's code, by function id, and everything that is wrong with them.

    Args:
        toolkit: whose phrases.
        read_only: as in `check_phrases`.
    """
    if toolkit.file is None:
        return {}, []
    records = {f.record.name: f.record for f in toolkit.functions.values()}
    places = {f.record.name: (f.file, f.line) for f in toolkit.functions.values()}
    broken = frozenset(fault.function for fault in toolkit.faults if fault.function)
    phrases, faults = check_phrases(toolkit.file.parent / "phrases.yaml", records, places, broken, read_only=read_only)
    return {records[name].id: entry for name, entry in phrases.items() if name in records}, faults


def phrases_of(toolkits: Sequence[Toolkit]) -> dict[str, FunctionPhrases]:
    """The phrases of these toolkits, by function id, checked where they are not the package's own.

    Raises:
        MagnetError: the first fault in any of them, with file, line and function.
    """
    found = {}
    own = Path(str(files("magnet_kg.toolkits")))
    for toolkit in toolkits:
        # What comes with the package was checked by its tests; checking it takes every process seconds.
        tested = toolkit.file is not None and toolkit.file.is_relative_to(own)
        phrases, faults = toolkit_phrases(toolkit, read_only=tested)
        raise_first(faults, all_with=f"magnet-kg toolkit check {toolkit.folder}")
        found.update(phrases)
    return found


@cache
def all_phrases() -> Mapping[str, FunctionPhrases]:
    """The phrases of all toolkits that are installed, by function id."""
    return phrases_of(find_toolkits())
