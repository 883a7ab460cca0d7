"""Take functions into the graph and judge what is new, and nothing twice (METHOD.md §2)."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from magnet_kg.catalog.concepts import NAMING, concepts_of
from magnet_kg.dependency.candidates import LIMIT, Mode, pairs_to_judge
from magnet_kg.domain.dependency import Edge, Verdict
from magnet_kg.domain.errors import MagnetError, Unanswered
from magnet_kg.domain.function import Function
from magnet_kg.graph import GraphStore
from magnet_kg.graph.candidates import Scope, pools_of
from magnet_kg.graph.functions import Changes, fetch_functions, mark_judged, save_functions, unjudged_functions
from magnet_kg.graph.verdicts import judged_pairs, save_verdicts
from magnet_kg.teacher.protocol import Judgement, Teacher
from magnet_kg.teacher.waiting import InOrder

# Verdicts are stored when there are so many, or after so many seconds: an interrupted build goes on where it stopped.
_VERDICTS_AT_ONCE = 20_000
_SECONDS = 5.0
_RETRIES = 2

Progress = Callable[[int, int], None]
Given = TypeVar("Given")


class Loop(Protocol):
    """Runs what is asynchronous to its end, such as `asyncio.run`."""

    def __call__(self, main: Coroutine[Any, Any, Given], /) -> Given:
        """What it gives."""


@dataclass(frozen=True)
class Judge:
    """Who judges, and how.

    Attributes:
        teacher: judges.
        at_once: sources that are judged at once, where a judge has to be waited for.
        loop: the event loop in which the teacher waits; one of its own, where it is None.
        most: candidates of a source, where they are one question that is paid for (see `pairs_to_judge`).
    """

    teacher: Teacher
    at_once: int = 1
    loop: Loop | None = None
    most: int | None = None


@dataclass
class Judged:
    """What came of judging: pairs judged, edges found among them, and why which sources could not be judged."""

    judgements: int = 0
    edges: int = 0
    unjudged: dict[str, Unanswered] = field(default_factory=dict)

    def require_all(self) -> None:
        """Refuse to go on with functions that could not be judged.

        Raises:
            MagnetError: how many they are, why, and what to do about it.
        """
        if self.unjudged:
            (reason, _), *_ = Counter(one.reason for one in self.unjudged.values()).most_common(1)
            source, first = next((s, one) for s, one in self.unjudged.items() if one.reason == reason)
            detail = f" ({first.detail})" if first.detail else ""
            functions = "1 function" if len(self.unjudged) == 1 else f"{len(self.unjudged):,} functions"
            raise MagnetError(
                f"{functions} could not be judged, such as {source}: {reason}{detail}",
                do="Give the same command again, or name another judge; what was judged is kept",
            )


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
    judge: Judge | Teacher,
    mode: Mode = "hybrid",
    limit: int = LIMIT,
    progress: Progress | None = None,
    scope: Scope = "auto",
) -> Built:
    """Upsert functions with their concepts, then judge every pair that a new or changed function brings.

    Args:
        store: the graph.
        functions: what the graph shall hold (what else it holds stays).
        judge: who judges; a teacher that need not be waited for may stand for itself.
        mode: how candidates are found.
        limit: candidates a function, as source and as target.
        progress: told (functions judged, functions to judge).
        scope: among which functions candidates are retrieved.

    Raises:
        MagnetError: judgements that could not be read, after retries; all others are kept.
    """
    changes = add_functions(store, functions)
    ids = [*changes.new, *changes.changed, *changes.unchanged]
    # New and changed functions, and those of a build that was interrupted: what it had judged is not judged again.
    touched = unjudged_functions(store, ids)
    judged = judge_functions(store, touched, judge, mode, limit, progress, scope)
    judged.require_all()
    return Built(len(changes.new), len(changes.changed), len(changes.unchanged), judged.judgements, judged.edges)


def add_functions(store: GraphStore, functions: Iterable[Function]) -> Changes:
    """Upsert functions with their concepts, without judging anything; taken as they come, some thousand at a time."""
    return save_functions(store, functions, concepts_of, NAMING)


def judge_functions(
    store: GraphStore,
    touched: Sequence[str],
    judge: Judge | Teacher,
    mode: Mode = "hybrid",
    limit: int = LIMIT,
    progress: Progress | None = None,
    scope: Scope = "auto",
) -> Judged:
    """Judge every pair that these functions bring.

    Some categories at a time: neither memory nor time depend on what else the graph holds. Pairs that have a verdict
    on both functions as they are now are left alone. A source whose judgement cannot be read does not stop the others;
    it is left unjudged.

    Raises:
        MagnetError: the judge can judge no more; what was judged is kept.
    """
    judge = judge if isinstance(judge, Judge) else Judge(judge)
    total, done = Judged(), 0
    for part in pools_of(store, touched, scope):
        ids = sorted(one for members in part.values() for one in members)
        open_pairs = _open_pairs(store, pairs_to_judge(store, ids, mode, limit, scope=scope, most=judge.most))
        functions = fetch_functions(store, {*ids, *open_pairs, *(t for ts in open_pairs.values() for t in ts)})
        batch = _Batch(store, total)

        def tell(share: float, done: int = done, here: int = len(ids)) -> None:
            if progress is not None:
                progress(done + int(share * here), len(touched))

        try:
            _judge_into(batch, judge, functions, open_pairs, limit, tell)
        finally:
            # What was judged is kept, whatever stopped the judge.
            batch.save()
        left = {*total.unjudged}
        if judge.most is None:
            # A pair without a verdict leaves both its functions to be judged.
            left |= {one for source in total.unjudged for one in open_pairs.get(source, ())}
        mark_judged(store, [functions[one] for one in ids if one not in left])
        done += len(ids)
        tell(1.0)
    return total


def count_questions(
    store: GraphStore,
    touched: Sequence[str],
    mode: Mode = "hybrid",
    limit: int = LIMIT,
    scope: Scope = "auto",
    most: int | None = LIMIT,
) -> Iterator[tuple[Function, list[Function]]]:
    """Each question that judging these functions would ask: a source with its candidates; nothing is judged."""
    for part in pools_of(store, touched, scope):
        ids = sorted(one for members in part.values() for one in members)
        open_pairs = _open_pairs(store, pairs_to_judge(store, ids, mode, limit, scope=scope, most=most))
        functions = fetch_functions(store, {*open_pairs, *(t for ts in open_pairs.values() for t in ts)})
        for source, targets in open_pairs.items():
            for asked in _questions(targets, limit):
                yield functions[source], [functions[target] for target in asked]


def _open_pairs(store: GraphStore, pairs: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    judged = judged_pairs(store, pairs)
    left = {source: [t for t in targets if (source, t) not in judged] for source, targets in pairs.items()}
    return {source: targets for source, targets in left.items() if targets}


class _Batch:
    """Verdicts on their way into the graph."""

    def __init__(self, store: GraphStore, total: Judged) -> None:
        self._store = store
        self._waiting: list[Verdict] = []
        self._saved = time.monotonic()
        self.total = total

    def take(self, source: str, judged: Sequence[Verdict] | Unanswered) -> None:
        """Take the verdicts on a source in, and store them with others when it is time."""
        if isinstance(judged, Unanswered):
            self.total.unjudged[source] = judged
            return
        self._waiting += judged
        if len(self._waiting) >= _VERDICTS_AT_ONCE or time.monotonic() - self._saved > _SECONDS:
            self.save()

    def save(self) -> None:
        """Store what is waiting."""
        waiting, self._waiting = self._waiting, []
        save_verdicts(self._store, waiting)
        self.total.judgements += len(waiting)
        self.total.edges += sum(verdict.dependency is not None for verdict in waiting)
        self._saved = time.monotonic()


def _judge_into(
    batch: _Batch,
    judge: Judge,
    functions: Mapping[str, Function],
    pairs: Mapping[str, Sequence[str]],
    limit: int,
    tell: Callable[[float], None],
) -> None:
    left = iter(pairs.items())

    async def verdicts(item: tuple[str, Sequence[str]]) -> tuple[str, list[Verdict] | Unanswered]:
        source, targets = item
        try:
            return source, await _judge(judge.teacher, functions, {source: targets}, limit)
        except Unanswered as failure:
            return source, failure

    under_way = InOrder(verdicts, lambda: next(left, None), judge.at_once)
    number = 0
    with ExitStack() as opened:
        loop = judge.loop or opened.enter_context(asyncio.Runner()).run
        try:
            while judged := loop(under_way.next()):
                for source, found in judged:
                    number += 1
                    batch.take(source, found)
                    if number % 50 == 0:
                        tell(number / len(pairs))
        finally:
            loop(under_way.cancel())
            for source, found in under_way.finished():
                batch.take(source, found)


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
        for asked in _questions(targets, limit):
            candidates = [functions[target] for target in asked]
            for judgement in await _complete_judgement(teacher, functions[source], candidates):
                verdicts.append(_verdict(teacher, functions[source], functions[judgement.target], judgement))
    return verdicts


def _questions(targets: Sequence[str], limit: int) -> Iterator[Sequence[str]]:
    return (targets[start : start + limit] for start in range(0, len(targets), limit))


async def _complete_judgement(teacher: Teacher, source: Function, candidates: Sequence[Function]) -> list[Judgement]:
    """The judge's answer, asked for anew while it cannot be read.

    What an earlier build was told, and could not read, stands in the way of no later one: it is passed over, and counts
    as no try. Whoever builds anew from the same answers comes by the same way to the same judgement.

    Raises:
        Unanswered: it could not be read at last.
    """
    wanted = [candidate.id for candidate in candidates]
    sample = tries = 0
    while True:
        failure = Unanswered(f"{teacher.name} does not judge every candidate")
        try:
            answers = await teacher.judge(source, candidates, sample)
            if [answer.target for answer in answers] == wanted:
                return answers
        except Unanswered as one:
            failure = one
        sample += 1
        tries += not failure.known
        if tries > _RETRIES:
            raise failure


def _verdict(teacher: Teacher, source: Function, target: Function, judgement: Judgement) -> Verdict:
    if (judgement.dependency is None) == (judgement.reason is None):
        raise MagnetError(f"{teacher.name} gives neither a dependency nor a reason", where=f"{source.id} → {target.id}")
    # Not validated again: there may be millions, of parts that are valid.
    return Verdict.model_construct(
        source=source.id,
        target=target.id,
        source_hash=source.content_hash,
        target_hash=target.content_hash,
        judge=judgement.judge or teacher.name,
        prompt_hash=judgement.prompt_hash or teacher.judging_hash,
        dependency=judgement.dependency,
        reason=judgement.reason,
    )
