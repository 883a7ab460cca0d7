"""Which values really flow: found by running functions in generated worlds. See `benchmarks/judge.py` for the rules.

Nothing here looks at a judgement, a concept or an edge. Parameter names guide the search for a first call that works
(an unknown `card_id` is tried with what others return as `card_id`); whether a value is accepted is decided by calling.
"""

from __future__ import annotations

import asyncio
import string
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from random import Random
from typing import Any, cast

from flow_records import Arguments, Flows, Good, Path, Slot, SourceRun
from outputs import leaf, of_name, scalars, strings, takes_strings

from magnet_kg.domain.errors import Untranslatable
from magnet_kg.domain.randomness import derived_rng
from magnet_kg.execution.session import Outcome
from magnet_kg.execution.toolkits import SavedWorld, ToolkitExecutor, ToolkitSession
from magnet_kg.teacher.protocol import Scene
from magnet_kg.teacher.rules.phrases import FunctionPhrases, all_phrases
from magnet_kg.teacher.rules.values import draw, draw_from_schema

ROUNDS, ATTEMPTS = 4, 6
GOOD_CALLS = 3  # kept of each function in each world
SAMPLE = 3  # values taken from one output path of one call
ENOUGH = 4  # so many refusals from outputs of one name, and no success: the rest of that name is taken as refused
NEVER = -1_000_000
MADE_UP = ("Quorvex", "blint 77", "zz_00000", "drommel shanty of vrusk")


def find_flows(worlds: list[int], seed: int) -> Flows:
    """Run everything in each of these worlds."""
    executor = ToolkitExecutor()
    flows = Flows(executor.functions)
    phrases = all_phrases()
    labs = [_Lab(executor, phrases, world, seed, flows) for world in worlds]
    for lab in labs:
        lab.explore()
        lab.run_sources()
        lab.try_values()
    _find_calculations(labs, flows)
    return flows


