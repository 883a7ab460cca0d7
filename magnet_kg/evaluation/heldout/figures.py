"""What held-out dialogues say of a student, beside another, and how sure that is.

| figure | of | counted are |
|---|---|---|
| `turn_success` | turns, free | whose calls led to the reference's state and outputs; none, where none can be made |
| `dialogue_success` | dialogues, free | in which every turn is a success |
| `call_accuracy` | the reference's calls, led | that were made: the right function, arguments that mean the same |
| `led_turn_success`, `free_call_accuracy` | | the same, the other way |
| `turns_right` | turns, led | successes of which nothing wrong was said, either |
| `malformed_calls` | turns, led | with a call of a function that is not offered, or with arguments that are no JSON |
| the five errors | turns, led | that show this error of METHOD.md §6 |

The figures to quote are `turn_success` and `call_accuracy`: the first says what a user gets, the second what a student
can do, untouched by what went wrong before. A lookup with other arguments and the same output counts as made. A call
that a successful turn did without (a lookup of what was known, another way to the same end) is not counted among the
reference's. A turn without an answer, or without an end, is no success; a malformed call does nothing, and alone makes
no turn a failure.

Turns of one dialogue are not independent: the bootstrap draws whole dialogues, with both students' turns.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any, get_args

from magnet_kg.domain.mistake import JudgedTurn
from magnet_kg.domain.record import Record
from magnet_kg.domain.trajectory import ErrorKind
from magnet_kg.evaluation.bootstrap import between, drawn_shares
from magnet_kg.evaluation.heldout.dialogues import PlayedDialogue, played_dialogue
from magnet_kg.evaluation.results import ItemResult

ERRORS: tuple[ErrorKind, ...] = get_args(ErrorKind)
# Counted, and of how many.
Count = tuple[int, int]
_Counts = Mapping[str, Sequence[Count]]


class Figure(Record):
    """A share, 0 to 1, with where 95 % of the draws of the bootstrap begin and end.

    `of` is how many turns, calls or dialogues it is of. `base` is the other student's share, and `difference` is
    `share` minus `base`, with `gain_low` and `gain_high` around it; None where nobody is compared with.
    """

    of: int
    share: float
    low: float
    high: float
    base: float | None = None
    difference: float | None = None
    gain_low: float | None = None
    gain_high: float | None = None


def further_figures(found: Sequence[ItemResult], base: Sequence[ItemResult] | None) -> dict[str, Any]:
    """What the report says of results on held-out dialogues: `figures`, `by_kind` and `by_operation`."""
    played = [played_dialogue(one) for one in found]
    other = None if base is None else [played_dialogue(one) for one in base]
    kinds = [one.category for one in found]
    return {
        "dialogues": len(played),
        "turns": sum(len(one.free) for one in played),
        "figures": _as_json(figures(played, other)),
        "by_kind": {
            label: _as_json(some) for label, some in figures_by(lambda kind, _: (kind,), kinds, played, other).items()
        },
        "by_operation": {
            label: _as_json(some)
            for label, some in figures_by(lambda _, turn: turn.operations, kinds, played, other).items()
        },
    }


def figures(played: Sequence[PlayedDialogue], base: Sequence[PlayedDialogue] | None = None) -> dict[str, Figure]:
    """The figures of a student over all dialogues.

    Args:
        played: the dialogues as it played them.
        base: the same, in the same order, as another did.
    """
    return _figures(_by_figure(played, _COUNTED), None if base is None else _by_figure(base, _COUNTED))


def counts_of(figure: str, played: Sequence[PlayedDialogue]) -> list[Count]:
    """What a figure counts in each dialogue, and of how many.

    Args:
        figure: its name.
        played: the dialogues.
    """
    return [_COUNTED[figure](one) for one in played]


def figures_by(
    label: Callable[[str, JudgedTurn], Sequence[str]],
    kinds: Sequence[str],
    played: Sequence[PlayedDialogue],
    base: Sequence[PlayedDialogue] | None = None,
) -> dict[str, dict[str, Figure]]:
    """`turn_success`, `call_accuracy` and the errors of the turns under each label.

    Args:
        label: the labels of a turn, from the kind of its row and the turn.
        kinds: of the rows of the dialogues.
        played: see `figures`.
        base: see `figures`.
    """
    labels = sorted({one for kind, some in zip(kinds, played, strict=True) for t in some.led for one in label(kind, t)})

    def only(wanted: str, dialogues: Sequence[PlayedDialogue]) -> list[PlayedDialogue]:
        return [
            PlayedDialogue(
                led=tuple(turn for turn in one.led if wanted in label(kind, turn)),
                free=tuple(turn for turn in one.free if wanted in label(kind, turn)),
            )
            for kind, one in zip(kinds, dialogues, strict=True)
        ]

    found = {}
    for one in labels:
        other = None if base is None else _by_figure(only(one, base), _PER_TURN)
        found[one] = _figures(_by_figure(only(one, played), _PER_TURN), other)
    return found


def _as_json(some: Mapping[str, Figure]) -> dict[str, Any]:
    return {name: one.model_dump(mode="json", exclude_none=True) for name, one in some.items()}


def _turns(turns: Sequence[JudgedTurn], counts: Callable[[JudgedTurn], bool]) -> Count:
    return sum(map(counts, turns)), len(turns)


def _calls(turns: Sequence[JudgedTurn]) -> Count:
    return sum(turn.alike for turn in turns), sum(turn.wanted for turn in turns)


def _shows(error: ErrorKind) -> Callable[[PlayedDialogue], Count]:
    return lambda one: _turns(one.led, lambda turn: turn.fault is not None and turn.fault.error == error)


_PER_TURN: Mapping[str, Callable[[PlayedDialogue], Count]] = {
    "turn_success": lambda one: _turns(one.free, lambda turn: turn.succeeded),
    "call_accuracy": lambda one: _calls(one.led),
    **{error: _shows(error) for error in ERRORS},
}
_COUNTED: Mapping[str, Callable[[PlayedDialogue], Count]] = {
    "turn_success": _PER_TURN["turn_success"],
    "dialogue_success": lambda one: (int(one.succeeded), 1),
    "call_accuracy": _PER_TURN["call_accuracy"],
    "led_turn_success": lambda one: _turns(one.led, lambda turn: turn.succeeded),
    "free_call_accuracy": lambda one: _calls(one.free),
    "turns_right": lambda one: _turns(one.led, lambda turn: turn.fault is None),
    "malformed_calls": lambda one: _turns(one.led, lambda turn: turn.malformed > 0),
    **{error: _PER_TURN[error] for error in ERRORS},
}


def _by_figure(
    played: Sequence[PlayedDialogue], counted: Mapping[str, Callable[[PlayedDialogue], Count]]
) -> dict[str, list[Count]]:
    found: dict[str, list[Count]] = defaultdict(list)
    for one in played:
        for name, count in counted.items():
            found[name].append(count(one))
    return found


def _figures(counts: _Counts, base: _Counts | None) -> dict[str, Figure]:
    """The figures that are of anything at all."""
    found = {}
    for name, some in counts.items():
        if sum(of for _, of in some):
            found[name] = _figure(name, some, None if base is None else base[name])
    return found


def _figure(name: str, counts: Sequence[Count], base: Sequence[Count] | None) -> Figure:
    """One figure from what was counted in each dialogue."""
    shares = drawn_shares(name, counts)
    low, high = between(shares)
    figure = Figure(of=sum(of for _, of in counts), share=float(shares[0]), low=low, high=high)
    if base is None or not any(of for _, of in base):
        return figure
    others = drawn_shares(name, base)
    gain_low, gain_high = between(shares - others)
    other = float(others[0])
    gained = {"base": other, "difference": figure.share - other, "gain_low": gain_low, "gain_high": gain_high}
    return figure.model_copy(update=gained)
