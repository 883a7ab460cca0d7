"""Shares, differences and how sure they are."""

from __future__ import annotations

from itertools import pairwise
from math import sqrt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from magnet_kg.evaluation.results import ItemResult, Results, folder_identity
from magnet_kg.evaluation.scoreboard import errors, scores
from magnet_kg.pipeline.accepted import evenly
from magnet_kg.teacher.llm.carrier import FAILED


def results(verdicts: list[bool], category: str = "one") -> list[ItemResult]:
    return [
        ItemResult(id=f"{category}_{at}", category=category, valid=valid, error_type="" if valid else "kind")
        for at, valid in enumerate(verdicts)
    ]


def test_the_interval_is_that_of_the_paired_difference() -> None:
    base, tuned = [False] * 60 + [True] * 40, [False] * 30 + [True] * 70
    (score,) = scores(results(tuned), results(base))
    assert score.low is not None
    assert score.high is not None
    error = sqrt(0.3 * 0.7 / 100)
    assert score.difference == pytest.approx(0.3)
    assert score.low == pytest.approx(0.3 - 1.96 * error, abs=0.015)
    assert score.high == pytest.approx(0.3 + 1.96 * error, abs=0.015)


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=50))
def test_an_interval_holds_its_difference_and_turns_with_it(verdicts: list[tuple[bool, bool]]) -> None:
    tuned, base = (results([pair[side] for pair in verdicts]) for side in (0, 1))
    (forth,), (back,) = scores(tuned, base), scores(base, tuned)
    assert forth.low is not None
    assert forth.high is not None
    assert forth.difference is not None
    assert forth.low - 1e-9 <= forth.difference <= forth.high + 1e-9
    assert back.difference == pytest.approx(-forth.difference)
    assert scores(tuned, tuned)[0].high == 0


def test_every_category_weighs_the_same_in_the_mean() -> None:
    several = [*results([True] * 2), *results([False] * 98, "other")]
    assert [one.share for one in scores(several)] == [1.0, 0.0, 0.5]
    assert errors(several) == {"other": {"kind": 98}}


def test_the_mean_of_several_categories_is_surer_than_each_even_where_their_counts_are_the_same() -> None:
    base, tuned = [True] * 3 + [False] * 47, [False] * 3 + [True] * 5 + [False] * 42
    names = [f"c{at}" for at in range(4)]
    several = [[one for name in names for one in results(side, name)] for side in (tuned, base)]
    *_, mean = scores(*several)
    assert mean.category == "mean"
    assert mean.low is not None
    assert mean.high is not None
    error = sqrt((8 / 50 - 0.04**2) / 50 / 4)
    assert mean.low == pytest.approx(0.04 - 1.96 * error, abs=0.01)
    assert mean.high == pytest.approx(0.04 + 1.96 * error, abs=0.01)


@given(st.integers(1, 200), st.integers(1, 250))
def test_items_are_evenly_spaced(many: int, limit: int) -> None:
    taken = evenly(range(many), limit)
    assert len(taken) == min(many, limit)
    gaps = {after - before for before, after in pairwise(taken)}
    assert not gaps or max(gaps) - min(gaps) <= 1


def test_a_line_that_was_torn_is_evaluated_again_and_nothing_else(tmp_path: Path) -> None:
    kept = Results(tmp_path, {"model": "one"})
    for one in results([True, False, True]):
        kept.put(one)
    kept.path.write_bytes(kept.path.read_bytes()[:-20])
    again = Results(tmp_path, {"model": "one"})
    assert [again.get(f"one_{at}") is not None for at in range(3)] == [True, True, False]
    again.put(results([True] * 4)[3])
    assert Results(tmp_path, {"model": "one"}).get("one_3") is not None
    assert Results(tmp_path, {"model": "another"}).get("one_0") is None


def test_what_a_servers_failure_made_is_asked_again_and_a_context_too_long_is_not(tmp_path: Path) -> None:
    kept = Results(tmp_path, {"model": "one"})
    failed, long = results([False, False])
    kept.put(failed.model_copy(update={"unanswered": FAILED}))
    kept.put(long.model_copy(update={"unanswered": "the context is too long"}))
    assert kept.get("one_0") is not None, "this evaluation has a verdict"
    again = Results(tmp_path, {"model": "one"})
    assert again.get("one_0") is None
    assert again.get("one_1") is not None


def test_an_evaluation_that_is_made_anew_mixes_with_no_other(tmp_path: Path) -> None:
    kept = Results(tmp_path, {"model": "one"})
    for one in results([True, False, True]):
        kept.put(one)
    Results(tmp_path, {"model": "one"}, fresh=True).put(results([False])[0])
    after = Results(tmp_path, {"model": "one"})
    assert [after.get(f"one_{at}") is not None for at in range(3)] == [True, False, False]


def test_a_folder_is_another_model_once_its_weights_or_its_template_change(tmp_path: Path) -> None:
    seen = set()
    for name, content in (("model.safetensors", b"1"), ("model.safetensors", b"2"), ("chat_template.jinja", b"x")):
        (tmp_path / name).write_bytes(content)
        seen.add(folder_identity(tmp_path))
    (tmp_path / "README.md").write_text("says nothing to a model")
    assert len(seen) == 3
    assert folder_identity(tmp_path) in seen
