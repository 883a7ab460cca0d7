"""Take functions into the graph and judge what is new, and nothing twice (METHOD.md §2)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from magnet_kg.catalog.concepts import NAMING, concepts_of
from magnet_kg.dependency.candidates import LIMIT, Mode, pairs_to_judge
from magnet_kg.domain.dependency import Edge, Verdict
from magnet_kg.domain.errors import MagnetError
from magnet_kg.domain.function import Function
from magnet_kg.graph import GraphStore
from magnet_kg.graph.candidates import Scope, pools_of
from magnet_kg.graph.functions import Changes, fetch_functions, mark_judged, save_functions, unjudged_functions
from magnet_kg.graph.verdicts import judged_pairs, save_verdicts
from magnet_kg.teacher.protocol import Judgement, Teacher

# Verdicts are stored when there are so many, or after so many seconds: an interrupted build goes on where it stopped.
_VERDICTS_AT_ONCE = 20_000
_SECONDS = 5.0
_RETRIES = 2

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Built:
    """What a build did."""

    new: int
    changed: int
    unchanged: int
    judgements: int
    edges: int


def build_graph(
    store: GraphStore,
    functions: Iterable[Function],
    teacher: Teacher,
    mode: Mode = "hybrid",
    limit: int = LIMIT,
    progress: Progress | None = None,
    scope: Scope = "auto",
) -> Built:
    """Upsert functions with their concepts, then judge every pair that a new or changed function brings.

    Args:
        store: the graph.
        functions: what the graph shall hold (what else it holds stays).
        teacher: judges.
        mode: how candidates are found.
        limit: candidates a function, as source and as target.
        progress: told (functions judged, functions to judge).
        scope: among which functions candidates are retrieved.

    Raises:
        MagnetError: a judgement that could not be read, after retries.
    """
    changes = add_functions(store, functions)
    ids = [*changes.new, *changes.changed, *changes.unchanged]
    # New and changed functions, and those of a build that was interrupted: what it had judged is not judged again.
    touched = unjudged_functions(store, ids)
    judgements, edges = judge_functions(store, touched, teacher, mode, limit, progress, scope)
    return Built(len(changes.new), len(changes.changed), len(changes.unchanged), judgements, edges)


def add_functions(store: GraphStore, functions: Iterable[Function]) -> Changes:
    """Upsert functions with their concepts, without judging anything; taken as they come, some thousand at a time."""
    return save_functions(store, functions, concepts_of, NAMING)


def judge_functions(
    store: GraphStore,
    touched: Sequence[str],
    teacher: Teacher,
    mode: Mode = "hybrid",
    limit: int = LIMIT,
    progress: Progress | None = None,
    scope: Scope = "auto",
) -> tuple[int, int]:
    """Judge every pair that these functions bring; (judgements, edges found among them).

    Some categories at a time: neither memory nor time depend on what else the graph holds. Pairs that have a verdict
    on both functions as they are now are left alone.

    Raises:
        MagnetError: a judgement that could not be read, after retries.
    """
    done = judgements = edges = 0
    for part in pools_of(store, touched, scope):
        ids = sorted(one for members in part.values() for one in members)
        open_pairs = _open_pairs(store, pairs_to_judge(store, ids, mode, limit, scope=scope))
        functions = fetch_functions(store, {*ids, *open_pairs, *(t for ts in open_pairs.values() for t in ts)})
        batch = _Batch(store)

        def tell(share: float, done: int = done, here: int = len(ids)) -> None:
            if progress is not None:
                progress(done + int(share * here), len(touched))

        try:
            asyncio.run(_judge_into(batch, teacher, functions, open_pairs, limit, tell))
        finally:
            # What was judged is kept, whatever stopped the judge.
            batch.save()
        mark_judged(store, [functions[one] for one in ids])
        judgements, edges, done = judgements + batch.judgements, edges + batch.edges, done + len(ids)
        tell(1.0)
    return judgements, edges


def _open_pairs(store: GraphStore, pairs: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    judged = judged_pairs(store, pairs)
    left = {source: [t for t in targets if (source, t) not in judged] for source, targets in pairs.items()}
    return {source: targets for source, targets in left.items() if targets}


class _Batch:
    """Verdicts on their way into the graph."""

    def __init__(self, store: GraphStore) -> None:
        self._store = store
        self._waiting: list[Verdict] = []
        self._saved = time.monotonic()
        self.judgements = self.edges = 0

    def add(self, verdicts: Sequence[Verdict]) -> None:
        """Take verdicts in, and store them with others when it is time."""
        self._waiting += verdicts
        if len(self._waiting) >= _VERDICTS_AT_ONCE or time.monotonic() - self._saved > _SECONDS:
            self.save()

    def save(self) -> None:
        """Store what is waiting."""
        waiting, self._waiting = self._waiting, []
        save_verdicts(self._store, waiting)
        self.judgements += len(waiting)
        self.edges += sum(verdict.dependency is not None for verdict in waiting)
        self._saved = time.monotonic()


async def _judge_into(
    batch: _Batch,
    teacher: Teacher,
    functions: Mapping[str, Function],
    pairs: Mapping[str, Sequence[str]],
    limit: int,
    tell: Callable[[float], None],
) -> None:
    for number, (source, targets) in enumerate(pairs.items(), 1):
        batch.add(await _judge(teacher, functions, {source: targets}, limit))
        if number % 50 == 0:
            tell(number / len(pairs))


def judge_among(
    teacher: Teacher, functions: Mapping[str, Function], sources: Iterable[str], targets: Iterable[str]
) -> list[Edge]:
    """The edges from these sources to these targets, every pair judged anew and nothing stored.

    For a handful of functions: what a graph has to choose among thousands, this tries.
    """
    wanted = sorted(targets)
    pairs = {source: [target for target in wanted if target != source] for source in sorted(sources)}
    verdicts = asyncio.run(_judge(teacher, functions, pairs, LIMIT))
    return [
        Edge(source=v.source, target=v.target, dependency=v.dependency, verdict=v.hash, judge=v.judge)
        for v in verdicts
        if v.dependency is not None
    ]


async def _judge(
    teacher: Teacher, functions: Mapping[str, Function], pairs: Mapping[str, Sequence[str]], limit: int
) -> list[Verdict]:
    verdicts = []
    for source, targets in pairs.items():
        for start in range(0, len(targets), limit):
            candidates = [functions[target] for target in targets[start : start + limit]]
            for judgement in await _complete_judgement(teacher, functions[source], candidates):
                verdicts.append(_verdict(teacher, functions[source], functions[judgement.target], judgement))
    return verdicts


async def _complete_judgement(teacher: Teacher, source: Function, candidates: Sequence[Function]) -> list[Judgement]:
    wanted = [candidate.id for candidate in candidates]
    for _ in range(1 + _RETRIES):
        answers = await teacher.judge(source, candidates)
        if [answer.target for answer in answers] == wanted:
            return answers
    raise MagnetError(f"{teacher.name} does not judge every candidate", where=source.id)


def _verdict(teacher: Teacher, source: Function, target: Function, judgement: Judgement) -> Verdict:
    if (judgement.dependency is None) == (judgement.reason is None):
        raise MagnetError(f"{teacher.name} gives neither a dependency nor a reason", where=f"{source.id} → {target.id}")
    # Not validated again: there may be millions, of parts that are valid.
    return Verdict.model_construct(
        source=source.id,
        target=target.id,
        source_hash=source.content_hash,
        target_hash=target.content_hash,
        judge=teacher.name,
        prompt_hash=teacher.judging_hash,
        dependency=judgement.dependency,
        reason=judgement.reason,
    )
