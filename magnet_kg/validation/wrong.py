"""wrong: the rejected side of a pair is wrong exactly as its label says, at the turn that it names."""

from __future__ import annotations

from magnet_kg.distillation.errors import name_call_error
from magnet_kg.domain.dialogue import DialogueTurn, UserMessage
from magnet_kg.domain.trajectory import NamedError, PreferencePair, Trajectory
from magnet_kg.validation.failure import Evidence, Failure, Reading
from magnet_kg.validation.summary import check_summary

CHECK = "wrong"


def check_wrong(pair: PreferencePair, evidence: Evidence) -> list[Failure]:
    """Failures of labels that the rejected side does not show, and of sides that do not share their prompt."""
    failures = []
    if pair.chosen.messages[:2] != pair.rejected.messages[:2] or pair.chosen.tools != pair.rejected.tools:
        failures.append(Failure(check=CHECK, reason="the two sides have different prompts"))
    if not pair.errors:
        failures.append(Failure(check=CHECK, reason="a pair without an error"))
    for label in pair.errors:
        shown = _shown(pair, label.turn, evidence)
        if shown is None or shown != label.error:
            failures.append(
                Failure(
                    check=CHECK,
                    reason="the error does not show",
                    detail=f"{label.turn}: {label.error}, shows {shown}",
                )
            )
    labelled = {label.turn for label in pair.errors}
    for turn in pair.chosen.turns:
        if turn.id in labelled:
            break
        # What goes wrong afterwards may follow from the error; what goes wrong before is another one.
        earlier = _shown(pair, turn.id, evidence)
        if earlier is not None:
            failures.append(Failure(check=CHECK, reason="an error without a label", detail=f"{turn.id}: {earlier}"))
    return failures


def _shown(pair: PreferencePair, turn: str, evidence: Evidence) -> str | None:
    path_turn = next((t for t in pair.chosen.turns if t.id == turn), None)
    reference, candidate = _turn_of(pair.chosen, turn), _turn_of(pair.rejected, turn)
    if path_turn is None or reference is None or candidate is None:
        return None
    earlier = {c.id: m.turn or "" for m in pair.chosen.messages for c in m.calls}
    answer = _answer(pair.rejected, turn)
    named: NamedError | None = name_call_error(path_turn, reference, candidate, answer, earlier)
    if named is not None:
        return named.error
    ids = {call.id for call in candidate.calls}
    faults = check_summary(Reading(pair.rejected), evidence)
    false = any(f.detail.startswith(f"{turn}:") or f.detail in ids for f in faults)
    return "wrong_summary" if false else None


def _turn_of(trajectory: Trajectory, turn: str) -> DialogueTurn | None:
    made = {c.id for m in trajectory.messages if m.turn == turn for c in m.calls}
    user = next((m.content for m in trajectory.messages if m.turn == turn and m.role == "user"), None)
    if user is None:
        return None
    return DialogueTurn(
        id=turn,
        user=UserMessage(text=user),
        calls=tuple(c for c in trajectory.calls if c.id in made),
        observations=tuple(o for o in trajectory.observations if o.call in made),
    )


def _answer(trajectory: Trajectory, turn: str) -> str:
    texts = [m.content for m in trajectory.messages if m.turn == turn and m.role == "assistant" and m.content]
    return texts[-1] if texts else ""
