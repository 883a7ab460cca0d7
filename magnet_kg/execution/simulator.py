"""The executor for functions that nothing here can run: outputs made from the response schema.

One dialogue is consistent in itself: what was created can be read, listed, changed and deleted by its id, what was
deleted is gone, and reading twice gives the same. Nothing more is claimed: rows that rest on it are marked
`simulated`.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from magnet_kg.catalog.concepts import singular, words
from magnet_kg.domain.context import Context
from magnet_kg.domain.function import Function
from magnet_kg.domain.randomness import derived_rng
from magnet_kg.domain.record import canonical, content_hash
from magnet_kg.execution.session import Outcome, Snapshot
from magnet_kg.execution.simulated_value import Setting, Words, field_words, fits, is_noise, make_object, make_value
from magnet_kg.execution.world import context_of

_VERBS: dict[str, frozenset[str]] = {
    act: frozenset(verbs.split())
    for act, verbs in (
        ("create", "create add insert put register allocate request import upload post new open book issue"),
        ("read", "get describe read fetch head show lookup retrieve view check"),
        ("list", "list search query find scan browse enumerate"),
        ("delete", "delete remove deregister cancel terminate release destroy"),
        ("update", "update modify patch set change edit rename replace"),
    )
}
_CHANGING = ("create", "update", "delete")
# The last word of a field that says which thing is meant.
_NAMING = frozenset("id ids name arn identifier key number path url email uri slug code".split())
_LIMITS = frozenset("limit max maximum size top count".split())
Thing = dict[Words, Any]


@dataclass
class _State:
    """The things of a dialogue by kind ("catalog/service/noun"), and the names of those that are gone."""

    things: dict[str, list[Thing]] = field(default_factory=dict)
    gone: dict[str, list[str]] = field(default_factory=dict)
    changes: int = 0


@dataclass(frozen=True)
class Meaning:
    """What a function does to which kind of thing, told by its name."""

    act: str
    noun: Words
    kind: str


class SimulatorExecutor:
    """Makes up the outputs of functions; see `Executor`.

    Args:
        functions: by id; those that return nothing answer with an empty object.
    """

    def __init__(self, functions: Mapping[str, Function]) -> None:
        self._functions = functions

    @property
    def functions(self) -> Mapping[str, Function]:
        """The functions by id."""
        return self._functions

    def runner(self, function: str) -> str:
        """Always "simulator"."""
        return "simulator"

    def replays(self, function: str) -> bool:
        """Always: an output depends on the world's seed and on the calls before it alone."""
        return True

    def open(self, world: int) -> SimulatedSession:
        """A session in which nothing has happened yet."""
        return SimulatedSession(self._functions, world)


