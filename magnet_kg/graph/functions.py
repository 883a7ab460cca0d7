"""Functions in the graph, with their categories and concepts (METHOD.md §1)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import orjson

from magnet_kg.domain.concept import ConceptUse
from magnet_kg.domain.function import Function
from magnet_kg.domain.record import Record, content_hash
from magnet_kg.graph.store import GraphStore, Row

# Edges deleted in one transaction; 300,000 exceed Neo4j's memory, and one function may stand in that many
# paths.
_EDGES_AT_ONCE = 10_000
_ATTACHMENTS = ("delete_membership", "delete_takes", "delete_returns")
_VERDICTS = ("delete_feeds_from", "delete_feeds_into", "delete_rejected_from", "delete_rejected_into")
_STEPS = ("delete_steps_into",)
# What a function carries of its source beside what is judged.
_LABELS = ("catalog", "original_name", "licence", "version")


class Changes(Record):
    """What a catalog means to the graph, by ids in order."""

    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()


def classify(store: GraphStore, functions: Iterable[Function]) -> Changes:
    """Compare functions with what is stored under their ids, by content hash; nothing is written."""
    hashes = {function.id: function.content_hash for function in functions}
    rows = [{"id": name, "content_hash": hashes[name]} for name in sorted(hashes)]
    states: dict[str, list[str]] = {"new": [], "changed": [], "unchanged": []}
    for row in store.run("classify_functions", rows=rows):
        states[row["state"]].append(row["function"])
    return Changes(**{state: tuple(sorted(ids)) for state, ids in states.items()})


def save_functions(store: GraphStore, functions: Iterable[Function], concepts: Sequence[ConceptUse]) -> Changes:
    """Write functions with their categories and concepts; only what differs from the graph is written.

    A changed function loses its verdicts in both directions: they judged what it no longer is. What was
    interrupted counts as changed the next time. Of functions with the same id the last one counts.

    Raises:
        ValueError: concepts of a function that is not among `functions`.
    """
    by_id = {function.id: function for function in functions}
    uses = {use.function: use for use in concepts}
    if strangers := sorted(uses.keys() - by_id.keys()):
        raise ValueError(f"concepts of functions that are not saved with them: {strangers[:5]}")
    changes = classify(store, by_id.values())
    stored = {row["function"]: row for row in store.run("list_hashes", ids=sorted(by_id))}
    stale = [name for name in sorted(by_id) if _differs(by_id[name], uses.get(name), stored.get(name))]
    _delete_edges(store, changes.changed, _VERDICTS)
    _delete_edges(store, [name for name in stale if name in stored], _ATTACHMENTS)
    store.write("upsert_functions", [_function_row(by_id[name]) for name in stale], batch=1000)
    _attach(store, [by_id[name] for name in stale], [uses[name] for name in stale if name in uses])
    if stale and stored:
        _delete_orphans(store)
    store.write("seal_functions", [_hash_row(by_id[name], uses.get(name)) for name in stale])
    return changes


def unjudged_functions(store: GraphStore, ids: Iterable[str]) -> list[str]:
    """Those of the functions whose pairs have not all been judged as they are now, in order."""
    return sorted(row["function"] for row in store.run("list_unjudged", ids=sorted(set(ids))))


def mark_judged(store: GraphStore, functions: Iterable[Function]) -> None:
    """Note that every pair that these functions bring has a verdict."""
    hashes = {function.id: function.content_hash for function in functions}
    store.write("mark_judged", [{"id": name, "content_hash": hashes[name]} for name in sorted(hashes)])


def remove_functions(store: GraphStore, ids: Iterable[str]) -> None:
    """Delete functions with all their edges, and the concepts and categories that nothing else uses."""
    removed = sorted(set(ids))
    _delete_edges(store, removed, (*_VERDICTS, *_ATTACHMENTS, *_STEPS))
    store.write("delete_functions", [{"id": name} for name in removed])
    if removed:
        _delete_orphans(store)


def load_functions(store: GraphStore, executor: str | None = None) -> dict[str, Function]:
    """All functions by id, in the order of ids; with `executor`, only those that it can run."""
    rows = sorted(store.run("load_functions", executor=executor or ""), key=lambda row: row["id"])
    return {row["id"]: _function(row) for row in rows}


def load_functions_among(store: GraphStore, ids: Iterable[str]) -> dict[str, Function]:
    """Those of these functions that the graph holds, by id, in the order of ids."""
    rows = store.run("load_functions_among", ids=sorted(set(ids)))
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


def _differs(function: Function, use: ConceptUse | None, row: Row | None) -> bool:
    return row is None or (
        row["content_hash"] != function.content_hash
        or row["concepts_hash"] != _concepts_hash(use)
        or row["origin"] != function.source
        or row["executor"] != function.executor
        or any((row[name] or "") != (getattr(function, name) or "") for name in _LABELS)
    )


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


def _hash_row(function: Function, use: ConceptUse | None) -> Row:
    return {"id": function.id, "content_hash": function.content_hash, "concepts_hash": _concepts_hash(use)}


def _function(row: Row) -> Function:
    schemas = {name: orjson.loads(row[name]) if row[name] else None for name in ("parameters", "returns")}
    return Function.model_validate({**row, **schemas})


def _attach(store: GraphStore, functions: Sequence[Function], uses: Sequence[ConceptUse]) -> None:
    categories = sorted({function.category for function in functions})
    store.write("upsert_categories", [{"id": name} for name in categories])
    store.write("create_membership", [{"source": each.id, "target": each.category} for each in functions])
    named = {t.concept for use in uses for t in use.takes} | {r.concept for use in uses for r in use.returns}
    store.write("upsert_concepts", [{"id": name} for name in sorted(named)])
    takes = [
        {
            "source": use.function,
            "target": t.concept,
            "name": t.parameter,
            "type": t.type,
            "required": t.required,
        }
        for use in uses
        for t in use.takes
    ]
    store.write("create_takes", takes)
    returns = [
        {"source": use.function, "target": r.concept, "path": r.path, "type": r.type}
        for use in uses
        for r in use.returns
    ]
    store.write("create_returns", returns)


def _delete_edges(store: GraphStore, ids: Sequence[str], queries: Sequence[str]) -> None:
    for query in queries if ids else ():
        while store.run(query, ids=ids, limit=_EDGES_AT_ONCE)[0]["deleted"]:
            pass


def _delete_orphans(store: GraphStore) -> None:
    store.run("delete_orphan_concepts")
    store.run("delete_orphan_categories")
