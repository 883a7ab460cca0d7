"""A toolkit's phrases: data beside its code, checked when loaded.

The format is explained in `magnet_kg/toolkits/README.md`. `load_phrases(path, functions)` reads one file and checks
all of it against the functions' schemas; a fault names file, line and function. Run it over every toolkit with
`python -m magnet_kg.teacher.rules.phrases`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal

import jinja2
import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from magnet_kg.catalog.concepts import stated_fact
from magnet_kg.domain.errors import MagnetError
from magnet_kg.domain.function import Function
from magnet_kg.execution.world import word_list as world_words
from magnet_kg.teacher.rules.grammar import GrammarError, parse
from magnet_kg.wording.report import environment

_LIST = re.compile(r"\{@(\w+)\}")


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Known(_Entry):
    """A fact of this person's world, found by looking where they could look."""

    kind: Literal["known"]
    source: str = Field(alias="from")
    field: str
    arguments: dict[str, Any] = {}
    form: Literal["name", "verbatim"] = "verbatim"
    share: float = 0.3


class ChoiceOf(_Entry):
    """One of a closed set, each value with the words for it."""

    kind: Literal["choice"]
    of: dict[str | int | bool, list[str]]
    share: float = 0.3


class Range(_Entry):
    """A number, an amount of dollars, or minutes."""

    kind: Literal["number", "money", "duration"]
    between: tuple[float, float]
    step: float = 1
    share: float = 0.3


class When(_Entry):
    """A day, a time of day or a moment."""

    kind: Literal["day", "time", "moment"]
    within: tuple[int, int] = (1, 30)
    after: str | None = None
    between: tuple[str, str] = ("08:00", "20:00")
    step: int = 30
    share: float = 0.3


class TextOf(_Entry):
    """Free text, said as it is."""

    kind: Literal["text"]
    of: list[str]
    share: float = 0.3


class WordOf(_Entry):
    """A word of a list in `execution/data/`."""

    kind: Literal["word"]
    list: str
    share: float = 0.3


class CityOf(_Entry):
    """The name of a city."""

    kind: Literal["city"]
    airport: bool = False
    abroad: bool = False
    share: float = 0.3


class CurrencyOf(_Entry):
    """A currency, said by its name."""

    kind: Literal["currency"]
    besides: str | None = None
    share: float = 0.3


class Simple(_Entry):
    """A phone number or an e-mail address."""

    kind: Literal["phone", "email"]
    share: float = 0.3


Value = Annotated[
    Known | ChoiceOf | Range | When | TextOf | WordOf | CityOf | CurrencyOf | Simple,
    Field(discriminator="kind"),
]


class Pick(_Entry):
    """A criterion by which a person chooses from a list."""

    take: Literal["min", "max", "first", "last"]
    by: str | None = None
    say: list[str] = Field(min_length=1)


class Gives(_Entry):
    """How people refer to one output."""

    noun: str
    pronoun: tuple[str, str] = ("it", "its")
    named: list[str] = []
    pick: list[Pick] = []


class Wish(_Entry):
    """How a result in another form is wished for without asking for the function."""

    same: list[str] = Field(min_length=1)
    later: list[str] = Field(min_length=1)


class FunctionPhrases(_Entry):
    """All phrases of one function."""

    ability: str
    imperative: list[str] = Field(min_length=1)
    question: list[str] = []
    situation: list[str] = []
    follow_up: list[str] = []
    reason: list[str] = []
    stands_for: list[str] = []
    values: dict[str, Value] = {}
    question_for: dict[str, list[str]] = {}
    answer: dict[str, list[str]] = {}
    gives: dict[str, Gives] = {}
    wish: Wish | None = None
    report: list[str] = Field(min_length=1)

    @property
    def ways(self) -> dict[str, list[str]]:
        """The ways to ask, by their form."""
        return {
            "imperative": self.imperative,
            "question": self.question,
            "situation": self.situation,
            "follow_up": self.follow_up,
        }


class _File(_Entry):
    words: dict[str, list[str]] = {}
    functions: dict[str, FunctionPhrases]


