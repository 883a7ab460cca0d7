"""What else a word could mean: other things of the kind that have come up beside the one that is meant.

Where there are such, "it", "the total" and "the last one" do not name a value, and the user has to say which.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from magnet_kg.catalog.concepts import concepts_of, is_lookup, quantity_at
from magnet_kg.domain.function import Function
from magnet_kg.domain.path import Link, Step
from magnet_kg.domain.values import Found, spread
from magnet_kg.teacher.protocol import Scene
from magnet_kg.teacher.rules.plan import PhrasesFor, TurnPlan
from magnet_kg.teacher.rules.refer import TIMES, describe_output


def of_the_kind(
    scene: Scene, plan: TurnPlan, link: Link, found: Sequence[Found], age: int, phrases: PhrasesFor
) -> tuple[list[Found], bool]:
    """Things of the same kind that other calls gave, and whether any of them could be meant as well.

    That is what has come up since, in the same message, or in the same result: after a list of orders an order placed,
    the total of a cart out of which something was taken, the account that money goes to. Then "the last one", "the
    total" and "it" could be others; longer ago also what came up before. Of one kind are ids of one concept, and values
    that people call the same; all dates and times where one is called no more than that, and where it was changed.
    """
    source = scene.functions[scene.path.steps[link.source].function]
    kind = _kind(source, link.output, phrases)
    known = {str(one.value) for one in found}
    others: list[Found] = []
    unclear = passed = False
    beside = _asked_beside(scene, plan, link.source)
    for step, output in _outputs(scene, plan):
        own = step.id == link.source
        passed = passed or own
        function = scene.functions[step.function]
        for path in dict.fromkeys(one.path for one in concepts_of(function).returns):
            other = _kind(function, path, phrases)
            alike = other == kind or (not own and _are_times(kind, other, changed=passed and not is_lookup(function)))
            if (path == link.output and own) or not alike:
                continue
            more = [one for one in spread(output, path) if str(one.value) not in known]
            unclear = unclear or (bool(more) and (passed or step.id in beside or age > 1))
            # Two of one result (where money comes from and goes to) are told apart by what they are called.
            others += more if not own else []
    return others, unclear


def _are_times(kind: tuple[str, str], other: tuple[str, str], *, changed: bool) -> bool:
    """Whether the one, a date or a time, could be taken for the other: "that day", or a date that was put off."""
    return kind[0] == other[0] == "time" and (kind[1] in TIMES or changed)


def _asked_beside(scene: Scene, plan: TurnPlan, source: str) -> set[str]:
    """The other things that were asked for in the same message as a step."""
    turns = [[call.step for call in past.calls] for past in scene.history] + [[one.step.id for one in plan.steps]]
    steps = scene.path.steps
    return {
        one
        for turn in turns
        if source in turn
        for one in turn
        if one != source and one in steps and steps[one].role == "walk"
    }


def _kind(function: Function, path: str, phrases: PhrasesFor) -> tuple[str, str]:
    """What an output is one of: its concept and, but for ids, the word that people have for it."""
    concept = next((one.concept for one in concepts_of(function).returns if one.path == path), path)
    concept = "time" if quantity_at(function, path) in ("date", "moment") else concept
    return concept, "" if concept.endswith(" id") else describe_output(phrases(function), path).noun


def _outputs(scene: Scene, plan: TurnPlan) -> Iterator[tuple[Step, Any]]:
    """What every call has given so far, in order."""
    steps = scene.path.steps
    for past in scene.history:
        for call, observation in zip(past.calls, past.observations, strict=False):
            if call.step in steps and not observation.failed:
                yield steps[call.step], observation.output
    for other in plan.steps:
        if other.outcome is not None and not other.outcome.failed:
            yield other.step, other.outcome.output
