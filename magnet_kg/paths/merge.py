"""merge: two consecutive turns become one message with both intents (METHOD.md §4)."""

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
