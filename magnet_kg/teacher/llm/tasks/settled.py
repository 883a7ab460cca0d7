"""Calls that nobody has to fill: code knows every argument, and no question to a model could change it.

These are functions that take nothing, and calls that the user never asks for (a conversion, a look-up), where each
value is the only one at the output that feeds it, or is what the message's words mean, read back when it was written.
What the user does ask for is always read anew by whoever fills it.
"""

from __future__ import annotations

from magnet_kg.domain.dialogue import FunctionCall
from magnet_kg.domain.errors import Untranslatable
from magnet_kg.domain.path import PathTurn, Step
from magnet_kg.teacher.llm.tasks.asked import made_by
from magnet_kg.teacher.llm.tasks.steps import is_stated, links_into
from magnet_kg.teacher.protocol import Scene
from magnet_kg.teacher.rules.fill import fill_call
from magnet_kg.teacher.rules.plan import mentions_of


def settled_call(scene: Scene, turn: PathTurn, step: Step) -> FunctionCall | None:
    """The call of a step whose arguments are settled, or None where somebody has to fill it."""
    function = scene.functions[step.function]
    if function.properties and (step.role == "walk" or not _is_settled(scene, turn, step)):
        return None
    made = sum(len(past.calls) for past in scene.history)
    try:
        return fill_call(scene, turn, step, f"call_{made + 1}")
    except Untranslatable:
        return None


def _is_settled(scene: Scene, turn: PathTurn, step: Step) -> bool:
    function = scene.functions[step.function]
    said = mentions_of(scene, turn)
    linked = links_into(scene, step)
    for name, link in linked.items():
        found = made_by(scene, link.source, link.output) or []
        mention = said.get((step.id, name))
        if mention is not None and mention[1].criterion is not None:
            continue
        beside = {one.output.rpartition(".")[0] for other, one in linked.items() if (step.id, other) in said}
        several = len({str(one.value) for one in found}) > 1
        if not found or (several and link.output.rpartition(".")[0] not in beside):
            return False
    needed = [name for name in function.required if name not in linked and not is_stated(function, name)]
    return all(any(of == step.id and path.split(".")[0] == name for of, path in said) for name in needed)
