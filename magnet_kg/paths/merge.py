"""merge: several intents in one message (METHOD.md §4): two consecutive turns, or one function for another thing."""

from __future__ import annotations

from magnet_kg.paths.draft import Draft


def merge_turns(draft: Draft, probability: float) -> None:
    """Merge each two consecutive turns with this probability (paper: 0.3); a turn holds at most three intents."""
    index = 0
    while index + 1 < len(draft.turns):
        first, second = draft.turns[index], draft.turns[index + 1]
        if len(first.steps) < 3 and draft.rng.random() < probability:
            draft.record("merge", turns=(first.id, second.id), steps=[s.id for s in second.steps])
            first.steps += second.steps
            del draft.turns[index + 1]
            # The merged turn meets the next one with the same probability again, as each pair does in the paper.
        else:
            index += 1


def repeat_intents(draft: Draft, probability: float) -> None:
    """Ask for the same function once more in the same message, for something else ("and the same for Ana").

    What the repeated step needs is looked up anew: `draft.fresh` keeps it from using what the first one found.
    """
    for turn in draft.turns:
        for step in list(turn.steps):
            function = draft.functions[step.function]
            if len(turn.steps) >= 4 or not function.required or draft.rng.random() >= probability:
                continue
            again = draft.new_step(step.function)
            turn.steps.insert(turn.steps.index(step) + 1, again)
            draft.fresh.add(again.id)
            draft.record("merge", "again", [turn.id], [step.id, again.id])
