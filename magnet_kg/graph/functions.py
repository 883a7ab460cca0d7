"""Functions in the graph, with their categories and concepts (METHOD.md §1)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice

import orjson

from magnet_kg.domain.concept import ConceptUse
from magnet_kg.domain.function import Function
from magnet_kg.domain.record import Record, content_hash
from magnet_kg.graph.store import GraphStore, Row, UncertainWriteError

# Functions written together: what memory holds with ease whatever the size of the catalog.
_FUNCTIONS_AT_ONCE = 6000
# Edges deleted in one transaction; 300,000 exceed Neo4j's memory, and one function may stand in that many
# paths.
_EDGES_AT_ONCE = 10_000
_ATTACHMENTS = ("delete_membership", "delete_takes", "delete_returns")
_VERDICTS = ("delete_feeds_from", "delete_feeds_into", "delete_rejected_from", "delete_rejected_into")
_CATEGORIES = ("find_categories", "create_categories")
_CONCEPTS = ("find_concepts", "create_concepts")
_STEPS = ("delete_steps_into",)
# What a function carries of its source beside what is judged.
_LABELS = ("catalog", "original_name", "licence", "version")
# Until everything that belongs to a function is written: one whose writing was interrupted is written again.
_UNSEALED = {"content_hash": "", "concepts_hash": "", "judged_hash": ""}
# ladybug keeps what it was given with a statement: schemas of more functions would fill its memory.
_UPSERTED_AT_ONCE = 200

Naming = Callable[[Function], ConceptUse]


class Changes(Record):
    """What a catalog means to the graph, by ids in order."""

    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()


def classify(store: GraphStore, functions: Iterable[Function]) -> Changes:
    """Compare functions with what is stored under their ids, by content hash; nothing is written."""
    hashes = {function.id: function.content_hash for function in functions}
    rows = [{"id": name, "content_hash": hashes[name]} for name in sorted(hashes)]
    return _changes({row["function"]: row["state"] for row in store.run("classify_functions", rows=rows)})


def save_functions(
    store: GraphStore, functions: Iterable[Function], concepts: Sequence[ConceptUse] | Naming, naming: str = ""
) -> Changes:
    """Write functions with their categories and concepts; only what differs from the graph is written.

    A changed function loses its verdicts in both directions: they judged what it no longer is. What was
    interrupted counts as changed the next time. Of functions with the same id the last one counts.

    Args:
        store: the graph.
        functions: taken as they come, some thousand at a time.
        concepts: the concepts of these functions, or what names them; then only what is written is named.
        naming: the version of what names concepts: under another one all are named anew.

    Raises:
        ValueError: concepts of a function that is not among `functions`.
    """
    if callable(concepts):
        writer = _Writer(store, concepts, lambda function: f"named {naming}")
    else:
        functions = list(functions)
        uses = {use.function: use for use in concepts}
        if strangers := sorted(uses.keys() - {function.id for function in functions}):
            raise ValueError(f"concepts of functions that are not saved with them: {strangers[:5]}")
        writer = _Writer(
            store,
            lambda function: uses.get(function.id) or ConceptUse(function=function.id),
            lambda function: _concepts_hash(uses.get(function.id)),
        )
    states: dict[str, str] = {}
    stream = iter(functions)
    while part := {function.id: function for function in islice(stream, _FUNCTIONS_AT_ONCE)}:
        try:
            states = writer.write(part) | states
        except UncertainWriteError:
            states = writer.write(part) | states  # what is not sealed is written anew
    return _changes(states)


def unjudged_functions(store: GraphStore, ids: Iterable[str]) -> list[str]:
    """Those of the functions whose pairs have not all been judged as they are now, in order."""
    return sorted(row["function"] for row in store.run("list_unjudged", ids=sorted(set(ids))))


def all_unjudged(store: GraphStore, catalog: str | None = None) -> list[str]:
    """All functions of the graph, or of a catalog, whose pairs have not all been judged, in order."""
    return sorted(row["function"] for row in store.run("list_all_unjudged", catalog=catalog or ""))


def holds_catalog(store: GraphStore, catalog: str) -> bool:
    """Whether the graph has functions of a catalog."""
    return bool(store.run("find_catalog", catalog=catalog))


def mark_judged(store: GraphStore, functions: Iterable[Function]) -> None:
    """Note that every pair that these functions bring has a verdict."""
    hashes = {function.id: function.content_hash for function in functions}
    store.write("mark_judged", [{"id": name, "content_hash": hashes[name]} for name in sorted(hashes)])


def remove_functions(store: GraphStore, ids: Iterable[str]) -> None:
    """Delete functions with all their edges, and the concepts and categories that nothing else uses."""
    wanted = sorted(set(ids))
    for start in range(0, len(wanted), _FUNCTIONS_AT_ONCE):
        removed = wanted[start : start + _FUNCTIONS_AT_ONCE]
        used = _attached(store, removed)
        _delete_edges(store, removed, (*_VERDICTS, *_ATTACHMENTS, *_STEPS))
        store.write("delete_functions", [{"id": name} for name in removed])
        _delete_orphans(store, used)


def load_functions(store: GraphStore, executor: str | None = None) -> dict[str, Function]:
    """All functions by id, in the order of ids; with `executor`, only those that it can run."""
    rows = sorted(store.run("load_functions", executor=executor or ""), key=lambda row: row["id"])
    return {row["id"]: _function(row) for row in rows}


def fetch_functions(store: GraphStore, ids: Iterable[str]) -> dict[str, Function]:
    """These functions by id, in the order of ids; those that the graph does not hold are left out."""
    wanted = sorted(set(ids))
    rows: list[Row] = []
    for start in range(0, len(wanted), _FUNCTIONS_AT_ONCE):
        rows += store.run("fetch_functions", ids=wanted[start : start + _FUNCTIONS_AT_ONCE])
    return {row["id"]: _function(row) for row in sorted(rows, key=lambda row: row["id"])}


def list_functions(store: GraphStore) -> dict[str, str]:
    """The category of every function, by the function's id, in the order of ids."""
    rows = store.run("list_function_categories")
    return {row["function"]: row["category"] for row in sorted(rows, key=lambda row: row["function"])}


