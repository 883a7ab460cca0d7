"""The shapes of rows: what a path of each kind is made of (METHOD.md §3, §4 and §7)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from random import Random

from pydantic import BaseModel, ConfigDict, Field

from magnet_kg.catalog.concepts import concepts_of, is_lookup, is_sayable, words
from magnet_kg.domain.dependency import Edge
from magnet_kg.domain.errors import MagnetError
from magnet_kg.domain.function import Function
from magnet_kg.domain.path import Kind, Missing, SignaturePath
from magnet_kg.domain.randomness import derived_rng
from magnet_kg.paths.draft import Draft
from magnet_kg.paths.insert import NoProducerError, find_unsupplied, insert_backward, insert_forward
from magnet_kg.paths.merge import merge_turns, repeat_intents
from magnet_kg.paths.split import leave_value_open, split_turns
from magnet_kg.paths.walk import Neighbourhood, Walker, walk_paths


class PathSettings(BaseModel):
    """How paths are made. The defaults give the paper's means over multi-turn rows (4.71 turns, 15.13 calls)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    steps: int = Field(7, ge=2, description="functions of a walk (paper: 7)")
    shortest: int = Field(3, ge=1, description="walks that end earlier are not used")
    merge: float = Field(0.3, ge=0, le=1, description="probability for each two consecutive turns (paper: 0.3)")
    again: float = Field(0.65, ge=0, le=1, description="probability that a function is asked for twice in one message")
    insert: float = Field(
        0.37, ge=0, le=1, description="probability of each nested call (at most two) after a turn's last function"
    )
    insert_long: float = Field(0.4, ge=0, le=1, description="share of those that go to a later turn")
    reuse: float = Field(0.1, ge=0, le=1, description="how often a known thing is used again instead of a new one")
    split: float = Field(0.35, ge=0, le=1, description="probability of an empty turn; half as often of a second one")
    unresolved: float = Field(0.35, ge=0, le=1, description="share of empty turns after which the user moves on")
    unclear: float = Field(
        0.2, ge=0, le=1, description="share of irrelevance rows in which a required value is missing"
    )
    no_tool: float = Field(0.1, ge=0, le=1, description="share of irrelevance rows whose request needs no tool at all")
    distractors: tuple[int, int] = Field((5, 11), description="further functions offered in single-turn rows")


# Many functions feed nothing; a walk that ends too early starts again somewhere else.
RESTARTS = 12


@dataclass(frozen=True)
class Slot:
    """One row to be made: its id (with the attempt), kind, seed and world, and its number among those of its kind.

    Rows of one kind start at one function after the other, so that none is left out in a run that is long enough.
    `pool` names the functions that the row is made of ("" for the toolkits).
    """

    row: str
    kind: Kind
    seed: int
    world: int
    number: int = 0
    pool: str = ""


@dataclass(frozen=True)
class Start:
    """Where a path starts, and the nested edge that it shall use if it can."""

    function: str
    nested: Edge | None = None


