"""Which pairs are worth judging: what a function returns against what another takes (METHOD.md §2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Literal

from magnet_kg.graph.functions import list_functions
from magnet_kg.graph.store import GraphStore

Scope = Literal["all", "category"]
Role = Literal["source", "target"]


@dataclass(frozen=True)
class _Concept:
    """A concept met on one side: how much sharing it says, and who is on the other side."""

    id: str
    weight: float
    others: frozenset[str]


def find_candidates(
    store: GraphStore, ids: Iterable[str], limit: int = 30, scope: Scope = "all", role: Role = "source"
) -> dict[str, list[str]]:
    """For each function the functions that most likely depend on it: they take a concept that it returns.

    A shared concept counts 1 / (number of functions that take or return it), so that rare ones come first;
    the sum over the concepts that two functions share orders the candidates, ties go by id. Both engines
    agree.

    Args:
        store: the graph.
        ids: functions to find candidates for; each has a list, if an empty one.
        limit: at most so many a function.
        scope: "category" for candidates of the function's own category only, as in the paper.
        role: "target" turns the question round: which functions return what these take?
    """
    wanted = sorted(set(ids))
    met, other_side = {
        "source": ("list_returned_concepts", "list_takers"),
        "target": ("list_taken_concepts", "list_returners"),
    }[role]
    of_function = {row["function"]: row["concepts"] for row in store.run(met, ids=wanted)}
    concepts = _concepts(store, sorted({name for names in of_function.values() for name in names}), other_side)
    allowed = _own_category(store, wanted) if scope == "category" else {}
    return {
        name: _best([concepts[each] for each in of_function.get(name, [])], name, allowed.get(name), limit)
        for name in wanted
    }


def list_category_members(store: GraphStore, ids: Iterable[str]) -> dict[str, list[str]]:
    """The ids of all functions, in order, by category, for the categories of these functions.

    The paper draws its candidates from them at random; who draws brings the seed.
    """
    rows = store.run("list_category_members", ids=sorted(set(ids)))
    return {row["category"]: sorted(row["functions"]) for row in sorted(rows, key=lambda row: row["category"])}


def _concepts(store: GraphStore, ids: Sequence[str], other_side: str) -> dict[str, _Concept]:
    users: dict[str, set[str]] = {name: set() for name in ids}
    others: dict[str, frozenset[str]] = dict.fromkeys(ids, frozenset())
    for query in ("list_takers", "list_returners"):
        for row in store.run(query, ids=ids):
            users[row["concept"]].update(row["functions"])
            if query == other_side:
                others[row["concept"]] = frozenset(row["functions"])
    return {name: _Concept(name, 1 / len(users[name]), others[name]) for name in ids}


def _own_category(store: GraphStore, ids: Sequence[str]) -> dict[str, frozenset[str]]:
    category = list_functions(store)
    members = {name: frozenset(ids) for name, ids in list_category_members(store, ids).items()}
    return {name: members[category[name]] for name in ids if name in category}


def _best(concepts: Sequence[_Concept], own: str, allowed: frozenset[str] | None, limit: int) -> list[str]:
    """The `limit` best of all functions on the other side of the concepts.

    Concepts are taken rarest first. Once `limit` functions score more than all concepts still to come are
    worth together, no new one can reach them, and the crowd behind a common concept ("name") need not be gone
    through.
    """
    ordered = sorted(concepts, key=lambda concept: (-concept.weight, concept.id))
    to_come = list(accumulate((concept.weight for concept in reversed(ordered)), initial=0.0))[::-1]
    scores: dict[str, float] = {}
    for position, concept in enumerate(ordered):
        if _settled(scores, to_come[position], limit):
            found: Iterable[str] = scores.keys() & concept.others
        else:
            found = concept.others if allowed is None else concept.others & allowed
        for name in found:
            scores[name] = scores.get(name, 0.0) + concept.weight
    scores.pop(own, None)
    return sorted(scores, key=lambda name: (-scores[name], name))[:limit]


def _settled(scores: Mapping[str, float], to_come: float, limit: int) -> bool:
    # One more than asked for, because the function itself may be among them and is left out.
    if len(scores) <= limit:
        return False
    return sorted(scores.values(), reverse=True)[limit] > to_come
