"""Paths: what an operation leaves dangling becomes a dialogue about something that nobody mentioned."""

from __future__ import annotations

from collections import Counter

import pytest
from dialogues import KINDS, SEED, WORLDS, bench, path
from hypothesis import given, settings
from hypothesis import strategies as st

from magnet_kg.catalog.concepts import concepts_of, is_sayable
from magnet_kg.domain.path import Kind, Link, Missing, PathTurn, SignaturePath, Step
from magnet_kg.paths.offered import can_replace
from magnet_kg.paths.prune import prune_steps, prune_turn
from magnet_kg.paths.shapes import PathMaker, PathSettings, Slot
from magnet_kg.teacher.rules.phrase_faults import fields_beside

MOST = settings(max_examples=150, deadline=None)
numbers = st.integers(0, 100_000)
kinds = st.sampled_from(KINDS)


def draw(kind: Kind, number: int, maker: PathMaker | None = None) -> SignaturePath | None:
    slot = Slot(f"{kind}-{number}", kind, SEED, number % WORLDS, number)
    made = (maker or bench().maker).make([slot])[0]
    return None if isinstance(made, str) else made


def order(drawn: SignaturePath) -> dict[str, int]:
    """Steps as they run; an empty turn's wanted steps count where they are told first."""
    ids = [step.id for turn in drawn.turns for step in (*turn.wanted, *turn.steps)]
    return {step: index for index, step in enumerate(dict.fromkeys(ids))}


def assert_consistent(drawn: SignaturePath) -> None:
    functions = bench().executor.functions
    steps, turns = drawn.steps, [turn.id for turn in drawn.turns]
    assert len(turns) == len(set(turns))
    assert len({o.id for o in drawn.operations}) == len(drawn.operations)
    own = Counter(s.id for t in drawn.turns for s in t.steps)
    assert not [one for one, count in own.items() if count > 1], "a step stands in two turns"
    places = order(drawn)
    verdicts = {edge.verdict: edge for edge in drawn.edges}
    taken = [(link.target, link.parameter) for link in drawn.links]
    assert len(taken) == len(set(taken)), "two outputs for one parameter"
    for link in drawn.links:
        assert places[link.source] < places[link.target], "a value from a call that comes later"
        source, target = functions[steps[link.source].function], functions[steps[link.target].function]
        assert fields_beside(source.returns or {}, link.output) is not None
        assert link.parameter.removesuffix("[]") in target.properties
        edge = verdicts[link.verdict]
        assert (edge.source, edge.target) == (source.id, target.id)
    for operation in drawn.operations:
        assert set(operation.steps) <= steps.keys(), operation
        # A merge ends one turn, and a pruned path may have lost the other.
        assert operation.operation == "merge" or operation.turns[0] in turns, operation
    for index, turn in enumerate(drawn.turns):
        assert (turn.missing is None) == (not turn.wanted)
        assert turn.steps or turn.missing or drawn.kind == "irrelevance", "a turn in which nothing happens"
        if turn.missing is not None:
            assert not turn.steps
            assert turn.missing.step in {s.id for s in turn.wanted}
            if turn.missing.resolved:
                assert drawn.turns[index + 1].completes == turn.id
        if turn.completes is not None:
            assert drawn.turns[index - 1].id == turn.completes


# --- every path


@MOST
@given(kinds, numbers)
def test_a_path_refers_to_nothing_that_is_not_there(kind: Kind, number: int) -> None:
    drawn = draw(kind, number)
    if drawn is not None:
        assert_consistent(drawn)


@MOST
@given(st.sampled_from(["single", "parallel", "multiple", "multi_turn"]), numbers)
def test_what_no_person_could_say_is_supplied_by_an_earlier_step(kind: Kind, number: int) -> None:
    """Else the user would have to say an id, or the assistant to make one up."""
    drawn = draw(kind, number)
    if drawn is None:
        return
    supplied = {(link.target, link.parameter.removesuffix("[]")) for link in drawn.links}
    for step in drawn.steps.values():
        function = bench().executor.functions[step.function]
        for name in function.required:
            assert is_sayable(function, name) or (step.id, name) in supplied, f"{step.function}.{name}"


@MOST
@given(kinds, numbers)
def test_what_is_inserted_is_linked(kind: Kind, number: int) -> None:
    """A lookup feeds a later step; a nested call is fed by an earlier one."""
    drawn = draw(kind, number)
    if drawn is None:
        return
    for step in drawn.steps.values():
        if step.role == "insert_backward":
            assert any(link.source == step.id for link in drawn.links)
        elif step.role in ("insert_short", "insert_long"):
            assert any(link.target == step.id for link in drawn.links)