class PathMaker:
    """Makes the path of every row of a run.

    Args:
        functions: the functions that can be executed, by id.
        neighbourhood: their edges.
        settings: probabilities and lengths.
        can_ask: whether a person can ask for a function by itself; by the names of what it requires, where it is None.

    Attributes:
        unsupplied: functions that were left out, each with a parameter whose value nothing gives.
    """

    def __init__(
        self,
        functions: Mapping[str, Function],
        neighbourhood: Neighbourhood,
        settings: PathSettings,
        can_ask: Callable[[Function], bool] | None = None,
    ) -> None:
        self.unsupplied: Mapping[str, str] = {}
        self._functions = functions
        self._neighbourhood = neighbourhood
        self._settings = settings
        self._ids = sorted(functions)
        self._many = can_ask is not None
        can_ask = can_ask or (lambda one: all(is_sayable(one, name) for name in one.required))
        self._alone = [i for i in self._ids if can_ask(functions[i])]
        self._asked_alone = frozenset(self._alone)
        self._members: dict[str, list[str]] = {}
        for one in self._ids:
            self._members.setdefault(functions[one].category, []).append(one)
        self._orders: dict[tuple[int, Kind], list[Start]] = {}
        # What sets one thing for good is not asked for twice at once.
        once = ("set", "reset", "change", "update", "upgrade")
        self._several = [i for i in self._alone if functions[i].required and words(functions[i].name)[0] not in once]

    @classmethod
    def supplied(
        cls, functions: Mapping[str, Function], neighbourhood: Neighbourhood, settings: PathSettings
    ) -> PathMaker:
        """One for these functions without those that need what none of the others gives (`unsupplied`)."""
        unsupplied = find_unsupplied(functions, neighbourhood)
        if not unsupplied:
            return cls(functions, neighbourhood, settings)
        kept = {one: function for one, function in functions.items() if one not in unsupplied}
        maker = cls(kept, neighbourhood.among(kept), settings)
        maker.unsupplied = unsupplied
        return maker

    @property
    def functions(self) -> Mapping[str, Function]:
        """The functions that paths are made of, by id."""
        return self._functions

    def make(self, slots: Sequence[Slot]) -> list[SignaturePath | str]:
        """A path for each slot, or the reason why there is none. All walks advance together."""
        walkers = [Walker(self._start(slot).function, derived_rng(slot.seed, "path", slot.row)) for slot in slots]
        for kind, steps in (("multiple", 2), ("multi_turn", self._settings.steps)):
            of_kind = [w for w, slot in zip(walkers, slots, strict=True) if slot.kind == kind]
            for backward in (False, True):
                # What only another call can bring about is where a walk ends.
                one_way = [w for w in of_kind if (w.start in self._brought_about) is backward]
                walk_paths(self._neighbourhood, one_way, steps, weigh=self._rarity, backward=backward)
        short = [w for w, slot in zip(walkers, slots, strict=True) if slot.kind == "multi_turn"]
        for attempt in range(RESTARTS):
            short = [w for w in short if len(w.visited) < self._settings.shortest]
            if attempt:
                for walker in short:
                    walker.start = walker.rng.choice(self._ids)
            # What leads nowhere may still be where a walk ends.
            walk_paths(self._neighbourhood, short, self._settings.steps, weigh=self._rarity, backward=not attempt)
        return [self._shape(slot, walker) for slot, walker in zip(slots, walkers, strict=True)]

    @cached_property
    def _brought_about(self) -> set[str]:
        """What only another call can bring about: functions that need what cannot be said, nor looked up."""
        if self._many and not any(self._neighbourhood.into(i) for i in self._ids):
            return set()
        return {i for i in self._ids if not self._can_be_looked_up(self._functions[i])}

    def _can_be_looked_up(self, function: Function) -> bool:
        """Whether everything that the function needs can be said, or found without changing anything."""
        found = {
            binding.parameter
            for edge in self._neighbourhood.into(function.id)
            if edge.source in self._functions and is_lookup(self._functions[edge.source]) and not edge.dependency.nested
            for binding in edge.dependency.bindings
        }
        return all(is_sayable(function, name) or {name, f"{name}[]"} & found for name in function.required)

    def _start(self, slot: Slot) -> Start:
        order = self._order(slot.seed, slot.kind)
        if not order:
            raise MagnetError(
                f"no function can begin a row of kind {slot.kind}: none can be asked for by itself",
                do=f"Leave {slot.kind} out, or add functions whose required values a person can say",
            )
        start = order[slot.number % len(order)]
        if slot.kind == "multiple":
            # Another time around, another of its wishes.
            wishes = self._nested_starts(start.function)
            return wishes[slot.number // len(order) % len(wishes)]
        return start

    def _order(self, seed: int, kind: Kind) -> list[Start]:
        """Where the rows of a kind start, one after the other."""
        if (seed, kind) in self._orders:
            return self._orders[seed, kind]
        able = {"single": self._alone, "irrelevance": self._alone, "parallel": self._several}
        if self._many:
            # Of a catalog's functions most need what nothing gives: those would be made for nothing.
            able["multiple"] = [i for i in self._ids if i in self._asked_alone or self._neighbourhood.into(i)]
        starts = [Start(one) for one in able.get(kind, self._ids)]
        if kind in ("single", "irrelevance"):
            # What says nothing of its own is soon said in the same words again.
            starts += 2 * [Start(one) for one in self._alone if self._functions[one].required]
        if kind == "multi_turn":
            # One start for each nested edge: what is seldom asked for has wishes to be heard too.
            starts = [start for one in self._ids for start in self._nested_starts(one)]
        derived_rng(seed, "starts", kind).shuffle(starts)
        if kind == "multi_turn":
            # What rows of two intents come to last, or not at all, comes first here.
            last = {start.function for start in self._order(seed, "multiple")[-(len(self._ids) // 10 or 1) :]}
            starts.sort(key=lambda start: start.function not in last)
        self._orders[seed, kind] = starts
        return starts

    def _nested_starts(self, function: str) -> list[Start]:
        nested = [Start(function, edge) for edge in self._neighbourhood.out_of(function) if edge.dependency.nested]
        return nested or [Start(function)]

    def _rarity(self, function: str) -> float:
        """What many functions lead to is met often enough without being preferred."""
        return float(max(1, len(self._neighbourhood.into(function))) ** -0.75)

    def _shape(self, slot: Slot, walker: Walker) -> SignaturePath | str:
        asked = self._asked_alone if self._many else frozenset()
        draft = Draft(slot.row, slot.kind, self._functions, self._neighbourhood, walker.rng, asked)
        try:
            match slot.kind:
                case "multi_turn":
                    return self._multi_turn(slot, draft, walker)
                case "multiple":
                    return self._multiple(slot, draft, walker)
                case "parallel":
                    steps = [draft.new_step(walker.start) for _ in range(walker.rng.choices((2, 3, 4), (6, 3, 1))[0])]
                    draft.new_turn(*steps)
                case "single":
                    draft.new_turn(draft.new_step(walker.start))
                case "irrelevance":
                    return self._irrelevance(slot, draft, walker)
        except NoProducerError as error:
            return f"no producer: {error}"
        return draft.finished(slot.seed, slot.world, self._tools(draft, walker.rng))

    def _multi_turn(self, slot: Slot, draft: Draft, walker: Walker) -> SignaturePath | str:
        s = self._settings
        if len(walker.visited) < s.shortest:
            return "walk too short"
        _lay_out(draft, walker)
        merge_turns(draft, s.merge)
        repeat_intents(draft, s.again)
        insert_forward(draft, s.insert, s.insert_long, prefer=self._start(slot).nested if s.insert else None)
        insert_backward(draft, s.reuse)
        split_turns(draft, s.split, s.unresolved)
        toolkits = {self._functions[step.function].toolkit for turn in draft.turns for step in turn.steps + turn.wanted}
        withheld = self._withheld(draft)
        tools = [i for i in self._ids if self._functions[i].toolkit in toolkits and i not in withheld]
        walker.rng.shuffle(tools)
        return draft.finished(slot.seed, slot.world, tools)

    def _multiple(self, slot: Slot, draft: Draft, walker: Walker) -> SignaturePath | str:
        if len(walker.visited) < 2:
            # Two intents of one category need not feed one another.
            others = [i for i in self._members[self._functions[walker.start].category] if i in self._asked_alone]
            others = [i for i in others if i != walker.start]
            if not others:
                return "nothing to combine with"
            walker.visited.insert(walker.rng.randrange(2), walker.rng.choice(others))
        _lay_out(draft, walker)
        merge_turns(draft, 1.0)
        # Where a row has one turn, its wish is all that nests: it is heard more often than in one turn of many.
        if any(walker.rng.random() < self._settings.insert for _ in range(3)):
            insert_forward(draft, 0.0, 0.0, prefer=self._start(slot).nested)
        insert_backward(draft, self._settings.reuse)
        return draft.finished(slot.seed, slot.world, self._tools(draft, walker.rng))

    def _irrelevance(self, slot: Slot, draft: Draft, walker: Walker) -> SignaturePath | str:
        kind = draft.rng.random()
        if kind < self._settings.no_tool:
            draft.new_turn()
            category = self._functions[walker.start].category
            near = self._members[category]
            count = draft.rng.randint(*self._settings.distractors)
            return draft.finished(slot.seed, slot.world, draft.rng.sample(near, min(count, len(near))))
        if kind < self._settings.no_tool + self._settings.unclear:
            if not self._several:
                return "nothing to leave out"
            turn = draft.new_turn(draft.new_step(draft.rng.choice(self._several)))
            if not leave_value_open(draft, turn):
                return "nothing to leave out"
            return draft.finished(slot.seed, slot.world, self._tools(draft, walker.rng))
        wanted = draft.new_step(walker.start)
        turn = draft.new_turn()
        turn.wanted = [wanted]
        turn.missing = Missing(kind="miss_func", step=wanted.id, resolved=False)
        tools = self._near_misses(self._functions[walker.start], walker.rng)
        if len(tools) < 2:
            return "no near misses"
        return draft.finished(slot.seed, slot.world, tools)

    def _tools(self, draft: Draft, rng: Random) -> list[str]:
        """The functions needed, and distractors from the same category, then from anywhere."""
        needed = list(dict.fromkeys(step.function for t in draft.turns for step in (*t.steps, *t.wanted)))
        categories = {self._functions[i].category for i in needed}
        near = [i for i in sorted(m for c in categories for m in self._members[c]) if i not in needed]
        count = rng.randint(*self._settings.distractors)
        picked = rng.sample(near, min(count, len(near)))
        if len(picked) < count:
            picked += self._far(rng, {*near, *needed}, count - len(picked))
        tools = needed + picked
        rng.shuffle(tools)
        return tools

    def _far(self, rng: Random, besides: set[str], count: int) -> list[str]:
        """Some of all functions but these. One after the other is drawn: going through all would take longest."""
        picked: dict[str, None] = {}
        count = min(count, len(self._ids) - len(besides))
        while len(picked) < count:
            one = rng.choice(self._ids)
            if one not in besides:
                picked[one] = None
        return list(picked)

    def _near_misses(self, wanted: Function, rng: Random) -> list[str]:
        """The nearest functions in the graph and the catalog that still cannot do what is asked."""
        graph = [e.target for e in self._neighbourhood.out_of(wanted.id)]
        graph += [e.source for e in self._neighbourhood.into(wanted.id)]
        near = self._members[wanted.category]
        options = [i for i in dict.fromkeys(graph + near) if i != wanted.id]
        rng.shuffle(options)
        misses = (i for i in options if not can_replace(self._functions[i], wanted))
        return list(islice(misses, rng.randint(*self._settings.distractors)))

    def _withheld(self, draft: Draft) -> set[str]:
        """Functions that are not offered from the start, and those that could stand in for them."""
        steps = {s.id: s for t in draft.turns for s in (*t.steps, *t.wanted)}
        withheld = set()
        for turn in draft.turns:
            if turn.missing is not None and turn.missing.kind == "miss_func":
                wanted = self._functions[steps[turn.missing.step].function]
                used = {s.function for s in steps.values()}
                stand_ins = {i for i in self._ids if i not in used and can_replace(self._functions[i], wanted)}
                withheld |= {wanted.id, *stand_ins}
        return withheld


def can_replace(candidate: Function, wanted: Function) -> bool:
    """Whether a function could serve a request that was meant for another: it gives most of what that one gives."""
    ours = {r.concept for r in concepts_of(candidate).returns}
    theirs = {r.concept for r in concepts_of(wanted).returns}
    same_object = bool(set(words(candidate.name)[1:]) & set(words(wanted.name)[1:]))
    both_read = is_lookup(candidate) and is_lookup(wanted)
    return both_read and (same_object or len(ours & theirs) >= max(1, len(theirs)) * 0.5)


def _lay_out(draft: Draft, walker: Walker) -> None:
    steps = [draft.new_step(function) for function in walker.visited]
    for step in steps:
        draft.new_turn(step)
    for edge, source, target in zip(walker.edges, steps, steps[1:], strict=False):
        draft.use(edge)
        draft.link(edge, source, target)
