"""A student's mistakes as wrong hints: the rejected side goes wrong as the student did (METHOD.md §6, negative)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from random import Random

from magnet_kg.distillation.compare import same_value
from magnet_kg.distillation.inject import ERRORS, WrongHint
from magnet_kg.distillation.negative import draw_error
from magnet_kg.domain.dialogue import Dialogue, FunctionCall
from magnet_kg.domain.mistake import Mistake, StudentCall


def can_be_retold(mistake: Mistake) -> bool:
    """Whether a pair can come of it: the paper has a name for it, and the student came to an end."""
    return mistake.error is not None and mistake.kind not in ("no_end", "no_answer")


def in_drawn_order(mistakes: Sequence[Mistake], rng: Random) -> Iterator[Mistake]:
    """All of one dialogue's mistakes that can be retold: the error is drawn first, as where errors are injected."""
    left = {error: [m for m in mistakes if m.error == error and can_be_retold(m)] for error in ERRORS}
    while errors := [error for error in ERRORS if left[error]]:
        among = left[draw_error(errors, rng)]
        yield among.pop(rng.randrange(len(among)))


def wrong_hint(mistake: Mistake, dialogue: Dialogue) -> WrongHint:
    """The hint that leads to this mistake again, the calls as the student made them.

    A call that could not be made at all is left out: no row may show it. Arguments that differ from the reference's in
    form only are written as the reference writes them: nobody shall learn to prefer a form.
    """
    assert mistake.error is not None
    reference = {call.step: call for turn in dialogue.turns if turn.id == mistake.turn for call in turn.calls}
    made = [call for call in mistake.calls if call.executed]
    first = sum(len(turn.calls) for turn in dialogue.turns) + 1
    told = {
        call.id: _as_told(call, reference.get(mistake.steps.get(call.id, "")), f"call_{first + at}")
        for at, call in enumerate(made)
    }
    moves = tuple(tuple(told[one.id] for one in group) for _, group in groupby(made, key=lambda call: call.move))
    return WrongHint(mistake.turn, mistake.error, detail=mistake.detail, moves=moves, evidence=mistake.evidence)


def _as_told(call: StudentCall, reference: FunctionCall | None, free: str) -> FunctionCall:
    assert call.function is not None
    given = call.arguments or {}
    if reference is None:
        return FunctionCall(id=free, step=f"beside_{free}", function=call.function, arguments=given)
    alike = {
        name for name in given if name in reference.arguments and same_value(reference.arguments[name], given[name])
    }
    return reference.model_copy(
        update={
            "arguments": {name: reference.arguments[name] if name in alike else given[name] for name in given},
            "origins": tuple(o for o in reference.origins if o.parameter.partition(".")[0] in alike),
        }
    )
