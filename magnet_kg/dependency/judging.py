"""Take functions into the graph and judge what is new, and nothing twice (METHOD.md §2)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from magnet_kg.catalog.concepts import concepts_of
from magnet_kg.dependency.candidates import LIMIT, Mode, pairs_to_judge
from magnet_kg.domain.dependency import Edge, Verdict
from magnet_kg.domain.errors import MagnetError
from magnet_kg.domain.function import Function
from magnet_kg.graph import GraphStore
from magnet_kg.graph.functions import load_functions, mark_judged, save_functions, unjudged_functions
from magnet_kg.graph.verdicts import judged_pairs, save_verdicts
from magnet_kg.teacher.protocol import Judgement, Teacher

# Verdicts are stored after this many sources, so that an interrupted build goes on where it stopped.
_SOURCES_A_BATCH = 50
_RETRIES = 2


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
    functions: Sequence[Function],
    teacher: Teacher,
    mode: Mode = "hybrid",
    limit: int = LIMIT,
    progress: Callable[[int, int], None] | None = None,
) -> Built:
    """Upsert functions with their concepts, then judge every pair that a new or changed function brings.

    Args:
        store: the graph.
        functions: what the graph shall hold (what else it holds stays).
        teacher: judges.
        mode: how candidates are found.
        limit: candidates a function, as source and as target.
        progress: told (sources judged, sources in all).

    Raises:
        MagnetError: a judgement that could not be read, after retries.
    """
    changes = save_functions(store, functions, [concepts_of(function) for function in functions])
    everything = load_functions(store)
    # New and changed functions, and those of a build that was interrupted: what it had judged is not judged again.
    touched = unjudged_functions(store, [f.id for f in functions])
    pairs = pairs_to_judge(store, touched, mode, limit)
    judged = judged_pairs(store, pairs)
    open_pairs = {source: [t for t in targets if (source, t) not in judged] for source, targets in pairs.items()}
    open_pairs = {source: targets for source, targets in open_pairs.items() if targets}
    sources = list(open_pairs)
    judgements = edges = 0
    for start in range(0, len(sources), _SOURCES_A_BATCH):
        batch = sources[start : start + _SOURCES_A_BATCH]
        verdicts = asyncio.run(_judge(teacher, everything, {s: open_pairs[s] for s in batch}, limit))
        save_verdicts(store, verdicts)
        judgements += len(verdicts)
        edges += sum(verdict.dependency is not None for verdict in verdicts)
        if progress is not None:
            progress(start + len(batch), len(sources))
    mark_judged(store, [everything[one] for one in touched])
    return Built(len(changes.new), len(changes.changed), len(changes.unchanged), judgements, edges)


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
    return Verdict(
        source=source.id,
        target=target.id,
        source_hash=source.content_hash,
        target_hash=target.content_hash,
        judge=teacher.name,
        prompt_hash=teacher.judging_hash,
        dependency=judgement.dependency,
        reason=judgement.reason,
    )
