"""Dialogues with one toolkit's functions, made as a run makes them, to see what comes of it."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from magnet_kg.catalog.concepts import is_lookup, is_sayable
from magnet_kg.dependency.judging import judge_among
from magnet_kg.distillation.positive import distill_trajectory
from magnet_kg.domain.dependency import Edge
from magnet_kg.domain.dialogue import Dialogue, FunctionCall, Observation
from magnet_kg.domain.errors import MagnetError, Untranslatable
from magnet_kg.domain.function import Function
from magnet_kg.domain.path import Kind, SignaturePath
from magnet_kg.execution.toolkits import ToolkitExecutor
from magnet_kg.paths.shapes import PathMaker, PathSettings, Slot
from magnet_kg.paths.walk import Neighbourhood
from magnet_kg.pipeline.watched import Watch
from magnet_kg.teacher.protocol import Teacher
from magnet_kg.translation.translate import translate_path
from magnet_kg.validation.checks import check_trajectory
from magnet_kg.validation.failure import Evidence

SEED = 1
WORLDS = 8
ROUNDS = 3
_MOST_HELPERS = 4


@dataclass
class Trial:
    """What came of the dialogues.

    Attributes:
        calls: what each of the toolkit's functions gave, by function id.
        producers: which functions give a parameter that nobody could say, by function id and parameter.
        trouble: why dialogues could not have a function, counted, by function id.
        dialogues: those that were made.
        held: how many of them pass every check.
        rejected: why the others do not, counted.
    """

    calls: dict[str, list[tuple[FunctionCall, Observation]]] = field(default_factory=lambda: defaultdict(list))
    producers: Mapping[tuple[str, str], list[str]] = field(default_factory=dict)
    trouble: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    dialogues: list[Dialogue] = field(default_factory=list)
    held: int = 0
    rejected: Counter[str] = field(default_factory=Counter)

    def succeeded(self, function: str) -> list[tuple[FunctionCall, Observation]]:
        """The calls of a function that gave a result."""
        return [(call, seen) for call, seen in self.calls.get(function, ()) if not seen.failed]


class Stage:
    """The functions that dialogues with a toolkit need, and the edges between them.

    Args:
        own: ids of the toolkit's functions.
        functions: everything that is there.
        teacher: judges.
    """

    def __init__(self, own: Iterable[str], functions: Mapping[str, Function], teacher: Teacher) -> None:
        self._all = functions
        self._teacher = teacher
        self.own = sorted(own)
        self.producers: dict[tuple[str, str], list[str]] = {}
        used = self._with_producers()
        wishes = [e.target for e in judge_among(teacher, functions, self.own, functions) if e.dependency.nested]
        used |= set(sorted(set(wishes) - used)[:_MOST_HELPERS])
        self.functions = {one: functions[one] for one in sorted(used)}
        outgoing: dict[str, list[Edge]] = {one: [] for one in self.functions}
        incoming: dict[str, list[Edge]] = {one: [] for one in self.functions}
        for edge in judge_among(teacher, functions, self.functions, self.functions):
            outgoing[edge.source].append(edge)
            incoming[edge.target].append(edge)
        for edges in incoming.values():
            edges.sort(key=lambda edge: edge.source)
        self.edges = Neighbourhood(
            lambda ids: {one: outgoing[one] for one in ids}, lambda ids: {one: incoming[one] for one in ids}
        )

    def _with_producers(self) -> set[str]:
        """The toolkit's functions, and functions of others that give the ids which they need."""
        used = set(self.own)
        waiting = list(self.own)
        while waiting:
            targets, waiting = waiting, []
            edges = judge_among(self._teacher, self._all, self._all, targets)
            for target in targets:
                function = self._all[target]
                for parameter in (p for p in function.required if not is_sayable(function, p)):
                    giving = [e.source for e in edges if e.target == target and _gives(e, parameter)]
                    self.producers[target, parameter] = giving
                    if not any(one in used for one in giving):
                        found = [one for one in giving if is_lookup(self._all[one])][:_MOST_HELPERS]
                        used |= set(found)
                        waiting += found
        return used


