"""Families of functions: what one does and takes, and how people ask for it, read from the YAML files beside.

A family is written once and dressed in several ways (`variants.py`), so that nothing but its description says what it
is. A file is a category; its entries are families by name:

    kinetic_energy:
      does: Calculate the kinetic energy of a moving object
      takes:
        mass/object_mass: num kg 1..900 | mass of the object
        speed/velocity: num m/s 1..60 | speed of the object
        unit?=joules: enum joules,kilojoules | unit of the result | in {}
      asks: ["what is the kinetic energy of a {mass} ball moving at {speed}?"]
      beside: ["how far does a (2|5) kg ball roll after a push at (3|4) m/s?"]

A parameter's key has its names, `^` where several values would say something else than several calls ("the owners are
Ann and Ben"), `?` where it is optional, and `=` with its default. Its text has the kind of value,
what it means, and how it is said at the end of a request that has no other place for it; a date lies between two years,
`ahead` of today, or `later`, when what is ahead ends; `enums` is a list of choices. `coded` values are said in other
words than the call needs ("Chicago", "Chicago, IL"): their pool has "words=value". `beside` has what people ask who
have the same topic in mind, and what no family answers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from magnet_kg.catalog.everyday.coined import coined_pools
from magnet_kg.domain.errors import MagnetError

# Files of the folder that hold no families.
_POOLS = "pools.yaml"
_KEY = re.compile(r"(?P<names>[A-Za-z0-9_/]+)(?P<alone>\^)?(?P<own>!)?(?P<optional>\?)?(?:=(?P<default>.+))?")
_SPAN = re.compile(r"(-?[\d.]+)\.\.(-?[\d.]+)(?:/([\d.]+))?")
# Days from today: what is arranged, and when it ends.
_AHEAD = {"ahead": (1, 270), "later": (280, 900)}
# Of several bounds the widest holds all the others.
_BOUND = re.compile(
    r"(?:the )?(?:earliest|latest|highest|lowest|largest|smallest|maximum|minimum|most|least|lower|upper)\b"
)
_GIVEN = frozenset("number count bool text".split())
KINDS = frozenset("num int money pct share enum enums bool pool coded text date nums ints pools object".split())


@dataclass(frozen=True)
class Parameter:
    """A parameter of a family.

    Attributes:
        names: what it may be called; the first is its key in requests.
        kind: one of `KINDS`.
        meaning: what it is, as descriptions say it.
        tail: how it is said where a request has no place for it; "{}" stands for the value.
        default: the declared default of an optional parameter.
        unit: of a number.
        span: lowest, highest and step of numbers.
        count: how many values a list has at least and at most.
        options: values with their words, of a closed set or a pool.
        pool: the name of the pool of texts.
        fields: of an object.
        alone: a message never lists several of its values.
        own: it is of one case alone ("the one from 1999"), never of several that are asked for together.
        ahead: days from today between which a date lies that is still to come; None for dates within `span`.
    """

    names: tuple[str, ...]
    kind: str
    meaning: str
    tail: str
    optional: bool = False
    default: Any = None
    unit: str = ""
    span: tuple[float, float, float] = (1, 10, 1)
    count: tuple[int, int] = (2, 4)
    options: Mapping[Any, tuple[str, ...]] | None = None
    pool: str = ""
    fields: tuple[Parameter, ...] = ()
    alone: bool = False
    own: bool = False
    ahead: tuple[int, int] | None = None

    @property
    def key(self) -> str:
        """Its name in the requests of the family."""
        return self.names[0]


@dataclass(frozen=True)
class Family:
    """What functions of one kind do, take and return, how people ask for it, and what else on the topic they ask."""

    name: str
    category: str
    does: str
    parameters: tuple[Parameter, ...]
    returns: str
    asks: tuple[str, ...]
    beside: tuple[str, ...]


@cache
def families() -> Mapping[str, Family]:
    """Every family by name, in the order of the files.

    Raises:
        MagnetError: an entry that cannot be read, with its file and name.
    """
    found: dict[str, Family] = {}
    for file in sorted(files(__package__).iterdir(), key=lambda one: one.name):
        if not file.name.endswith(".yaml") or file.name == _POOLS:
            continue
        category = file.name.removesuffix(".yaml")
        for name, entry in yaml.safe_load(file.read_text(encoding="utf-8")).items():
            if name in found:
                raise MagnetError(
                    f"{name} is a family of {found[name].category}, too", where=file.name, do="Rename one"
                )
            try:
                found[name] = _family(name, category, entry)
            except (AttributeError, KeyError, TypeError, ValueError) as error:
                raise MagnetError(f"{name} is no family: {error}", where=file.name) from error
    return found


@cache
def pools() -> Mapping[str, tuple[str, ...]]:
    """Texts by the name of their pool, coined names included."""
    data = yaml.safe_load((files(__package__) / _POOLS).read_text(encoding="utf-8"))
    written = {name: tuple(one.strip() for one in text.split(";") if one.strip()) for name, text in data.items()}
    return {**written, **coined_pools()}


def texts_of(one: Parameter) -> tuple[str, ...]:
    """The texts that a parameter of kind pool, pools or text may have: those of its pool, or its own."""
    return pools().get(one.pool) or tuple(text.strip() for text in one.pool.split(";"))


def _family(name: str, category: str, entry: Mapping[str, Any]) -> Family:
    taken = tuple(_parameter(key, text) for key, text in entry["takes"].items())
    asks, beside, gives = tuple(entry["asks"]), tuple(entry["beside"]), entry.get("gives", "number")
    if gives not in _GIVEN:
        raise ValueError(f"gives {gives}")
    return Family(name, category, entry["does"], taken, gives, asks, beside)


def _parameter(key: str, text: str) -> Parameter:
    match = _KEY.fullmatch(key)
    if match is None:
        raise ValueError(f"parameter {key}")
    said, _, rest = text.partition("|")
    meaning, _, tail = rest.partition("|")
    kind, _, how = said.strip().partition(" ")
    if kind not in KINDS:
        raise ValueError(f"{key}: no kind {kind}")
    names = tuple(match["names"].split("/"))
    default = yaml.safe_load(match["default"]) if match["default"] else None
    plain = names[0].replace("_", " ")
    return Parameter(
        names, kind, meaning.strip() or plain, tail.rstrip() or f" with {plain} {{}}", bool(match["optional"]), default,
        alone=bool(match["alone"]) or _BOUND.match(meaning.strip()) is not None,
        own=bool(match["own"]),
        **_details(kind, how.strip()),
    )  # fmt: skip


def _details(kind: str, how: str) -> dict[str, Any]:
    if kind in ("enum", "bool"):
        return {"options": _options(kind, how)}
    if kind == "coded":
        return {"options": _coded(pools()[how]), "pool": how}
    if kind == "object":
        inner = (part.partition(":") for part in how.split(";"))
        return {"fields": tuple(_parameter(key.strip(), text.strip()) for key, _, text in inner)}
    count, how = _counted(how) if kind in ("nums", "ints", "pools", "enums") else ((2, 4), how)
    if kind == "enums":
        return {"options": _options(kind, how), "count": count}
    if kind in ("pool", "pools", "text"):
        return {"pool": how, "count": count}
    if kind == "date" and how in _AHEAD:
        return {"ahead": _AHEAD[how]}
    if kind == "date":
        return {"span": (*(float(year) for year in (how or "2015..2026").split("..")), 1)}
    *unit, between = how.split(" ")
    match = _SPAN.fullmatch(between)
    if match is None:
        raise ValueError(f"no span: {how}")
    low, high = float(match[1]), float(match[2])
    return {"unit": " ".join(unit), "span": (low, high, float(match[3] or 1)), "count": count}


def _counted(how: str) -> tuple[tuple[int, int], str]:
    words = how.split(" ")
    match = next((found for word in words if (found := re.fullmatch(r"(\d+)-(\d+)", word))), None)
    if match is None:
        raise ValueError(f"how many? {how}")
    return (int(match[1]), int(match[2])), " ".join(word for word in words if word != match[0])


def _options(kind: str, how: str) -> dict[Any, tuple[str, ...]]:
    if kind == "bool":
        yes, _, no = how.partition("//")
        made: dict[Any, tuple[str, ...]] = {True: _words(yes)}
        return made | ({False: _words(no)} if no else {})
    options: dict[Any, tuple[str, ...]] = {}
    for one in how.split(","):
        value, _, words = one.strip().partition(":")
        options[int(value) if value.isdigit() else value] = _words(words) if words else (value.replace("_", " "),)
    return options


def _coded(texts: tuple[str, ...]) -> dict[Any, tuple[str, ...]]:
    options: dict[Any, tuple[str, ...]] = {}
    for text in texts:
        words, sign, value = text.partition("=")
        if not sign:
            raise ValueError(f"no words=value: {text}")
        options[value.strip()] = (*options.get(value.strip(), ()), *_words(words))
    return options


def _words(text: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in text.split("/"))
