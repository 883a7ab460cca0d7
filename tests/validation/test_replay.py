"""replay: a row whose calls give something else today cannot be trusted, nor continued."""

from __future__ import annotations

from typing import Any

import pytest
from dialogues import bench, check, good_row, good_rows, with_output

from magnet_kg.domain.trajectory import Trajectory


def found(row: Trajectory) -> set[tuple[str, str]]:
    return {(failure.check, failure.reason) for failure in check(row)}


def test_an_output_that_comes_out_differently() -> None:
    row = good_row("multi_turn")
    changed = next(o for o in row.observations if isinstance(o.output, dict))
    output = {**changed.output, "remark": "all is well"}
    assert found(with_output(row, changed.call, output)) == {("replay", "an output differs")}


def test_a_failure_that_was_none() -> None:
    row = good_row("single")
    failed = tuple(o.model_copy(update={"failed": True}) for o in row.observations)
    assert found(row.model_copy(update={"observations": failed})) == {("replay", "an output differs")}


def test_a_final_state_that_comes_out_differently() -> None:
    row = good_row("multi_turn")
    assert found(row.model_copy(update={"state": "0" * 16})) == {("replay", "the final state differs")}


def test_a_change_of_the_world_that_no_call_made() -> None:
    """The state of another, equally good row is not this one's."""
    one, other = (made.row for made, _ in zip(good_rows("single"), range(2), strict=False))
    assert one.state != other.state
    assert ("replay", "the final state differs") in found(one.model_copy(update={"state": other.state}))


@pytest.mark.parametrize("change", [{"user_name": "Somebody Else"}, {"home_city": "Timbuktu"}])
def test_a_world_that_states_something_else(change: dict[str, Any]) -> None:
    row = good_row("single")
    context = row.context.model_copy(update=change)
    assert found(row.model_copy(update={"context": context})) == {("replay", "the world's context differs")}


def test_another_world() -> None:
    row = good_row("single")
    assert found(row.model_copy(update={"world": row.world + 1})) == {("replay", "the world's context differs")}


def test_calls_in_another_order_where_the_order_matters() -> None:
    """A row whose calls were shuffled gives another state or other outputs, or its links break."""
    changing = (
        made.row
        for made in good_rows("multi_turn")
        if len(made.row.calls) > 3 and made.row.state != bench().executor.open(made.row.world).digest()
    )
    row = next(changing)
    shuffled = row.model_copy(update={"calls": row.calls[::-1], "observations": row.observations[::-1]})
    assert check(shuffled)