class _Lab:
    """One world."""

    def __init__(
        self, executor: ToolkitExecutor, phrases: Mapping[str, FunctionPhrases], world: int, seed: int, flows: Flows
    ) -> None:
        self.flows = flows
        self.number = world
        self.functions = executor.functions
        self.phrases = phrases
        self.rng = derived_rng(seed, "flows", str(world))
        self.session: ToolkitSession = executor.open(world)
        self.loop = asyncio.new_event_loop()
        self.good: dict[str, list[Good]] = defaultdict(list)
        self.named: dict[str, dict[str, None]] = defaultdict(dict)  # leaf name → values, oldest first
        self.together: list[dict[str, list[str]]] = []  # what one call took and returned, by leaf name
        self.runs: list[SourceRun] = []
        self.base: SavedWorld = self.session.snapshot()
        self.outcomes: dict[tuple[Slot, str], str] = {}
        self.failures = flows.failures
        self.made_up: dict[Slot, set[str]] = {}
        self._at: SavedWorld | None = None

    # --- calls

    def call(self, function: str, arguments: Mapping[str, Any]) -> Outcome:
        self.flows.calls += 1
        coroutine = self.session.call(function, arguments)
        try:
            coroutine.send(None)  # a toolkit's session never waits
        except StopIteration as done:
            return cast("Outcome", done.value)
        raise AssertionError("a toolkit waits")

    def call_at(self, state: SavedWorld, function: str, arguments: Mapping[str, Any]) -> Outcome:
        """A call in a state, which is left as it was. A call that fails has changed nothing."""
        if self._at is not state:
            self.session.restore(state)
            self._at = state
        outcome = self.call(function, arguments)
        if not outcome.failed and function in self.flows.changes:
            self._at = None
        return outcome

    # --- calls that work

    def explore(self) -> None:
        """Call everything, several times round; keep what new things came of (a booking, a playlist)."""
        kept: dict[str, int] = defaultdict(int)
        for _ in range(ROUNDS):
            for function in sorted(self.functions):
                if len(self.good[function]) >= GOOD_CALLS:
                    continue
                for _ in range(ATTEMPTS):
                    before = self.session.snapshot()
                    arguments = self._arguments(function)
                    if arguments is None or any(g.arguments == arguments for g in self.good[function]):
                        continue
                    outcome = self.call(function, arguments)
                    if not _answered(outcome):
                        self.session.restore(before)
                        continue
                    self.good[function].append(Good(arguments, before))
                    if not (self._remember(arguments, outcome.output) and kept[function] < 2):
                        self.session.restore(before)
                    else:
                        kept[function] += 1
                    break
        self.base = self.session.snapshot()
        self.flows.reached |= {function for function, calls in self.good.items() if calls}

    def _remember(self, arguments: Arguments, output: Any) -> bool:
        """Put what a call returned into the pool; whether any of it is new and looks issued (a digit, no space)."""
        beside: dict[str, list[str]] = defaultdict(list)
        fresh = False
        for path, _, value in strings(output):
            name = leaf(path)
            if value not in self.named[name]:
                fresh |= any(c.isdigit() for c in value) and " " not in value and name.endswith("_id")
                self.named[name][value] = None
            beside[name].append(value)
        for name, value in arguments.items():
            if isinstance(value, str):
                beside[name].append(value)
        self.together.append(beside)
        return fresh

    def _arguments(self, name: str) -> Arguments | None:
        function = self.functions[name]
        phrases = self.phrases.get(name)
        scene = self._scene()
        made: Arguments = {}
        values = phrases.values if phrases else {}
        order = sorted(function.properties, key=lambda p: getattr(values.get(p), "after", None) is not None)
        beside: dict[str, list[str]] = {}
        unknown = [p for p in function.required if p not in values]
        if len(unknown) > 1:
            # Two ids of one call belong together more often than not: a seat and the booking of its flight.
            fitting = [t for t in self.together if sum(of_name(t, p) != [] for p in unknown) > 1]
            beside = self.rng.choice(fitting) if fitting and self.rng.random() < 0.8 else {}
        for parameter in order:
            schema = function.properties[parameter]
            required = parameter in function.required
            spec = values.get(parameter)
            try:
                if spec is not None and (required or self.rng.random() < spec.share):
                    made[parameter] = self.loop.run_until_complete(draw(spec, scene, made, set(), self.rng)).value
                elif spec is None and required:
                    options = of_name(beside, parameter) or of_name(self.named, parameter)
                    if schema.get("type") == "array":
                        options = options or of_name(self.named, parameter.removesuffix("s"))
                    if options:
                        made[parameter] = self.rng.choice(options)
                    else:
                        made[parameter] = draw_from_schema(function, parameter, scene, self.rng).value
            except Untranslatable:
                if required:
                    return None
            if parameter in made and schema.get("type") == "array":
                made[parameter] = [made[parameter]]
        return made

    def _scene(self) -> Scene:
        rng = Random(self.rng.random())
        path = cast("Any", None)
        return Scene(path, self.functions, self.session.context, (), {}, (), self.session, rng)

    # --- what sources return

    def run_sources(self) -> None:
        """Call every function once more with arguments that work, and note what it returns and whether it changes."""
        for function in sorted(self.good):
            settled = []
            for good in self.good[function]:
                for state in (self.base, good.before):
                    self.session.restore(state)
                    self._at = None
                    digest = self.session.digest()
                    outcome = self.call(function, good.arguments)
                    if _answered(outcome):
                        break
                else:
                    continue
                settled.append(Good(good.arguments, state))
                changed = self.session.digest() != digest
                after = self.session.snapshot() if changed else None
                if changed:
                    self.flows.changes.add(function)
                self.flows.results[function].append((good.arguments, outcome.output))
                found: dict[str, list[tuple[str, str]]] = defaultdict(list)
                for path, place, value in strings(outcome.output):
                    if all(value != other for _, other in found[path]):
                        found[path].append((place, value))
                self.flows.seen |= {(function, path) for path, _ in scalars(outcome.output)}
                outputs = [(p, place, v) for p, all_of in found.items() for place, v in self._sample(all_of)]
                self.runs.append(SourceRun(function, good.arguments, tuple(outputs), state, after))
            self.good[function] = sorted(settled, key=lambda g: g.before is not self.base)

    def _sample(self, values: list[tuple[str, str]]) -> list[tuple[str, str]]:
        return values[:SAMPLE] if len(values) <= SAMPLE else [values[0], *self.rng.sample(values[1:], SAMPLE - 1)]

    # --- trying them

    def try_values(self) -> None:
        """Give each value to each parameter that takes strings."""
        slots = [
            (function, parameter)
            for function in sorted(self.good)
            for parameter, schema in sorted(self.functions[function].properties.items())
            if takes_strings(schema) and self.good[function]
        ]
        for slot in slots:
            codes = [self._attempt(slot, value) for value in (*MADE_UP, *self._near_misses(slot))]
            self.made_up[slot] = set(codes)
            self.flows.took_made_up[slot].append("ok" in codes)
            self.flows.tried[slot].append(self.number)
        slots = [slot for slot in slots if "ok" not in self.made_up[slot]]
        several = {s for s in slots if sum(o[0] == s[0] for o in slots) > 1}
        returned: dict[Path, dict[str, tuple[SourceRun, str]]] = defaultdict(dict)
        for run in self.runs:
            for path, place, value in run.outputs:
                returned[run.function, path].setdefault(value, (run, place))
        lasting = {value for run in self.runs if run.after is None for _, _, value in run.outputs}
        doubtful: list[tuple[SourceRun, Slot, str, str, str]] = []
        for source, values in returned.items():
            name = leaf(source[1])
            self.flows.values[source][self.number] = len(values)
            for slot in slots:
                if slot[0] == source[0]:
                    continue
                for number, (value, (run, place)) in enumerate(values.items()):
                    status = self._named(slot, self._base_outcome(slot, value, name))
                    if run.after is not None:
                        unsure = value not in lasting or (status == "accepted" and number == 0)
                    else:
                        unsure = status == "refused" and slot in several
                    if unsure:
                        doubtful.append((run, slot, source[1], place, value))
                    else:
                        self._count(source, slot, status)
        order = {id(run): number for number, run in enumerate(self.runs)}
        # One state after the other: opening a world costs more than a call.
        for run, slot, path, place, value in sorted(doubtful, key=lambda d: order[id(d[0])]):
            status = self._later(slot, value, leaf(path), run)
            if status == "refused" and slot in several:
                status = self._together(slot, path, place, value, run)
            self._count((run.function, path), slot, status)

    def _count(self, source: Path, slot: Slot, status: str) -> None:
        if status != "refused":
            tally = self.flows.tallies[source, slot]
            setattr(tally, status, getattr(tally, status) + 1)

    def _later(self, slot: Slot, value: str, name: str, run: SourceRun) -> str:
        """accepted, understood, refused or used_up, in the state that the source's call leaves."""
        code = self.outcomes.get((slot, value), "")
        if run.after is None or self.failures[slot, f"after {name}"] >= ENOUGH:
            return self._named(slot, code) if code else "refused"
        later = self._attempt(slot, value, run.after)
        status = self._named(slot, later)
        if status == "refused":
            self.failures[slot, f"after {name}"] += 1
        else:
            self.failures[slot, f"after {name}"] = NEVER
        return "used_up" if code == "ok" and status != "accepted" else status

    def _base_outcome(self, slot: Slot, value: str, name: str) -> str:
        key = slot, value
        code = self.outcomes.get(key)
        if code is None:
            if self.failures[slot, name] >= ENOUGH:
                return min(self.made_up[slot])
            code = self.outcomes[key] = self._attempt(slot, value)
            self.failures[slot, name] = self.failures[slot, name] + 1 if code in self.made_up[slot] else NEVER
        return code

    def _named(self, slot: Slot, code: str) -> str:
        return "accepted" if code == "ok" else "refused" if code in self.made_up[slot] else "understood"

    def _attempt(self, slot: Slot, value: str, state: SavedWorld | None = None) -> str:
        """ "ok", or an error, with the other arguments from calls that worked."""
        function, parameter = slot
        shaped = [value] if self.functions[function].properties[parameter].get("type") == "array" else value
        codes = []
        for good in self.good[function]:
            outcome = self.call_at(state or good.before, function, {**good.arguments, parameter: shaped})
            if _answered(outcome):
                return "ok"
            code = outcome.error_code or "nothing found"
            if slot in self.made_up and code == "nothing found" and code not in self.made_up[slot]:
                return "ok"  # an empty list of something that is there
            codes.append(code)
            if codes[0] in self.made_up.get(slot, ()):
                break  # unknown is unknown, whatever stands beside it
        return codes[0]

    def _together(self, slot: Slot, path: str, place: str, value: str, run: SourceRun) -> str:
        """With another argument from where the value comes from: a seat and the booking whose seats were listed."""
        function, parameter = slot
        key = f"together {leaf(path)}"
        if self.failures[slot, key] >= 2 * ENOUGH:
            return "refused"
        element = place.rpartition(".")[0]
        beside = [v for p, at, v in run.outputs if at.rpartition(".")[0] == element and p != path]
        beside += [v for v in run.arguments.values() if isinstance(v, str)]
        state = run.after or run.before
        for other in self.functions[function].required:
            if other == parameter or "ok" in self.made_up.get((function, other), {"ok"}):
                continue
            for option in dict.fromkeys(beside):
                if self.outcomes.get(((function, other), option)) in (None, *self.made_up[function, other]):
                    continue
                for good in self.good[function]:
                    arguments = {**good.arguments, parameter: value, other: option}
                    if _answered(self.call_at(state, function, arguments)):
                        self.failures[slot, key] = NEVER
                        return "accepted"
        self.failures[slot, key] += 1
        return "refused"

    def _near_misses(self, slot: Slot) -> Iterator[str]:
        """Values of the right shape that nobody issued: other letters and digits in the place of those that worked."""
        function, parameter = slot
        for good in self.good[function][:1]:
            value = good.arguments.get(parameter)
            if isinstance(value, str) and any(c.isdigit() for c in value):
                yield "".join(self.rng.choice(string.digits) if c.isdigit() else c for c in value)


def _find_calculations(labs: list[_Lab], flows: Flows) -> None:
    """Functions that change nothing, and whose result is the same whatever world they are called in."""
    clock = datetime(2026, 5, 4, 9, 0)
    for function in sorted(set(flows.results) - flows.changes):
        same = True
        for arguments, _ in flows.results[function][: GOOD_CALLS * 2]:
            outputs = []
            for lab in labs:
                lab.session.restore(lab.base)
                lab._at = None
                lab.session.world.now = clock
                outputs.append(lab.call(function, arguments).output)
            same &= all(output == outputs[0] for output in outputs)
        if same:
            flows.calculations.add(function)


def _answered(outcome: Outcome) -> bool:
    """Whether a call did what it is for: a search that finds nothing at all did not."""
    if outcome.failed:
        return False
    lists = [value for value in outcome.output.values() if isinstance(value, list)] if outcome.output else []
    return not lists or any(lists) or len(lists) < len(outcome.output) - 2
