"""merge: several intents in one message (METHOD.md §4): two consecutive turns, or one function for another thing."""

from __future__ import annotations

from magnet_kg.catalog.concepts import is_sayable
from magnet_kg.paths.draft import Draft

# How often a function is asked for once more only after its first answer.
LATER = 0.3


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
    """Ask for the same function once more, for something else: "and the same for Ana".

    That is in the same message, or, for the last function of a turn now and then, at the start of the next message,
    once the first answer is there. What the repeated step needs is looked up anew: `draft.fresh` keeps it from using
    what the first one found.
    """
    for index, turn in enumerate(draft.turns):
        later = draft.turns[index + 1] if index + 1 < len(draft.turns) else None
        for step in list(turn.steps):
            function = draft.functions[step.function]
            # What has to be looked up makes "and the same for …" worth two calls, at few words.
            looked_up = any(not is_sayable(function, name) for name in function.required)
            chance = probability * (1.3 if looked_up else 0.6)
            if not function.required or step.id in draft.fresh or draft.rng.random() >= chance:
                continue
            place, at = turn, turn.steps.index(step) + 1
            if later is not None and step is turn.steps[-1] and draft.rng.random() < LATER:
                place, at = later, 0
            if len(place.steps) >= 4:
                continue
            again = draft.new_step(step.function)
            place.steps.insert(at, again)
            draft.fresh.add(again.id)
            # "it" is what was spoken of last: what follows goes on from the second one.
            draft.move_links(step, again)
            draft.record("merge", "again", list(dict.fromkeys([turn.id, place.id])), [step.id, again.id])
