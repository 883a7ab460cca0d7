"""Wrong values of a rejected side: such as models take, else a pair teaches nothing."""

from __future__ import annotations

from random import Random
from typing import Any

from dialogues import bench, make

from magnet_kg.distillation.inject import wrong_hints
from magnet_kg.distillation.mistaken import called_by_name, change_value, mistaken_value
from magnet_kg.distillation.stage import turns_by_id
from magnet_kg.domain.dialogue import Origin

OUTPUTS: dict[str, Any] = {
    "call_1": {
        "accounts": [
            {"account_id": "acc_311514", "account_name": "checking account", "balance": 420.5, "points": 12},
            {"account_id": "acc_702948", "account_name": "savings account", "balance": 80.25, "points": 3},
        ]
    },
    "call_2": {"account_id": "acc_555001", "opened_on": "2026-05-02", "open": True, "currency": "USD"},
}


def origin(path: str, call: str = "call_1") -> Origin:
    return Origin(parameter="x", source="bound", call=call, path=path)


def drawn(path: str, right: Any, call: str = "call_1") -> set[Any]:
    return {mistaken_value(origin(path, call), right, OUTPUTS, Random(seed)) for seed in range(60)}


def test_a_wrong_identifier_is_another_one_a_name_or_a_bad_copy() -> None:
    found = drawn("accounts.0.account_id", "acc_311514")
    assert {"acc_702948", "checking account", "acc_555001"} < found, "of the same list, its name, of another output"
    for copy in found - {"acc_702948", "checking account", "acc_555001"}:
        differing = [a != b for a, b in zip(copy, "acc_311514", strict=True)]
        assert 1 <= sum(differing) <= 2
    assert "acc_311514" not in found


def test_a_wrong_number_stands_in_another_entry_or_beside_the_right_one() -> None:
    found = drawn("accounts.1.balance", 80.25)
    assert {420.5, 3} < found
    assert 12 not in found
    assert drawn("open", True, "call_2") == {False}


def test_what_stands_alone_is_changed_within_its_kind() -> None:
    assert drawn("opened_on", "2026-05-02", "call_2") == {"2026-05-01", "2026-05-03", "2026-05-09"}
    assert drawn("currency", "USD", "call_2") == {"USDD"}
    assert change_value("Harbor Court", Random(1)) == "Harbor"
    assert change_value("Zanzibar", Random(1)) == "Zanzib"
    assert mistaken_value(origin("tags"), [], {"call_1": {"tags": []}}, Random(1)) is None


def test_only_an_identifier_is_called_by_name() -> None:
    assert called_by_name(origin("accounts.1.account_id"), OUTPUTS) == "savings account"
    assert called_by_name(origin("accounts.1.balance"), OUTPUTS) is None
    assert called_by_name(origin("account_id", "call_2"), OUTPUTS) is None, "nothing tells its name"


def test_a_lookup_that_is_left_out_leaves_the_name_in_its_place() -> None:
    """Small models pass on what the user called a thing; `short_dependency` has to show it."""
    seen = 0
    for number in range(40):
        made = make("multi_turn", number)
        if made is None:
            continue
        turns = turns_by_id(made.dialogue.path)
        outputs = {o.call: o.output for turn in made.dialogue.turns for o in turn.observations}
        for hint in wrong_hints(made.dialogue, turns, bench().executor.functions, Random(1))["short_dependency"]:
            if not hint.leave_out:
                continue
            (lookup,), ((replaced, call),) = hint.leave_out, (hint.replace or {}).items()
            right = next(one for turn in made.dialogue.turns for one in turn.calls if one.id == replaced)
            (source,) = (one for one in right.origins if one.call == lookup and one not in call.origins)
            assert call.arguments[source.parameter] == called_by_name(source, outputs)
            seen += 1
    assert seen > 3
