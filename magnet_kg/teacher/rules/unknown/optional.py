"""Which optional parameters a person would mention."""

from __future__ import annotations

from collections.abc import Sequence

from magnet_kg.domain.function import Function
from magnet_kg.teacher.rules.unknown.clauses import Clause
from magnet_kg.teacher.rules.unknown.naming import name_parts
from magnet_kg.teacher.rules.unknown.parameters import is_unsaid, spoken_parameter
from magnet_kg.teacher.rules.unknown.spoken import Spoken

MOST = 2
# How often people mention them, by their role; what a change changes is always said.
_SHARES = {
    "query": 0.6,
    "choice": 0.3,
    "start": 0.3,
    "end": 0.3,
    "when": 0.3,
    "limit": 0.35,
    "flag": 0.25,
    "place": 0.3,
    "amount": 0.25,
    "text": 0.4,
    "person": 0.3,
    "thing": 0.25,
    "tags": 0.15,
}
_LOOKS = frozenset(["look", "search", "check", "compute"])
_NEW_VALUES = frozenset(
    [
        "description",
        "title",
        "name",
        "displayname",
        "comment",
        "summary",
        "note",
        "notes",
        "status",
        "email",
        "subject",
        "label",
    ]
)


def chosen_options(function: Function, clause: Clause, required: Sequence[Spoken]) -> list[Spoken]:
    """At most three optional parameters that are mentioned at times; where something is changed, one always."""
    if clause.kind == "delete":
        return []
    found: list[tuple[float, Spoken]] = []
    nouns = {one.noun.lower() for one in required}
    for name in function.properties:
        if name in function.required or is_unsaid(name):
            continue
        one = spoken_parameter(function, name, clause)
        if one is None or not _fits(one, clause, nouns):
            continue
        found.append((_worth(one, clause), one))
    found.sort(key=lambda pair: -pair[0])
    most = MOST if clause.kind in _LOOKS else 2
    picked = [one for worth, one in found[:most] if worth > 0]
    picked.sort(key=lambda one: one.role in ("text", "person", "thing"))
    says = any(changes(one) for one in required)
    # A change says what it changes, a new thing what it is, and a search what it is for.
    open_search = clause.kind in ("look", "search") and not required and any(_narrows(one) for one in picked)
    if open_search:
        picked.sort(key=lambda one: not _narrows(one))
    needed = (clause.kind == "update" and not says) or (clause.kind == "create" and not required) or open_search
    return [_shared(one, clause.kind, always=needed and not index) for index, one in enumerate(picked)]


def _narrows(one: Spoken) -> bool:
    """Whether a parameter names one of the many things that a public database holds."""
    return one.role == "query" or (one.role == "thing" and bool(one.made.options))


def changes(one: Spoken) -> bool:
    """Whether a parameter of a change says what is to be changed, not only where."""
    if one.role == "choice":
        return one.noun.split()[-1:] not in (["type"], ["kind"], ["region"], ["locale"], ["language"])
    return one.role in ("text", "amount", "tags", "flag") or bool(one.made.fields)


def _fits(one: Spoken, clause: Clause, nouns: set[str]) -> bool:
    if one.made.fields or (one.made.many is not None and one.role != "thing") or one.made.tags:
        return False
    if (
        one.made.sort in ("arn", "uuid", "opaque", "id", "hash", "account", "number", "resource")
        or one.made.sort == "url"
    ):
        return False
    if one.role == "thing" and (
        one.noun.lower() in nouns or not one.noun or one.noun.split()[-1].lower() in clause.about.lower()
    ):
        return False
    if clause.kind in _LOOKS:
        if one.role == "amount":
            return clause.kind == "compute" or bool(one.made.options)
        return one.role in ("query", "choice", "start", "end", "when", "limit", "flag", "place", "thing")
    if clause.kind == "update":
        return (
            one.role in ("text", "choice", "amount", "person")
            or "".join(name_parts(one.name)).lower() in _NEW_VALUES
            or one.made.sort in ("slug", "pool:title")
        )
    return one.role in ("text", "choice", "amount", "place", "person")


def _worth(one: Spoken, clause: Clause) -> float:
    name = "".join(name_parts(one.name)).lower()
    worth = _SHARES[one.role]
    if name in _NEW_VALUES:
        worth += 0.5
    if any(name.startswith(prefix) for prefix in ("sort", "order", "source", "internal", "use", "enable", "allow")):
        worth -= 0.3
    return worth - 0.02 * len(name_parts(one.name))


def _shared(one: Spoken, kind: str, *, always: bool) -> Spoken:
    share = 1.0 if always else _SHARES[one.role]
    made = one.made.model_copy(update={"share": share})
    if kind == "update" and one.role in ("person", "thing"):
        label = " ".join(name_parts(one.name))
        made = made.model_copy(
            update={
                "around": (
                    (f" and set the {label} to ", ""),
                    (f" so that the {label} is ", ""),
                    (f": the new {label} is ", ""),
                )
            }
        )
    return Spoken(one.name, made, one.role, one.noun, one.new)