class SimulatedSession:
    """One dialogue's simulated things; see `Session`."""

    def __init__(self, functions: Mapping[str, Function], world: int) -> None:
        self._functions = functions
        self._world = world
        self._state = _State()

    @property
    def context(self) -> Context:
        """That of the world with this seed."""
        return context_of(self._world)

    def known(self, function: str) -> Mapping[str, Sequence[str]]:
        """Nothing: whatever is named is there."""
        return {}

    async def call(self, function: str, arguments: Mapping[str, Any]) -> Outcome:
        """Make up what the function gives back."""
        called = self._functions[function]
        meaning = meaning_of(called)
        named = names_in(arguments, meaning.noun)
        if meaning.act in ("read", "update", "delete") and set(named) & set(self._state.gone.get(meaning.kind, ())):
            message = f"There is no {' '.join(meaning.noun)} {named[0]}."
            return Outcome({"error": {"code": "not_found", "message": message}}, failed=True)
        known = {field_words(name, meaning.noun): value for name, value in arguments.items()}
        if meaning.act == "list":
            return Outcome(self._listed(called, meaning, known, arguments))
        thing = self._found(meaning, named)
        known = known | thing if meaning.act != "update" else thing | known
        changes = str(self._state.changes) if meaning.act in _CHANGING else ""
        output = self._made(called, meaning, known, "call", canonical(dict(arguments)).decode(), changes)
        self._note(meaning, thing, known | _flat(output, meaning.noun), named)
        return Outcome(output)

    def snapshot(self) -> Snapshot:
        """The state."""
        return copy.deepcopy(self._state)

    def restore(self, snapshot: Snapshot) -> None:
        """Put the state back."""
        assert isinstance(snapshot, _State)
        self._state = copy.deepcopy(snapshot)

    def digest(self) -> str:
        """The hash of the things; reading changes nothing that counts."""
        s = self._state
        things = {
            kind: [{" ".join(k): v for k, v in thing.items()} for thing in kept if thing.get(_MADE)]
            for kind, kept in s.things.items()
        }
        return content_hash([{k: v for k, v in things.items() if v}, s.gone, s.changes])

    def _made(self, called: Function, meaning: Meaning, known: Mapping[Words, Any], *key: str) -> dict[str, Any]:
        rng = derived_rng(self._world, "simulator", called.id, *key)
        setting = Setting(self.context.now, meaning.noun, new=meaning.act == "create")
        made = make_object(called.returns or {}, known, setting, rng)
        plain: dict[str, Any] = orjson.loads(orjson.dumps(made))
        return plain

    def _listed(self, called: Function, meaning: Meaning, known: Thing, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """An output whose first list holds the things of this kind; the rest is made as for any other function."""
        output = self._made(called, meaning, known, "list", canonical(dict(arguments)).decode())
        name, items = _first_list((called.returns or {}).get("properties", {}))
        if name is None or name not in output:
            return output
        setting = Setting(self.context.now, meaning.noun)
        things = self._initial(meaning, items, setting)
        gone = set(self._state.gone.get(meaning.kind, ()))
        filters = {k: v for k, v in known.items() if k in _flat_schema(items, meaning.noun)}
        shown = [
            self._shown(thing, items, name, setting, filters)
            for thing in things
            if not gone & {str(v) for v in thing.values()}
            and (not thing.get(_MADE) or all(thing.get(k, v) == v for k, v in filters.items()))
        ]
        shown = shown[: _limit(arguments)]
        output[name] = orjson.loads(orjson.dumps(shown))
        for number in [k for k in output if words(k)[-1] in ("count", "total") and isinstance(output[k], int)]:
            output[number] = len(shown)
        return output

    def _initial(self, meaning: Meaning, items: Mapping[str, Any], setting: Setting) -> list[Thing]:
        """The things of this kind; some were there before the dialogue began."""
        kept = self._state.things.setdefault(meaning.kind, [])
        if not any(thing.get(_THERE) for thing in kept):
            rng = derived_rng(self._world, "simulator", meaning.kind)
            for _ in range(rng.randint(1, 4)):
                value = make_value(items, meaning.noun[-1], {}, setting, rng, 1)
                thing: Thing = _flat(value, meaning.noun) if isinstance(value, dict) else {("name",): value}
                kept.append({**thing, _THERE: True})
        return kept

    def _shown(
        self, thing: Thing, items: Mapping[str, Any], name: str, setting: Setting, filters: Mapping[Words, Any]
    ) -> Any:
        identity = str(thing.get(("id",), thing.get(("name",), thing.get(("arn",), ""))))
        rng = derived_rng(self._world, "simulator", name, identity)
        if items.get("type") in (None, "object") or items.get("properties"):
            return make_object(items, {**filters, **thing}, setting, rng, 1)
        value = next((thing[k] for k in (("name",), ("id",), ("arn",)) if k in thing and fits(thing[k], items)), None)
        return make_value(items, name, {}, setting, rng, 1) if value is None else value

    def _found(self, meaning: Meaning, named: list[str]) -> Thing:
        for thing in self._state.things.get(meaning.kind, ()):
            if {str(value) for key, value in thing.items() if key[-1] in _NAMING} & set(named):
                return thing
        return {}

    def _note(self, meaning: Meaning, thing: Thing, facts: Thing, named: list[str]) -> None:
        """Remember what a call has done, or what it has shown, so that it is the same the next time."""
        kept = self._state.things.setdefault(meaning.kind, [])
        if meaning.act == "create":
            kept.append({**facts, _MADE: True})
        elif meaning.act == "delete":
            names = {str(v) for k, v in thing.items() if k[-1] in _NAMING} | set(named)
            self._state.gone[meaning.kind] = sorted({*self._state.gone.get(meaning.kind, ()), *names})
        elif meaning.act == "update":
            if thing:
                thing.update(facts)
                thing[_MADE] = True
            elif named:
                kept.append({**facts, _MADE: True, _THERE: False})
        if meaning.act in _CHANGING:
            self._state.changes += 1


# Marks on a thing: made or changed in this dialogue; there before it began.
_MADE: Words = ("", "made")
_THERE: Words = ("", "there")
_MEANINGS: dict[str, Meaning] = {}


def meaning_of(function: Function) -> Meaning:
    """What a function does to which kind of thing: `gmail.users.messages.list` lists messages, `create_loan` makes one.

    Where neither name tells, it acts on nothing that is kept ("other").
    """
    if function.id not in _MEANINGS:
        _MEANINGS[function.id] = _meaning(function)
    return _MEANINGS[function.id]


def _meaning(function: Function) -> Meaning:
    original = function.original_name or function.name
    last = original.replace("/", ".").split(".")
    own = words(last[-1])
    if len(own) == 1 and len(last) > 2:
        act_word, noun = own[0], words(last[-2])
        plural = False
    else:
        at = next((i for i, word in enumerate(own) if any(word in verbs for verbs in _VERBS.values())), 0)
        act_word, noun = own[at], own[at + 1 :]
        plural = bool(noun) and last[-1].rstrip("_").endswith("s") and noun[-1] == singular(noun[-1])
    act = next((act for act, verbs in _VERBS.items() if act_word in verbs), "other")
    if act == "read" and plural:
        act = "list"
    noun = tuple(word for word in noun if word not in ("by", "all", "of", "for")) or ("item",)
    return Meaning(act, noun, f"{function.catalog}/{function.toolkit}/{' '.join(noun)}")


def names_in(arguments: Mapping[str, Any], noun: Words) -> list[str]:
    """The values of those arguments that say which thing is meant."""
    found: list[str] = []
    for name, value in arguments.items():
        own = field_words(name, noun)
        if own == ("name",) or (len(own) == 1 and own[0] in _NAMING):
            found += [str(one) for one in (value if isinstance(value, list) else [value]) if isinstance(one, str | int)]
    return found


def _limit(arguments: Mapping[str, Any]) -> int | None:
    """How many results are wanted at most."""
    for name, value in arguments.items():
        if isinstance(value, int) and value > 0 and _LIMITS & set(words(name)):
            return value
    return None


def _first_list(properties: Mapping[str, Any]) -> tuple[str | None, Mapping[str, Any]]:
    for name, child in properties.items():
        if child.get("type") == "array" and not is_noise(name):
            return name, child.get("items") or {"type": "string"}
    return None, {}


def _flat(value: Mapping[str, Any], noun: Words) -> Thing:
    """The scalars of an object, and those of an object in it that is named like the thing (`{"Topic": {…}}`)."""
    flat: Thing = {}
    for name, one in value.items():
        if isinstance(one, dict) and field_words(name, noun) == ("name",):
            flat.update(_flat(one, noun))
        elif not isinstance(one, dict | list):
            flat[field_words(name, noun)] = one
    return flat


def _flat_schema(schema: Mapping[str, Any], noun: Words) -> set[Words]:
    return {field_words(name, noun) for name in schema.get("properties", {})}