def try_out(
    stage: Stage, executor: ToolkitExecutor, teacher: Teacher, evidence: Evidence, settings: PathSettings
) -> Trial:
    """Make dialogues until every function of the toolkit was called, or enough were tried."""
    trial = Trial(producers=stage.producers)
    maker = PathMaker(stage.functions, stage.edges, settings)
    alone = any(all(is_sayable(f, p) for p in f.required) for f in stage.functions.values())
    # Rows of one kind start at one function after the other: so many, that each is met.
    count = min(len(stage.functions), 40)
    plan: list[tuple[Kind, int]] = [("multi_turn", 8 + count), ("multiple", 4 + count)]
    plan += [("single", 4 + 2 * count)] if alone else []
    for round_ in range(ROUNDS):
        slots = [
            Slot(f"{kind}-{number}", kind, SEED, number % WORLDS, number)
            for kind, most in plan
            for number in range(round_ * most, (round_ + 1) * most)
        ]
        for path in maker.make(slots):
            if isinstance(path, SignaturePath):
                asyncio.run(_make_row(trial, stage, path, executor, teacher, evidence))
            elif path.startswith("no producer: "):
                function = path.removeprefix("no producer: ").rpartition(".")[0]
                trial.trouble[function][path] += 1
        if all(trial.succeeded(one) for one in stage.own):
            break
    return trial


async def _make_row(
    trial: Trial, stage: Stage, path: SignaturePath, executor: ToolkitExecutor, teacher: Teacher, evidence: Evidence
) -> None:
    if not any(step.function in stage.own for step in path.steps.values()):
        return
    try:
        dialogue = await translate_path(teacher, executor, path)
    except Untranslatable as failure:
        steps = path.steps
        about = [steps[failure.step].function] if failure.step in steps else [s.function for s in steps.values()]
        for function in about:
            trial.trouble[function][failure.reason.removeprefix("too short after: ")] += 1
        return
    for dropped in dialogue.dropped:
        trial.trouble[dropped.function][dropped.reason] += 1
    for turn in dialogue.turns:
        for call, observation in zip(turn.calls, turn.observations, strict=True):
            if call.function in stage.own:
                trial.calls[call.function].append((call, observation))
    trial.dialogues.append(dialogue)
    try:
        row = await distill_trajectory(teacher, executor, dialogue)
    except MagnetError as error:
        # A report that cannot be told; `check_reports` says so with its line.
        trial.rejected[error.what] += 1
        return
    failures = await check_trajectory(row, evidence)
    trial.held += not failures
    trial.rejected.update({f"{failures[0].check}: {failures[0].reason}": 1} if failures else {})


async def replay(trial: Trial, executor: ToolkitExecutor, watch: Watch, most: int = 40) -> None:
    """Make the calls of the dialogues again: straight on, and with the world saved and put back around each.

    The same seed and calls must give the same, whatever happened in between.
    """
    functions = watch.toolkit.functions
    for dialogue in trial.dialogues[:most]:
        straight, broken = executor.open(dialogue.path.world), executor.open(dialogue.path.world)
        for turn in dialogue.turns:
            for call, seen in zip(turn.calls, turn.observations, strict=True):
                outcome = await straight.call(call.function, call.arguments)
                if outcome.output != seen.output:
                    if call.function in functions:
                        what = "the same call in the same world gives something else the second time"
                        do = "Use only the world and its seed, never the clock, global randomness or global variables"
                        watch.note(functions[call.function].fault(what, do), call.function, "replay")
                    break
                saved, before = broken.snapshot(), broken.digest()
                await broken.call(call.function, call.arguments)
                broken.restore(saved)
                back = broken.digest() == before
                outcome = await broken.call(call.function, call.arguments)
                if not back or outcome.output != seen.output:
                    if call.function in functions:
                        what = "after the world was put back to before the call, " + (
                            "the call gives something else" if back else "it is another world"
                        )
                        do = "Keep everything in the state or the world, and no object of the world in the state"
                        watch.note(functions[call.function].fault(what, do), call.function, "restore")
                    break
            else:
                continue
            break


def _gives(edge: Edge, parameter: str) -> bool:
    return not edge.dependency.nested and any(binding.parameter == parameter for binding in edge.dependency.bindings)