def load_phrases(path: Path, functions: Mapping[str, Function]) -> dict[str, FunctionPhrases]:
    """The phrases of one file, by function name, checked against the functions' schemas.

    Args:
        path: a `phrases.yaml`.
        functions: the functions of the toolkit, by name.

    Raises:
        MagnetError: with file, line and function.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise MagnetError("a toolkit needs a phrases.yaml", where=str(path)) from error
    try:
        data = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        phrases = _File.model_validate(_with_words(data)).functions
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{path}:{mark.line + 1}" if mark else str(path)
        raise MagnetError(f"not YAML: {getattr(error, 'problem', error)}", where=where) from error
    except ValidationError as error:
        first = error.errors()[0]
        place = list(first["loc"])
        if place[2:3] == ["values"]:
            del place[4:5]  # the kind, which pydantic names and which is no place in the file
        raise MagnetError(
            f"{'.'.join(str(part) for part in place)}: {first['msg']}", where=_line(path, text, place)
        ) from error
    for name in sorted(functions.keys() - phrases.keys()):
        raise MagnetError(f"function {name} has no phrases", where=str(path), do="Add an entry for it under functions:")
    for name, entry in phrases.items():
        if name not in functions:
            raise MagnetError(
                f"phrases for {name}, which is no function of the toolkit",
                where=_line(path, text, ["functions", name]),
            )
        for place, fault in _faults(entry, functions[name]):
            raise MagnetError(f"{name}: {fault}", where=_line(path, text, ["functions", name, *place]))
    return phrases


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
def all_phrases() -> Mapping[str, FunctionPhrases]:
    """The phrases of all toolkits of the package, by function id."""
    from magnet_kg.execution.toolkits import find_toolkits

    found = {}
    for toolkit in find_toolkits():
        path = Path(str(files("magnet_kg.toolkits").joinpath(toolkit.name, "phrases.yaml")))
        records = {f.record.name: f.record for f in toolkit.functions.values()}
        for name, entry in load_phrases(path, records).items():
            found[records[name].id] = entry
    return found


def _faults(entry: FunctionPhrases, function: Function) -> list[tuple[list[str | int], str]]:
    faults: list[tuple[list[str | int], str]] = []
    required, optional = set(function.required), set(function.properties) - set(function.required)
    # What the system message states need not be said: "what time is it in Oslo when it's noon here".
    said = {name for name in required if stated_fact(function, name) is None}
    spoken = optional & entry.values.keys()

    def check(
        place: list[str | int],
        source: str,
        allowed: set[str],
        needed: set[str] = frozenset(),  # type: ignore[assignment]
        bracketed: set[str] = frozenset(),  # type: ignore[assignment]
    ) -> None:
        try:
            template = parse(source)
        except GrammarError as error:
            faults.append((place, f"“{source}”: {error}"))
            return
        for name in sorted((template.needed | template.optional) - allowed):
            faults.append((place, f"“{source}”: unknown slot {{{name}}}"))
        for name in sorted(needed - template.needed):
            faults.append((place, f"“{source}”: the required {{{name}}} must stand in it, outside of brackets"))
        for name in sorted(bracketed - template.optional):
            faults.append((place, f"“{source}”: the optional {{{name}}} must stand in it, inside brackets"))

    for form in ("imperative", "question", "situation"):
        for index, source in enumerate(entry.ways[form]):
            check([form, index], source, required | spoken, said, spoken)
    for index, source in enumerate(entry.follow_up):
        check(["follow_up", index], source, required | spoken)
    for index, source in enumerate(entry.reason):
        check(["reason", index], source, set())
    for index, source in enumerate(entry.stands_for):
        check(["stands_for", index], source, required | spoken)
    if entry.wish:
        for key, sources in (("same", entry.wish.same), ("later", entry.wish.later)):
            for index, source in enumerate(sources):
                check(["wish", key, index], source, required | spoken)
    for parameter, value in entry.values.items():
        if parameter not in function.properties:
            faults.append((["values", parameter], f"unknown parameter {parameter}"))
        if isinstance(value, TextOf):
            for index, source in enumerate(value.of):
                check(["values", parameter, "of", index], source, set())
        if isinstance(value, When) and value.after is not None and value.after not in function.properties:
            faults.append((["values", parameter], f"after: unknown parameter {value.after}"))
    for key, texts in (("question_for", entry.question_for), ("answer", entry.answer)):
        for parameter, sources in texts.items():
            if parameter not in function.properties:
                faults.append(([key, parameter], f"unknown parameter {parameter}"))
            for index, source in enumerate(sources):
                check([key, parameter, index], source, {parameter} if key == "answer" else set())
    for path, gives in entry.gives.items():
        fields = fields_beside(function.returns or {}, path)
        if fields is None:
            faults.append((["gives", path], f"{path} is not an output of this function"))
            continue
        for index, source in enumerate(gives.named):
            check(["gives", path, "named", index], source, fields)
        for number, pick in enumerate(gives.pick):
            if "[]" not in path:
                faults.append((["gives", path, "pick", number], "only an element of a list can be picked"))
            if (pick.by is None) == (pick.take in ("min", "max")) or (pick.by and pick.by not in fields):
                faults.append((["gives", path, "pick", number], f"by: min and max need one of {sorted(fields)}"))
    for index, source in enumerate(entry.report):
        try:
            environment().from_string(source)
        except jinja2.TemplateError as error:
            faults.append((["report", index], f"“{source}”: {error}"))
    return faults


def fields_beside(schema: Mapping[str, Any], path: str) -> set[str] | None:
    """The fields of the object that holds the value at a path, or None where the schema has no such path."""
    node: Any = schema
    fields: set[str] = set()
    for name in path.split("."):
        plain = name.removesuffix("[]")
        properties = node.get("properties", {})
        if plain not in properties:
            return None
        fields = set(properties)
        node = properties[plain]
        if name.endswith("[]"):
            node = node.get("items", {})
            fields = {"value"}
    return fields


def _line(path: Path, text: str, place: list[Any]) -> str:
    """`file:line` of the entry at a place in the YAML, as deep as it can be followed."""
    node = yaml.compose(text, Loader=yaml.SafeLoader)
    line = 0
    for part in place:
        child = None
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                if key.value == str(part) or (part == "source" and key.value == "from"):
                    line, child = key.start_mark.line, value
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            child = node.value[part]
            line = child.start_mark.line
        if child is None:
            break
        node = child
    return f"{path}:{line + 1}"


if __name__ == "__main__":
    print(f"{len(all_phrases())} functions have phrases")
