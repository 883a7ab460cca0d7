"""Take steps out of a path: what cannot honestly become words goes, with everything that needed it."""

from __future__ import annotations

from collections.abc import Iterable

from magnet_kg.domain.path import PathTurn, SignaturePath, Step


def prune_steps(path: SignaturePath, steps: Iterable[str]) -> SignaturePath:
    """The path without these steps, without what depends on them, and without lookups that nothing uses any more.

    A turn in which nobody asks for anything any more goes too, together with its empty turn.
    """
    gone = set(steps)
    path = _first_instead(path, gone)
    roles = {step.id: step.role for step in path.steps.values()}
    changed = True
    while changed:
        before = len(gone)
        gone |= {link.target for link in path.links if link.source in gone}
        for step, role in roles.items():
            uses = [link.target for link in path.links if link.source == step]
            if role == "insert_backward" and uses and all(target in gone for target in uses):
                gone.add(step)
        changed = len(gone) > before
    turns = []
    for turn in _lookups_where_needed(path, gone):
        kept = turn.model_copy(
            update={
                "steps": tuple(s for s in turn.steps if s.id not in gone),
                "wanted": tuple(s for s in turn.wanted if s.id not in gone),
            }
        )
        if any(s.role == "walk" or s.role == "insert_long" for s in (*kept.steps, *kept.wanted)):
            turns.append(kept)
    left = _consistent(path, turns, gone)
    unsupplied = _unsupplied(path, left)
    return prune_steps(path, gone | unsupplied) if unsupplied else left


def _unsupplied(path: SignaturePath, left: SignaturePath) -> set[str]:
    """Steps whose supplier went with its turn, or was moved behind them: an unresolved wish calls no lookup."""
    told = dict.fromkeys(s.id for turn in left.turns for s in (*turn.wanted, *turn.steps))
    order = {step: at for at, step in enumerate(told)}
    return {
        link.target
        for link in path.links
        if link.target in order and order.get(link.source, len(order)) > order[link.target]
    }


def _first_instead(path: SignaturePath, gone: set[str]) -> SignaturePath:
    """The path in which the first call of a function supplies what its repetition would have, where that goes."""
    first = {
        o.steps[1]: o.steps[0]
        for o in path.operations
        if o.detail == "again" and o.steps[1] in gone and o.steps[0] not in gone
    }
    links = tuple(link.model_copy(update={"source": first.get(link.source, link.source)}) for link in path.links)
    return path.model_copy(update={"links": links})


def _lookups_where_needed(path: SignaturePath, gone: set[str]) -> list[PathTurn]:
    """The turns with each lookup moved to the first turn that still needs it: nobody looks up what is asked later."""
    turns = list(path.turns)
    # The last lookup first: what it needs itself then follows it.
    lookups = [s.id for t in turns for s in t.steps if s.role == "insert_backward" and s.id not in gone]
    for lookup in reversed(lookups):
        users = {link.target for link in path.links if link.source == lookup} - gone
        at = next(i for i, t in enumerate(turns) if any(s.id == lookup for s in t.steps))
        needed = next((i for i, t in enumerate(turns) if any(s.id in users for s in t.steps)), at)
        if needed != at:
            step = next(s for s in turns[at].steps if s.id == lookup)
            turns[at] = _with_steps(turns[at], [s for s in turns[at].steps if s.id != lookup])
            place = next(i for i, s in enumerate(turns[needed].steps) if s.id in users)
            turns[needed] = _with_steps(
                turns[needed], [*turns[needed].steps[:place], step, *turns[needed].steps[place:]]
            )
    completed = {t.completes: t.steps for t in turns if t.completes is not None}
    return [t.model_copy(update={"wanted": completed[t.id]}) if t.id in completed else t for t in turns]


def _with_steps(turn: PathTurn, steps: list[Step]) -> PathTurn:
    return turn.model_copy(update={"steps": tuple(steps)})


def prune_turn(path: SignaturePath, turn: str) -> SignaturePath:
    """The path without an empty turn; the turn that completed it becomes an ordinary one."""
    turns = [t.model_copy(update={"completes": None}) if t.completes == turn else t for t in path.turns if t.id != turn]
    gone = {s.id for t in path.turns if t.id == turn and not _completed(path, turn) for s in t.wanted}
    return _consistent(path, turns, gone)


def _consistent(path: SignaturePath, turns: list[PathTurn], gone: set[str]) -> SignaturePath:
    """Drop what refers to something that is no longer there."""
    ids = {t.id for t in turns}
    kept: list[PathTurn] = []
    for turn in turns:
        if turn.missing is not None and turn.missing.step in gone:
            continue
        kept.append(turn)
    ids = {t.id for t in kept}
    kept = [t if t.completes in ids or t.completes is None else t.model_copy(update={"completes": None}) for t in kept]
    there = {s.id for t in kept for s in (*t.steps, *t.wanted)}
    links = tuple(link for link in path.links if link.source in there and link.target in there)
    verdicts = {link.verdict for link in links}
    functions = {s.function for t in kept for s in (*t.steps, *t.wanted)}
    operations = tuple(
        o
        for o in path.operations
        if all(s in there for s in o.steps) and (o.operation == "merge" or all(t in ids for t in o.turns[:1]))
    )
    edges = tuple(e for e in path.edges if e.verdict in verdicts or (e.source in functions and e.target in functions))
    # What an empty turn would have waited for is offered from the start where nothing waits any more.
    freed = {
        path.steps[t.missing.step].function
        for t in path.turns
        if t.id not in ids and t.missing is not None and t.missing.kind == "miss_func"
    }
    tools = (*path.tools, *sorted(freed & functions - set(path.tools)))
    return path.model_copy(
        update={"turns": tuple(kept), "links": links, "operations": operations, "edges": edges, "tools": tools}
    )


def _completed(path: SignaturePath, turn: str) -> bool:
    return any(t.completes == turn for t in path.turns)