def missing_functions(store: GraphStore, ids: Iterable[str]) -> list[str]:
    """Those of the ids that the graph does not hold, in order."""
    wanted = sorted(set(ids))
    found = {row["function"] for row in store.run("find_functions", ids=wanted)}
    return [name for name in wanted if name not in found]


class _Writer:
    """Writes functions, one part of a catalog after the other."""

    def __init__(self, store: GraphStore, concepts: Naming, concepts_hash: Callable[[Function], str]) -> None:
        self._store = store
        self._concepts = concepts
        self._concepts_hash = concepts_hash
        self._known: dict[str, set[str]] = {_CATEGORIES[0]: set(), _CONCEPTS[0]: set()}

    def write(self, functions: Mapping[str, Function]) -> dict[str, str]:
        """Write what differs of these functions; new, changed or unchanged, by id."""
        store = self._store
        stored = {row["function"]: row for row in store.run("list_hashes", ids=sorted(functions))}
        states = {name: _state(functions[name], stored.get(name)) for name in sorted(functions)}
        stale = [functions[name] for name in states if self._differs(functions[name], stored.get(name))]
        if not stale:
            return states
        before = [function.id for function in stale if function.id in stored]
        used = _attached(store, before)
        _delete_edges(store, [name for name, state in states.items() if state == "changed"], _VERDICTS)
        _delete_edges(store, before, _ATTACHMENTS)
        fresh = [_function_row(function) | _UNSEALED for function in stale if function.id not in stored]
        store.write("create_functions", fresh, batch=1000)
        store.write("upsert_functions", [_function_row(f) for f in stale if f.id in stored], batch=_UPSERTED_AT_ONCE)
        self._attach(stale)
        _delete_orphans(store, used)
        hashes = [{"id": f.id, "content_hash": f.content_hash, "concepts_hash": self._concepts_hash(f)} for f in stale]
        store.write("seal_functions", hashes)
        return states

    def _differs(self, function: Function, row: Row | None) -> bool:
        return row is None or (
            row["content_hash"] != function.content_hash
            or row["concepts_hash"] != self._concepts_hash(function)
            or row["origin"] != function.source
            or row["executor"] != function.executor
            or any((row[name] or "") != (getattr(function, name) or "") for name in _LABELS)
        )

    def _attach(self, functions: Sequence[Function]) -> None:
        uses = [self._concepts(function) for function in functions]
        self._make(_CATEGORIES, {function.category for function in functions})
        memberships = [{"source": each.id, "target": each.category} for each in functions]
        self._store.write("create_membership", memberships)
        self._make(
            _CONCEPTS,
            {t.concept for use in uses for t in use.takes} | {r.concept for use in uses for r in use.returns},
        )
        self._store.write("create_takes", list(_takes_rows(uses)))
        self._store.write("create_returns", list(_returns_rows(uses)))

    def _make(self, queries: tuple[str, str], ids: set[str]) -> None:
        """Create those categories or concepts that are not there yet."""
        find, create = queries
        known = self._known[find]
        known |= {row["id"] for row in self._store.run(find, ids=sorted(ids - known))}
        self._store.write(create, [{"id": name} for name in sorted(ids - known)])
        known |= ids