def test_nobody_asks_when_begins_what_they_have_called_off() -> None:
    """A scene was cancelled, and its start asked for in the same message."""
    functions = bench().executor.functions
    called_off = 0
    for number in range(400):
        drawn = draw("multi_turn", number)
        if drawn is None:
            continue
        for turn in drawn.turns:
            ended = [s for s in turn.steps if functions[s.function].name.startswith("cancel_")]
            called_off += len(ended)
            for link in drawn.links:
                step = drawn.steps[link.target]
                if step.role != "insert_long" or step not in turn.steps:
                    continue
                given_ = {one.concept for one in concepts_of(functions[drawn.steps[link.source].function]).returns}
                taken = {t.concept for s in ended for t in concepts_of(functions[s.function]).takes}
                assert not {one for one in given_ & taken if one.endswith(" id")}, drawn.row
    assert called_off > 20


@MOST
@given(kinds, numbers)
def test_everything_that_is_called_is_offered_in_time(kind: Kind, number: int) -> None:
    drawn = draw(kind, number)
    if drawn is None:
        return
    assert len(drawn.tools) == len(set(drawn.tools))
    offered = set(drawn.tools)
    withheld = set()
    for turn in drawn.turns:
        if turn.missing is not None and turn.missing.kind == "miss_func":
            wanted = drawn.steps[turn.missing.step].function
            assert wanted not in offered, "what is missing is offered"
            withheld.add(wanted)
        elif turn.completes is not None:
            offered |= withheld
        assert {step.function for step in turn.steps} <= offered


@MOST
@given(st.lists(st.tuples(kinds, numbers), min_size=1, max_size=6, unique=True), st.randoms())
def test_a_path_does_not_depend_on_the_other_rows(slots: list[tuple[Kind, int]], shuffle: object) -> None:
    """However rows are spread over workers, each is the same."""
    made = [Slot(f"{kind}-{number}", kind, SEED, 1, number) for kind, number in slots]
    alone = [bench().maker.make([one])[0] for one in made]
    assert bench().maker.make(made) == alone
    assert bench().maker.make(made[::-1]) == alone[::-1]


def test_another_seed_gives_other_paths() -> None:
    slots = [Slot("multi_turn-1", "multi_turn", seed, 1) for seed in range(10)]
    made = [p for p in bench().maker.make(slots) if not isinstance(p, str)]
    assert len({str(p.turns) for p in made}) == len(made) > 5


# --- kinds


@MOST
@given(numbers)
def test_a_single_call_is_one_call(number: int) -> None:
    drawn = draw("single", number)
    assert drawn is not None
    assert [len(turn.steps) for turn in drawn.turns] == [1]
    assert len(drawn.tools) >= 6


@MOST
@given(numbers)
def test_parallel_calls_are_of_one_function(number: int) -> None:
    drawn = draw("parallel", number)
    assert drawn is not None
    (turn,) = drawn.turns
    assert 2 <= len(turn.steps) <= 4
    assert len({step.function for step in turn.steps}) == 1


@MOST
@given(numbers)
def test_multiple_calls_are_of_several_functions(number: int) -> None:
    drawn = draw("multiple", number)
    if drawn is not None:
        (turn,) = drawn.turns
        asked = [step.function for step in turn.steps if step.role == "walk"]
        assert len(set(asked)) >= 2


@MOST
@given(numbers)
def test_nothing_offered_serves_an_irrelevant_request(number: int) -> None:
    """The tools are near misses: near, and still misses."""
    drawn = draw("irrelevance", number)
    if drawn is None:
        return
    (turn,) = drawn.turns
    functions = bench().executor.functions
    assert not turn.steps
    assert len(drawn.tools) >= 2
    if turn.missing is None:
        return  # nothing is wanted of any tool
    wanted = functions[turn.wanted[0].function]
    if turn.missing.kind == "miss_params":
        assert wanted.id in drawn.tools, "the assistant would have to ask for a value that it cannot use"
        return
    assert all(not can_replace(functions[one], wanted) for one in (*drawn.tools, wanted.id) if one != wanted.id)
    linked = {e.target for e in bench().neighbourhood.out_of(wanted.id)}
    linked |= {e.source for e in bench().neighbourhood.into(wanted.id)}
    assert any(one in linked or functions[one].category == wanted.category for one in drawn.tools)


@MOST
@given(numbers)
def test_a_multi_turn_path_has_several_turns(number: int) -> None:
    drawn = draw("multi_turn", number)
    if drawn is not None:
        assert sum(step.role == "walk" for step in drawn.steps.values()) >= PathSettings().shortest


def test_most_slots_become_paths() -> None:
    for kind in KINDS:
        assert sum(path(kind, number) is not None for number in range(60)) >= 50, kind


# --- settings


