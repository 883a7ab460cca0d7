"""Values that make sense in the world of a dialogue, drawn and tried by code before a model writes about them.

A model does not see the world: it would ask for flights on days without one, and always to Paris. What it is given to
speak of depends on the row's seed alone, so rows differ as the rules' rows do.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from magnet_kg.domain.errors import Untranslatable
from magnet_kg.domain.path import PathTurn
from magnet_kg.domain.randomness import derived_rng
from magnet_kg.teacher.llm.tasks.steps import steps_of
from magnet_kg.teacher.protocol import Scene
from magnet_kg.teacher.rules.plan import PhrasesFor
from magnet_kg.teacher.rules.rehearse import rehearse
from magnet_kg.teacher.rules.said import Said


async def suggest_values(scene: Scene, turn: PathTurn, phrases: PhrasesFor) -> dict[tuple[str, str], Any]:
    """Values with which the calls of a turn succeed, by step and parameter; none where there is nothing to try.

    Only toolkits are tried: elsewhere a call may cost money or change what cannot be put back, and a session tells
    what it knows (`Session.known`). The world is left as it was, and so is the scene's randomness.
    """
    steps = steps_of(turn)
    if turn.completes is not None or any(scene.functions[one.function].executor != "toolkit" for one in steps):
        return {}
    rng = derived_rng(scene.path.seed, "suggest", scene.path.row, turn.id, str(len(scene.path.notes)))
    try:
        plan = await rehearse(replace(scene, rng=rng), turn, phrases, {})
    except Untranslatable:
        return {}
    return {
        (step.step.id, path): value
        for step in plan.steps
        for name, source in step.sources.items()
        if isinstance(source, Said)
        for path, value in _parts(name, source)
    }


def _parts(name: str, said: Said) -> Iterator[tuple[str, Any]]:
    if not said.parts:
        yield name, said.value
    for path, part in said.parts:
        yield from _parts(path, part)
