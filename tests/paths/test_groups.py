"""Rows that share their tools: a trainer that reads the common prefix once relies on its being the same."""

from __future__ import annotations

from itertools import combinations

from dialogues import SEED, bench

from magnet_kg.catalog.everyday.variants import dressed
from magnet_kg.domain.path import Kind, SignaturePath
from magnet_kg.paths.groups import one_in_two_dresses
from magnet_kg.paths.shapes import PathMaker, PathSettings, Slot

SIZE = 4
SETTINGS = PathSettings(requests=SIZE, distractors=(0, 2), unstated=0.5, plain=0.5)


def made(kind: Kind, count: int) -> list[SignaturePath | str]:
    maker = PathMaker(bench().executor.functions, bench().neighbourhood, SETTINGS)
    return maker.make([Slot(f"{kind}-{number}", kind, SEED, 1, number) for number in range(count)])


def test_the_rows_of_a_group_offer_the_same_in_the_same_order_and_state_the_same() -> None:
    for kind in ("single", "parallel"):
        paths = made(kind, 10 * SIZE)
        for start in range(0, len(paths), SIZE):
            group = [path for path in paths[start : start + SIZE] if isinstance(path, SignaturePath)]
            assert len({path.tools for path in group}) == 1
            assert len({path.stated for path in group}) == 1
            assert all({s.function for s in path.steps.values()} <= set(path.tools) for path in group)


def test_nothing_offered_in_an_irrelevance_group_is_what_one_of_its_rows_wants() -> None:
    for path in made("irrelevance", 20 * SIZE):
        if isinstance(path, SignaturePath):
            missing = [turn for turn in path.turns if turn.missing is not None and turn.missing.kind == "miss_func"]
            assert not {step.function for turn in missing for step in turn.wanted} & set(path.tools)


def test_no_row_is_offered_a_function_in_two_dresses() -> None:
    """Nobody could say which of the two a model should call."""
    functions = {id: one.function for id, one in list(dressed().items())[:60]}
    maker = PathMaker(functions, bench().neighbourhood, PathSettings(requests=6, distractors=(0, 3)))
    paths = maker.make([Slot(f"single-{number}", "single", SEED, 1, number) for number in range(240)])
    rows = [path for path in paths if isinstance(path, SignaturePath)]
    assert len(rows) > 200
    for path in rows:
        offered = [functions[one] for one in path.tools]
        assert not [pair for pair in combinations(offered, 2) if one_in_two_dresses(*pair)], path.row
        assert {step.function for step in path.steps.values()} <= set(path.tools)