@pytest.mark.parametrize(
    ("changes", "operation"),
    [
        ({"merge": 0.0, "again": 0.0}, ("merge", None)),
        ({"again": 0.0}, ("merge", "again")),
        ({"insert": 0.0}, ("insert", "short")),
        ({"insert": 0.0}, ("insert", "long")),
        ({"insert_long": 0.0}, ("insert", "long")),
        ({"split": 0.0}, ("split", None)),
    ],
)
def test_an_operation_that_is_switched_off_does_not_happen(
    changes: dict[str, float], operation: tuple[str, str | None]
) -> None:
    """The ladder of the paper's table: each operation alone must be switchable."""
    name, detail = operation

    def share(settings_: PathSettings) -> int:
        maker = PathMaker(bench().executor.functions, bench().neighbourhood, settings_)
        made = [draw("multi_turn", number, maker) for number in range(60)]
        return sum(
            o.operation == name and detail in (None, o.detail) for p in made if p is not None for o in p.operations
        )

    assert share(PathSettings.model_validate(changes)) == 0
    assert share(PathSettings()) > 0


def test_unresolved_empty_turns_can_be_switched_off() -> None:
    maker = PathMaker(bench().executor.functions, bench().neighbourhood, PathSettings(split=1.0, unresolved=0.0))
    made = [p for number in range(60) if (p := draw("multi_turn", number, maker)) is not None]
    empty = [turn.missing for p in made for turn in p.turns if turn.missing is not None]
    assert empty
    assert all(missing.resolved for missing in empty)


# --- prune


@st.composite
def pruned(draw_: st.DrawFn) -> tuple[SignaturePath, list[str]]:
    drawn = draw("multi_turn", draw_(numbers)) or path("multi_turn", 0) or path("multi_turn", 1)
    assert drawn is not None
    return drawn, draw_(st.lists(st.sampled_from(sorted(drawn.steps)), min_size=1, max_size=4, unique=True))


@MOST
@given(pruned())
def test_what_is_left_of_a_pruned_path_is_consistent(given_: tuple[SignaturePath, list[str]]) -> None:
    drawn, steps = given_
    left = prune_steps(drawn, steps)
    assert_consistent(left)
    assert not set(steps) & left.steps.keys()
    assert left.steps.keys() <= drawn.steps.keys()


@MOST
@given(pruned())
def test_what_needed_a_pruned_step_goes_too_and_so_do_lookups_for_nobody(
    given_: tuple[SignaturePath, list[str]],
) -> None:
    drawn, steps = given_
    left = prune_steps(drawn, steps)
    lost = drawn.steps.keys() - left.steps.keys()
    kept = {(link.target, link.parameter) for link in left.links}
    again = {o.steps[1] for o in drawn.operations if o.detail == "again"}
    for link in drawn.links:
        # What a repeated call would have supplied, the first one may supply.
        instead = link.source in again and (link.target, link.parameter) in kept
        assert link.source not in lost or link.target in lost or instead
    used = {link.source for link in left.links}
    assert all(step.id in used for step in left.steps.values() if step.role == "insert_backward")


def test_a_wish_that_waits_for_ever_goes_with_the_turn_that_looked_up_for_it() -> None:
    """An unresolved empty turn calls nothing, so a lookup that only its wish uses has no turn to stand in."""
    turns = (
        PathTurn(
            id="t1",
            steps=(
                Step(id="lookup", function="vehicle/list_cars", role="insert_backward"),
                Step(id="asked", function="vehicle/start_parking", role="walk"),
            ),
        ),
        PathTurn(
            id="t2",
            missing=Missing(kind="miss_params", step="wish", parameter="charging_limit", resolved=False),
            wanted=(Step(id="wish", function="vehicle/start_charging", role="walk"),),
        ),
        PathTurn(id="t3", steps=(Step(id="other", function="vehicle/find_garages", role="walk"),)),
    )
    links = tuple(
        Link(source="lookup", target=target, output="cars[].car_id", parameter="car_id", verdict=target)
        for target in ("asked", "wish")
    )
    drawn = SignaturePath(row="r", kind="multi_turn", seed=0, world=0, turns=turns, links=links)
    left = prune_steps(drawn, ["asked"])
    assert list(left.steps) == ["other"]
    assert not left.links


@MOST
@given(numbers)
def test_an_empty_turn_can_be_pruned(number: int) -> None:
    maker = PathMaker(bench().executor.functions, bench().neighbourhood, PathSettings(split=1.0, unresolved=0.5))
    drawn = draw("multi_turn", number, maker)
    empty = [turn for turn in drawn.turns if turn.missing is not None] if drawn is not None else []
    for turn in empty:
        assert drawn is not None
        left = prune_turn(drawn, turn.id)
        assert_consistent(left)
        assert turn.id not in {t.id for t in left.turns}


@MOST
@given(numbers)
def test_pruning_nothing_changes_nothing(number: int) -> None:
    drawn = draw("multi_turn", number)
    if drawn is not None:
        assert prune_steps(drawn, []) == drawn
