"""Which pairs are worth judging: what a function returns against what another takes (METHOD.md §2)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Literal

from magnet_kg.domain.function import TOOLKITS
from magnet_kg.graph.similar import TextIndex
from magnet_kg.graph.store import GraphStore, Row

# Where candidates are sought: in the function's own category, its catalog, everywhere; `auto` is the catalog for
# toolkits, which share one world, and the category for everything else.
Scope = Literal["auto", "category", "catalog", "all"]
Role = Literal["source", "target"]
Telling = Callable[[str], bool]

# By scope: who takes what, who returns what, and who is there at all.
_TAKERS = {"category": "list_takers_in_category", "catalog": "list_takers_in_catalog", "all": "list_takers_in_all"}
_RETURNERS = {
    "category": "list_returners_in_category",
    "catalog": "list_returners_in_catalog",
    "all": "list_returners_in_all",
}
_MEMBERS = {"category": "list_category_members", "catalog": "list_catalog_members", "all": "list_all_members"}
# Functions whose pools are fetched together: what one answer of a few megabytes holds.
_FUNCTIONS_AT_ONCE = 3000
# Of the candidates so many come by similar words alone, where concepts leave room.
_SIMILAR = 3


@dataclass(frozen=True)
class Pool:
    """Functions among which candidates are sought: those of a category, of a catalog, or all."""

    scope: Literal["category", "catalog", "all"]
    name: str

    def __lt__(self, other: Pool) -> bool:
        return (self.scope, self.name) < (other.scope, other.name)


@dataclass(frozen=True)
class _Concept:
    """A concept within a pool: how much sharing it says, and who is on the other side."""

    id: str
    weight: float
    others: frozenset[str]


def find_candidates(
    store: GraphStore,
    ids: Iterable[str],
    limit: int = 30,
    scope: Scope = "all",
    role: Role = "source",
    telling: Telling | None = None,
) -> dict[str, list[str]]:
    """For each function the functions that most likely depend on it: they take a concept that it returns.

    What a function can be called without counts only where it needs nothing else. A shared concept counts
    1 / (number of functions of the pool that take or return it), so that rare ones come first; the sum over the
    concepts that two functions share orders the candidates, ties go by id. What is left free goes to a few functions
    that take something of similar words. Both engines agree, and what another pool holds changes nothing.

    Args:
        store: the graph.
        ids: functions to find candidates for; each has a list, if an empty one.
        limit: at most so many a function.
        scope: among which functions.
        role: "target" turns the question round: which functions return what these take?
        telling: which concepts are worth sharing; all of them, where it is None.
    """
    wanted = sorted(set(ids))
    found: dict[str, list[str]] = {name: [] for name in wanted}
    for part in pools_of(store, wanted, scope):
        for pool, index in _read(store, part, telling).items():
            for name in part[pool]:
                found[name] = index.candidates(name, limit, role)
    return found


def pools_of(store: GraphStore, ids: Sequence[str], scope: Scope) -> Iterator[dict[Pool, list[str]]]:
    """The functions by the pool in which their candidates are sought, as many pools at a time as are read together."""
    of_pool: dict[Pool, list[str]] = defaultdict(list)
    for row in store.run("list_places", ids=ids):
        of_pool[_pool(row["category"], row["catalog"] or "", scope)].append(row["function"])
    part: dict[Pool, list[str]] = {}
    for pool in sorted(of_pool):
        if part and (next(iter(part)).scope != pool.scope or sum(map(len, part.values())) >= _FUNCTIONS_AT_ONCE):
            yield part
            part = {}
        part[pool] = sorted(of_pool[pool])
    if part:
        yield part


def list_members(store: GraphStore, pools: Iterable[Pool]) -> dict[Pool, list[str]]:
    """The ids of all functions of the pools, in order. The paper draws its candidates from a category at random."""
    names: dict[str, list[str]] = defaultdict(list)
    members: dict[Pool, list[str]] = {}
    for pool in pools:
        names[pool.scope].append(pool.name)
        members[pool] = []
    for scope, wanted in names.items():
        for row in store.run(_MEMBERS[scope], **_parameters(scope, wanted)):
            members[Pool(scope, row["pool"])] = sorted(row["functions"])  # type: ignore[arg-type]
    return members


def _pool(category: str, catalog: str, scope: Scope) -> Pool:
    if scope == "all":
        return Pool("all", "")
    if scope == "catalog" or (scope == "auto" and catalog == TOOLKITS):
        return Pool("catalog", catalog)
    return Pool("category", category)


def _parameters(scope: str, names: Sequence[str]) -> dict[str, list[str]]:
    return {} if scope == "all" else {"ids": sorted(names)}


class _Index:
    """Who takes and returns what in one pool."""

    def __init__(self, takers: Mapping[str, Sequence[str]], returners: Mapping[str, Sequence[str]]) -> None:
        self._others = {
            "source": {concept: frozenset(names) for concept, names in takers.items()},
            "target": {concept: frozenset(names) for concept, names in returners.items()},
        }
        takes, returns = _by_function(takers), _by_function(returners)
        self._met = {"source": returns, "target": takes}
        self._facing = {"source": takes, "target": returns}
        users = {c: set(takers.get(c, ())) | set(returners.get(c, ())) for c in takers.keys() | returners.keys()}
        self._weight = {concept: 1 / len(names) for concept, names in users.items()}
        self._texts: dict[str, TextIndex] = {}

    def candidates(self, name: str, limit: int, role: Role) -> list[str]:
        """The candidates of one function, the best ones first."""
        others = self._others[role]
        met = self._met[role].get(name, ())
        concepts = [_Concept(c, self._weight[c], others[c]) for c in met if c in others]
        chosen = _best(concepts, name, limit)
        if len(chosen) < limit and met:
            if role not in self._texts:
                self._texts[role] = TextIndex(self._facing[role])
            known = {name, *chosen}
            chosen += self._texts[role].similar(met, known, min(_SIMILAR, limit - len(chosen)))
        return chosen


def _read(store: GraphStore, pools: Iterable[Pool], telling: Telling | None) -> dict[Pool, _Index]:
    names = [pool.name for pool in pools]
    scope = next(iter(pools)).scope
    takers: dict[str, list[Row]] = {name: [] for name in names}
    for row in store.run(_TAKERS[scope], **_parameters(scope, names)):
        takers[row["pool"]].append(row)
    returners: dict[str, dict[str, list[str]]] = {name: {} for name in names}
    for row in store.run(_RETURNERS[scope], **_parameters(scope, names)):
        if telling is None or telling(row["concept"]):
            returners[row["pool"]][row["concept"]] = row["functions"]
    return {Pool(scope, name): _Index(_takers(takers[name], telling), returners[name]) for name in names}


def _takers(rows: Sequence[Row], telling: Telling | None) -> dict[str, list[str]]:
    """Who takes what: what a function cannot be called without, and anything of those that need nothing."""
    bound = {name for row in rows for name in row["needing"]}
    found = {}
    for row in rows:
        if telling is None or telling(row["concept"]):
            needing = set(row["needing"])
            found[row["concept"]] = [name for name in row["functions"] if name in needing or name not in bound]
    return {concept: names for concept, names in found.items() if names}


def _by_function(users: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    concepts: dict[str, list[str]] = defaultdict(list)
    for concept in sorted(users):
        for name in users[concept]:
            concepts[name].append(concept)
    return concepts


def _best(concepts: Sequence[_Concept], own: str, limit: int) -> list[str]:
    """The `limit` best of all functions on the other side of the concepts.

    Concepts are taken rarest first. Once `limit` functions score more than all concepts still to come are
    worth together, no new one can reach them, and the crowd behind a common concept ("name") need not be gone
    through.
    """
    ordered = sorted(concepts, key=lambda concept: (-concept.weight, concept.id))
    to_come = list(accumulate((concept.weight for concept in reversed(ordered)), initial=0.0))[::-1]
    scores: dict[str, float] = {}
    for position, concept in enumerate(ordered):
        settled = _settled(scores, to_come[position], limit)
        found: Iterable[str] = scores.keys() & concept.others if settled else concept.others
        for name in found:
            scores[name] = scores.get(name, 0.0) + concept.weight
    scores.pop(own, None)
    return sorted(scores, key=lambda name: (-scores[name], name))[:limit]


def _settled(scores: Mapping[str, float], to_come: float, limit: int) -> bool:
    # One more than asked for, because the function itself may be among them and is left out.
    if len(scores) <= limit:
        return False
    return sorted(scores.values(), reverse=True)[limit] > to_come
