"""The shapes of rows: what a path of each kind is made of (METHOD.md §3, §4 and §7)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from random import Random

from magnet_kg.catalog.concepts import is_lookup, is_sayable, words
from magnet_kg.domain.dependency import Edge
from magnet_kg.domain.errors import MagnetError
from magnet_kg.domain.function import Function
from magnet_kg.domain.path import Kind, Missing, SignaturePath
from magnet_kg.domain.randomness import derived_rng
from magnet_kg.paths.draft import Draft
from magnet_kg.paths.groups import Group, group_of, one_in_two_dresses
from magnet_kg.paths.insert import NoProducerError, find_unsupplied, insert_backward, insert_forward
from magnet_kg.paths.merge import merge_turns, repeat_intents
from magnet_kg.paths.offered import at_most, can_replace, nearest_first, needed_by, needed_first
from magnet_kg.paths.settings import PathSettings
from magnet_kg.paths.split import leave_value_open, split_turns
from magnet_kg.paths.walk import Neighbourhood, Walker, walk_paths

__all__ = ["PathMaker", "PathSettings", "Slot", "Start"]

# Many functions feed nothing; a walk that ends too early starts again somewhere else.
RESTARTS = 12
# How often an irrelevance row is offered the nearest functions of all that cannot serve, rather than any near ones.
_NEAREST = 0.5


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

    @cached_property
    def _able(self) -> frozenset[str]:
        """What can be asked for several times at once."""
        return frozenset(self._several)

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
        start = order[self._number(slot) % len(order)]
        if slot.kind == "multiple":
            # Another time around, another of its wishes.
            wishes = self._nested_starts(start.function)
            return wishes[slot.number // len(order) % len(wishes)]
        return start

    def _group(self, slot: Slot) -> Group:
        return group_of(slot.kind, slot.number, self._settings.requests)

    def _number(self, slot: Slot) -> int:
        """Which of its kind's starts a row has: in a group several rows may have the same."""
        group = self._group(slot)
        return self._numbers(slot)[group.place] if group.size > 1 else slot.number

    def _numbers(self, slot: Slot) -> list[int]:
        group = self._group(slot)
        return group.starts(group.rng(slot.seed, "starts", slot.pool), least=2 if slot.kind == "multiple" else 1)

    def _starts(self, slot: Slot) -> list[str]:
        """Where the rows of a row's group start; the same function in another dress is left out."""
        order = self._order(slot.seed, slot.kind)
        found: list[str] = []
        for number in dict.fromkeys(self._numbers(slot)):
            one = order[number % len(order)].function
            if not any(self._same(one, other) for other in found):
                found.append(one)
        return found

    def _same(self, one: str, other: str) -> bool:
        return one == other or one_in_two_dresses(self._functions[one], self._functions[other])

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
                    steps = [draft.new_step(walker.start) for _ in range(walker.rng.choices((2, 3, 4), (5, 3, 2))[0])]
                    draft.new_turn(*steps)
                case "single":
                    draft.new_turn(draft.new_step(walker.start))
                case "irrelevance":
                    return self._irrelevance(slot, draft, walker)
        except NoProducerError as error:
            return f"no producer: {error}"
        return self._finished(slot, draft, self._tools(slot, draft, walker.rng))

    def _finished(self, slot: Slot, draft: Draft, tools: Sequence[str]) -> SignaturePath:
        """The path of a single-turn row; whether anything is stated is the same for its whole group."""
        plain = draft.rng.random() < self._settings.plain
        stated = self._group(slot).rng(slot.seed, "stated", slot.pool).random() >= self._settings.unstated
        path = draft.finished(slot.seed, slot.world, tools)
        return path.model_copy(update={"plain": plain, "stated": stated})

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
        needed = needed_by(draft)
        return draft.finished(slot.seed, slot.world, self._listed(at_most(s.offered, tools, needed), needed))

    def _listed(self, drawn: list[str], needed: Sequence[str] = ()) -> list[str]:
        """Functions in the order in which they are offered: as drawn, or so that nothing is left to chance."""
        return drawn if self._settings.shuffled else needed_first(drawn, needed)

    def _multiple(self, slot: Slot, draft: Draft, walker: Walker) -> SignaturePath | str:
        if len(walker.visited) < 2:
            # Two intents of one category need not feed one another.
            others = self._starts(slot) if self._settings.requests > 1 else self._alike(walker.start)
            others = [i for i in others if i in self._asked_alone and not self._same(i, walker.start)]
            if not others:
                return "nothing to combine with"
            walker.visited.insert(walker.rng.randrange(2), walker.rng.choice(others))
        _lay_out(draft, walker)
        merge_turns(draft, 1.0)
        # Where a row has one turn, its wish is all that nests: it is heard more often than in one turn of many.
        if any(walker.rng.random() < self._settings.insert for _ in range(3)):
            insert_forward(draft, 0.0, 0.0, prefer=self._start(slot).nested)
        insert_backward(draft, self._settings.reuse)
        return self._finished(slot, draft, self._tools(slot, draft, walker.rng))

    def _alike(self, function: str) -> list[str]:
        """The functions of its category."""
        return self._members[self._functions[function].category]

    def _irrelevance(self, slot: Slot, draft: Draft, walker: Walker) -> SignaturePath | str:
        kind = draft.rng.random()
        grouped = self._settings.requests > 1
        shared = self._misses_of_group(slot) if grouped else []
        if grouped and not shared:
            return "no near misses"
        if kind < self._settings.no_tool:
            draft.new_turn()
            near = self._alike(walker.start)
            count = draft.rng.randint(*self._settings.distractors)
            return self._finished(slot, draft, shared or self._listed(draft.rng.sample(near, min(count, len(near)))))
        if kind < self._settings.no_tool + self._settings.unclear:
            able = [i for i in shared if i in self._able] if grouped else self._several
            if not able:
                return "nothing to leave out"
            turn = draft.new_turn(draft.new_step(draft.rng.choice(able)))
            if not leave_value_open(draft, turn):
                return "nothing to leave out"
            return self._finished(slot, draft, shared or self._tools(slot, draft, walker.rng))
        wanted = draft.new_step(walker.start)
        turn = draft.new_turn()
        turn.wanted = [wanted]
        turn.missing = Missing(kind="miss_func", step=wanted.id, resolved=False)
        tools = shared or self._near_misses([self._functions[walker.start]], walker.rng)
        if len(tools) < min(2, max(1, self._settings.distractors[0])):
            return "no near misses"
        return self._finished(slot, draft, tools)

    def _misses_of_group(self, slot: Slot) -> list[str]:
        """What the irrelevance rows of a group offer: nothing that could serve any of their requests."""
        rng = self._group(slot).rng(slot.seed, "tools", slot.pool)
        wanted = [self._functions[one] for one in self._starts(slot)]
        return self._near_misses(wanted, rng)

    def _tools(self, slot: Slot, draft: Draft, rng: Random) -> list[str]:
        """The functions needed, and distractors; a group's rows offer what all of them need."""
        needed = needed_by(draft)
        if self._settings.requests == 1:
            return self._with_distractors(needed, rng)
        tools = self._with_distractors(self._starts(slot), self._group(slot).rng(slot.seed, "tools", slot.pool))
        # Of a function in two dresses the one that the row calls is offered.
        tools = [one for one in tools if one in needed or not any(self._same(one, other) for other in needed)]
        return tools + [one for one in needed if one not in tools]

    def _with_distractors(self, needed: list[str], rng: Random) -> list[str]:
        """The functions, and further ones from the same category, then from anywhere."""
        categories = {self._functions[i].category for i in needed}
        near = [i for i in sorted(m for c in categories for m in self._members[c]) if i not in needed]
        near = [i for i in near if not any(self._same(i, one) for one in needed)]
        count = rng.randint(*self._settings.distractors)
        picked = rng.sample(near, min(count, len(near)))
        if len(picked) < count:
            picked += self._far(rng, {*near, *needed}, count - len(picked))
        tools = list(needed)
        for one in picked:
            # Nobody could say which of two dresses of a function to call.
            if not any(self._same(one, other) for other in tools):
                tools.append(one)
        rng.shuffle(tools)
        return self._listed(tools, needed)

    def _far(self, rng: Random, besides: set[str], count: int) -> list[str]:
        """Some of all functions but these. One after the other is drawn: going through all would take longest."""
        picked: dict[str, None] = {}
        count = min(count, len(self._ids) - len(besides))
        while len(picked) < count:
            one = rng.choice(self._ids)
            if one not in besides:
                picked[one] = None
        return list(picked)

    def _near_misses(self, wanted: Sequence[Function], rng: Random) -> list[str]:
        """The nearest functions in the graph and the catalog that still cannot do what is asked."""
        first = wanted[0]
        graph = [e.target for e in self._neighbourhood.out_of(first.id)]
        graph += [e.source for e in self._neighbourhood.into(first.id)]
        options = list(dict.fromkeys(graph + self._alike(first.id)))
        rng.shuffle(options)
        if rng.random() < _NEAREST:
            options = nearest_first(options, first, self._functions)

        def misses(one: str) -> bool:
            return not any(self._same(one, w.id) or can_replace(self._functions[one], w) for w in wanted)

        low, high = self._settings.distractors
        return self._listed(list(islice(filter(misses, options), rng.randint(max(1, low), max(1, high)))))

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


def _lay_out(draft: Draft, walker: Walker) -> None:
    steps = [draft.new_step(function) for function in walker.visited]
    for step in steps:
        draft.new_turn(step)
    for edge, source, target in zip(walker.edges, steps, steps[1:], strict=False):
        draft.use(edge)
        draft.link(edge, source, target)
