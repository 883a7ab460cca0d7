"""Wrong values of a rejected side: such as models take, else a pair teaches nothing."""

from __future__ import annotations

from random import Random
from typing import Any

from dialogues import bench, make

from magnet_kg.distillation.inject import wrong_hints
from magnet_kg.distillation.mistaken import called_by_user, change_value, mistaken_value
from magnet_kg.distillation.stage import turns_by_id
from magnet_kg.domain.dialogue import Criterion, FunctionCall, Origin

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


def test_what_is_not_looked_up_goes_by_what_the_user_said() -> None:
    """Whoever skips the lookup of "Grandpa" cannot know that he is Adrian Kemp."""
    asked = FunctionCall(
        id="call_1", step="s1", function="contacts/find_contact", arguments={"name": "Grandpa", "limit": 5},
        origins=(
            Origin(parameter="limit", source="default"),
            Origin(parameter="name", source="said", turn="t1", form="verbatim"),
        ),
    )  # fmt: skip
    nothing = asked.model_copy(update={"arguments": {}, "origins": ()})
    match = Criterion(take="match", match={"opened_on": "2026-05-02", "account_name": "savings account"})
    words = "the savings account that I opened on 2 May"
    chosen = origin("accounts.1.account_id").model_copy(update={"criterion": match, "text": words})
    assert called_by_user(origin("accounts.1.account_id"), asked) == "Grandpa"
    assert called_by_user(chosen, nothing) == "savings account"
    assert called_by_user(chosen.model_copy(update={"text": "the older one"}), nothing) is None, "not in these words"
    assert called_by_user(origin("accounts.1.balance"), asked) is None, "no identifier"
    assert called_by_user(origin("account_id"), nothing) is None, "nobody said a name"


def test_a_lookup_that_is_left_out_leaves_the_name_in_its_place() -> None:
    """Small models pass on what the user called a thing; `short_dependency` has to show it."""
    seen = 0
    for number in range(40):
        made = make("multi_turn", number)
        if made is None:
            continue
        turns = turns_by_id(made.dialogue.path)
        calls = {one.id: one for turn in made.dialogue.turns for one in turn.calls}
        for hint in wrong_hints(made.dialogue, turns, bench().executor.functions, Random(1))["short_dependency"]:
            if not hint.leave_out:
                continue
            (lookup,), ((replaced, call),) = hint.leave_out, (hint.replace or {}).items()
            (source,) = (o for o in calls[replaced].origins if o.call == lookup and o not in call.origins)
            assert call.arguments[source.parameter] == called_by_user(source, calls[lookup])
            seen += 1
    assert seen > 3
