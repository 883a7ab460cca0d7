"""The order in which functions are offered: a model must not learn where in a list the right one stands."""

from __future__ import annotations

from statistics import mean

import pytest
from dialogues import KINDS, SEED, bench

from magnet_kg.catalog.words import words
from magnet_kg.domain.path import Kind, SignaturePath
from magnet_kg.paths.offered import nearest_first
from magnet_kg.paths.shapes import PathMaker, PathSettings, Slot

COUNT = 40
# Words that most descriptions have.
COMMON = frozenset("a an the of for to in on by from with and or its their this that".split())


def made(kind: Kind, **settings: object) -> list[SignaturePath | str]:
    given = PathSettings.model_validate({"steps": 4, "distractors": (2, 5), **settings})
    maker = PathMaker(bench().executor.functions, bench().neighbourhood, given)
    return maker.make([Slot(f"{kind}-{number}", kind, SEED, 1, number) for number in range(COUNT)])


def needed(path: SignaturePath) -> list[str]:
    """What the row needs of what it is offered, in the order of use."""
    used = [step.function for turn in path.turns for step in (*turn.steps, *turn.wanted)]
    return [one for one in dict.fromkeys(used) if one in path.tools]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("settings", [{}, {"offered": 5}])
def test_without_shuffling_only_the_order_differs(kind: Kind, settings: dict[str, object]) -> None:
    shuffled, listed = made(kind, **settings), made(kind, shuffled=False, **settings)
    differing = 0
    for one, other in zip(shuffled, listed, strict=True):
        if isinstance(one, str) or isinstance(other, str):
            assert one == other, "no row is lost or won"
            continue
        first = needed(other)
        assert other.tools == (*first, *sorted(set(other.tools) - set(first)))
        assert sorted(one.tools) == sorted(other.tools)
        assert one.model_copy(update={"tools": other.tools}) == other
        differing += one.tools != other.tools
    assert differing > COUNT / 2


def test_without_shuffling_a_group_still_offers_the_same_in_the_same_order() -> None:
    size = 4
    for kind in ("single", "irrelevance"):
        paths = made(kind, shuffled=False, requests=size)
        for start in range(0, COUNT, size):
            group = [path for path in paths[start : start + size] if isinstance(path, SignaturePath)]
            assert len({path.tools for path in group}) == 1
            if kind == "irrelevance":
                assert all(list(path.tools) == sorted(path.tools) for path in group)
            else:
                every = {one for path in group for one in needed(path)}
                assert set(group[0].tools[: len(every)]) == every, "what all of them need comes first"
                others = group[0].tools[len(every) :]
                assert list(others) == sorted(others)


def test_the_nearest_are_those_that_are_about_the_same() -> None:
    """A request about a topic whose other functions are offered is what a model falls for."""
    functions = bench().executor.functions
    wanted = functions["banking/freeze_card"]
    options = ["rides/track_ride", "banking/unfreeze_card", "banking/get_spending_by_category", "home/list_cameras"]
    assert nearest_first(options, wanted, functions)[0] == "banking/unfreeze_card"
    assert sorted(nearest_first(options, wanted, functions)) == sorted(options)


def test_near_misses_are_nearer_than_what_is_offered_beside_a_call() -> None:
    """A model that is refused only what is of another topic calls whatever has the topic of a question."""

    def shared(path: SignaturePath, wanted: str) -> int:
        first, *others = (
            set(words(bench().executor.functions[one].description)) - COMMON
            for one in (wanted, *(one for one in path.tools if one != wanted))
        )
        return max(len(first & other) for other in others)

    one = {"distractors": (1, 1), "unclear": 0.0, "no_tool": 0.0}
    misses = [path for path in made("irrelevance", **one) if isinstance(path, SignaturePath)]
    calls = [path for path in made("single", **one) if isinstance(path, SignaturePath)]
    near = [shared(path, path.turns[0].wanted[0].function) for path in misses]
    beside = [shared(path, path.turns[0].steps[0].function) for path in calls]
    assert mean(near) > 1.3 * mean(beside)