def _state(function: Function, row: Row | None) -> str:
    if row is None:
        return "new"
    return "unchanged" if row["content_hash"] == function.content_hash else "changed"


def _changes(states: Mapping[str, str]) -> Changes:
    by_state: dict[str, list[str]] = {"new": [], "changed": [], "unchanged": []}
    for name in sorted(states):
        by_state[states[name]].append(name)
    return Changes(**{state: tuple(ids) for state, ids in by_state.items()})


def _concepts_hash(use: ConceptUse | None) -> str:
    return content_hash(use.model_dump(mode="json") if use else [])


def _function_row(function: Function) -> Row:
    return {
        "id": function.id,
        "name": function.name,
        "category": function.category,
        "toolkit": function.toolkit,
        "description": function.description,
        "parameters": orjson.dumps(function.parameters).decode(),
        "returns": None if function.returns is None else orjson.dumps(function.returns).decode(),
        "source": function.source,
        "executor": function.executor,
        **{name: getattr(function, name) for name in _LABELS},
    }


def _takes_rows(uses: Iterable[ConceptUse]) -> Iterator[Row]:
    for use in uses:
        for t in use.takes:
            yield {
                "source": use.function,
                "target": t.concept,
                "name": t.parameter,
                "type": t.type,
                "required": t.required,
            }


def _returns_rows(uses: Iterable[ConceptUse]) -> Iterator[Row]:
    for use in uses:
        for r in use.returns:
            yield {"source": use.function, "target": r.concept, "path": r.path, "type": r.type}


def _function(row: Row) -> Function:
    schemas = {name: orjson.loads(row[name]) if row[name] else None for name in ("parameters", "returns")}
    return Function.model_validate({**row, **schemas})


def _delete_edges(store: GraphStore, ids: Sequence[str], queries: Sequence[str]) -> None:
    for query in queries if ids else ():
        while store.run(query, ids=ids, limit=_EDGES_AT_ONCE)[0]["deleted"]:
            pass


def _attached(store: GraphStore, ids: Sequence[str]) -> dict[str, list[str]]:
    """The concepts and categories of functions: what may be left without any when these go."""
    return {
        "delete_orphan_concepts": [row["concept"] for row in store.run("list_used_concepts", ids=ids)],
        "delete_orphan_categories": [row["category"] for row in store.run("list_own_categories", ids=ids)],
    }


def _delete_orphans(store: GraphStore, used: Mapping[str, Sequence[str]]) -> None:
    for query, ids in used.items():
        store.run(query, ids=sorted(set(ids)))
