"""A row made by the rules passes every check, whatever is in it: a check that cries wolf empties the data set."""

from __future__ import annotations

import pytest
from dialogues import KINDS, bench, check, check_both, failures, good_pair, good_row, make, slot, tell

from magnet_kg.distillation.inject import ERRORS
from magnet_kg.domain.path import Kind, SignaturePath
from magnet_kg.domain.trajectory import ErrorKind, Trajectory
from magnet_kg.paths.shapes import PathMaker, PathSettings


@pytest.mark.parametrize("kind", KINDS)
def test_nearly_every_row_that_the_rules_make_passes_every_check(kind: Kind) -> None:
    made = [number for number in range(40) if make(kind, number) is not None]
    faulty = {number: failures(kind, number) for number in made if failures(kind, number)}
    assert len(made) >= 30, "too few paths become rows"
    assert len(faulty) <= len(made) * 0.15, faulty


@pytest.mark.parametrize(
    ("operation", "detail"),
    [
        ("merge", ""),
        ("merge", "again"),
        ("insert", "short"),
        ("insert", "long"),
        ("insert", "backward"),
        ("split", "miss_func"),
        ("split", "miss_params"),
    ],
)
def test_a_row_with_any_operation_can_be_a_good_one(operation: str, detail: str) -> None:
    row = good_row("multi_turn", lambda r: any((o.operation, o.detail) == (operation, detail) for o in r.operations))
    assert not check(row)


@pytest.mark.parametrize("resolved", [True, False])
@pytest.mark.parametrize("missing", ["miss_func", "miss_params"])
def test_a_row_in_which_something_is_missing_can_be_a_good_one(missing: str, resolved: bool) -> None:
    """Few rows are split and left open: here all are."""
    split = PathSettings(split=1.0, unresolved=0.0 if resolved else 1.0)
    maker = PathMaker(bench().executor.functions, bench().neighbourhood, split)

    def wanted(drawn: SignaturePath) -> bool:
        kinds = [(t.missing.kind, t.missing.resolved) for t in drawn.turns if t.missing is not None]
        return (missing, resolved) in kinds

    seen = 0
    for drawn in maker.make([slot("multi_turn", number) for number in range(150)]):
        if isinstance(drawn, SignaturePath) and wanted(drawn):
            made = tell(drawn)
            if made is not None and wanted(made.dialogue.path):
                seen += 1
                if not check(made.row):
                    return
    raise AssertionError(f"none of {seen} rows is good")


@pytest.mark.parametrize("error", ERRORS)
def test_a_pair_with_any_of_the_five_errors_can_be_a_good_one(error: ErrorKind) -> None:
    assert not check_both(good_pair(error))


def test_a_row_names_its_functions_edges_and_operations() -> None:
    """Provenance: what is trained on can be traced to verdicts and definitions (METHOD.md §10)."""

    def has_links(row: Trajectory) -> bool:
        return bool(row.links)

    row = good_row("multi_turn", has_links)
    verdicts = {edge.verdict for edge in row.edges}
    assert {link.verdict for link in row.links} <= verdicts
    assert {call.function for call in row.calls} | set(row.tools) <= row.function_hashes.keys()
    assert row.teacher == "rules@1"
    assert row.prompt_hash
