"""grounded: a value of an earlier output must be the one that the row says, chosen by what the user said.

Each test takes a good row, lies about where one value comes from and nothing else, and asks that exactly this is found.
"""

from __future__ import annotations

import re

import pytest
from dialogues import (
    user_message,
    with_origin,
)
from origins import HIDDEN_CHOICE, NOT_SAID, bound, found, output_of, said

from magnet_kg.domain.dialogue import Criterion, FunctionCall, Origin
from magnet_kg.domain.trajectory import Trajectory
from magnet_kg.domain.values import leaves, lookup, spread

# --- bound: a value of an earlier output


def test_an_output_that_is_not_in_the_row() -> None:
    """A lookup whose output nothing uses any more is not needed either; what was asked for itself is."""
    row, call, origin = bound(_from_asked)
    assert found(with_origin(row, call, origin.parameter, call="call_99")) == {
        ("grounded", "the output it comes from is not in the row")
    }


def test_a_path_that_the_output_does_not_have() -> None:
    row, call, origin = bound()
    for path in ("no.such.path", f"{origin.path}.deeper", "0", ""):
        assert found(with_origin(row, call, origin.parameter, path=path)) == {
            ("grounded", "the output has no such path")
        }, path


def test_no_path_at_all() -> None:
    row, call, origin = bound()
    assert found(with_origin(row, call, origin.parameter, path=None)) == {
        ("grounded", "the output it comes from is not in the row")
    }


def test_a_path_to_another_value() -> None:
    row, call, origin = bound()
    value = lookup(call.arguments, origin.parameter)
    other = next(p for p, leaf in leaves(output_of(row, origin.call)) if leaf != value and str(leaf) != str(value))
    assert found(with_origin(row, call, origin.parameter, path=other)) == {
        ("grounded", "the output holds another value")
    }


def test_an_output_that_came_only_later() -> None:
    """The own output of a call, or a later one, holds many of its values: that is no origin."""

    def echoed(row: Trajectory, call: FunctionCall, origin: Origin) -> bool:
        value = lookup(call.arguments, origin.parameter)
        return _from_asked(row, call, origin) and any(leaf == value for _, leaf in leaves(output_of(row, call.id)))

    row, call, origin = bound(echoed)
    value = lookup(call.arguments, origin.parameter)
    path = next(p for p, leaf in leaves(output_of(row, call.id)) if leaf == value)
    assert found(with_origin(row, call, origin.parameter, call=call.id, path=path)) == {
        ("grounded", "the output it comes from came later")
    }


def _from_asked(row: Trajectory, call: FunctionCall, origin: Origin) -> bool:
    """From a call that was asked for itself, so that nothing inserted loses its use; used by no inserted call."""
    roles = {s.id: s.role for t in row.turns for s in t.steps}
    source = next((c for c in row.calls if c.id == origin.call), None)
    return source is not None and roles[source.step] == "walk" and roles[call.step] == "walk"


def _of_list(row: Trajectory, call: FunctionCall, origin: Origin) -> bool:
    alone = sum(o.call == origin.call for o in call.origins) == 1
    if not alone or origin.criterion is None or origin.criterion.take == "first":
        return False
    places = re.sub(r"\.\d+(?=\.|$)", "[]", origin.path or "")
    return len({f.value for f in spread(output_of(row, origin.call), places)}) > 1


def test_one_of_several_that_is_called_the_only_one() -> None:
    """A choice must say its criterion: "bound" would hide that somebody picked."""
    row, call, origin = said("chosen", where=_of_list)
    assert found(with_origin(row, call, origin.parameter, source="bound", criterion=None)) == {HIDDEN_CHOICE}


# --- chosen: one of a list, by a criterion that decides


def chosen(*takes: str) -> tuple[Trajectory, FunctionCall, Origin]:
    return said(
        "chosen", where=lambda r, c, o: o.criterion is not None and o.criterion.take in takes and o.turn is not None
    )


def test_a_choice_without_a_criterion() -> None:
    row, call, origin = chosen("min", "max", "match")
    assert found(with_origin(row, call, origin.parameter, criterion=None)) == {HIDDEN_CHOICE}


@pytest.mark.parametrize("take", ["min", "max"])
def test_a_criterion_that_chooses_another_one(take: str) -> None:
    row, call, origin = chosen(take)
    assert origin.criterion is not None
    opposite = Criterion(take="max" if take == "min" else "min", by=origin.criterion.by)
    reasons = found(with_origin(row, call, origin.parameter, criterion=opposite))
    # Where several share the other end, the criterion does not even decide.
    assert reasons <= {
        ("grounded", "the criterion chooses another one"),
        ("grounded", "the criterion does not decide"),
    }
    assert reasons


def test_a_criterion_by_a_field_that_is_not_there() -> None:
    row, call, origin = chosen("min", "max")
    assert origin.criterion is not None
    nowhere = Criterion(take=origin.criterion.take, by="beauty")
    assert found(with_origin(row, call, origin.parameter, criterion=nowhere)) == {
        ("grounded", "the criterion is not among the fields")
    }


def test_a_criterion_that_fits_nothing() -> None:
    row, call, origin = chosen("match")
    assert origin.criterion is not None
    nothing = Criterion(take="match", match=dict.fromkeys(origin.criterion.match, "Timbuktu"))
    assert found(with_origin(row, call, origin.parameter, criterion=nothing)) == {
        ("grounded", "nothing fits the criterion")
    }


def test_a_criterion_that_fits_all_of_them() -> None:
    row, call, origin = said("chosen", where=_of_list)
    assert found(with_origin(row, call, origin.parameter, criterion=Criterion(take="match"))) == {
        ("grounded", "the criterion does not decide")
    }


def test_a_criterion_that_nobody_said() -> None:
    row, call, origin = chosen("min", "max", "match", "last")
    silent = {"turn": None, "start": None, "end": None, "text": None}
    assert ("grounded", "nobody said the criterion") in found(with_origin(row, call, origin.parameter, **silent))


def test_a_criterion_whose_words_are_not_in_the_message() -> None:
    row, call, origin = chosen("min", "max", "match")
    assert found(with_origin(row, call, origin.parameter, text="the ugliest one")) == {NOT_SAID}


def test_words_that_do_not_name_what_is_chosen() -> None:
    row, call, origin = chosen("match")
    content = row.messages[user_message(row, origin.turn or "")].content
    word = next(w for w in content.split() if w.isalpha() and w not in (origin.text or ""))
    start = content.index(word)
    lie = with_origin(row, call, origin.parameter, start=start, end=start + len(word), text=word)
    assert ("grounded", "the words do not name what is chosen") in found(lie) or NOT_SAID in found(lie)
    assert {name for name, _ in found(lie)} == {"grounded"}


def test_a_choice_from_what_is_no_list() -> None:
    """Such an origin is a failure of the row, and no crash of the check."""
    row, call, origin = bound(lambda _r, _c, o: not any(name.isdigit() for name in (o.path or "").split(".")))
    lie = with_origin(row, call, origin.parameter, source="chosen", criterion=Criterion(take="first"))
    assert found(lie) == {("grounded", "nothing to choose from")}
