"""Forth-translation by rules: the call of a step, each argument from its source, with the origin noted."""

from __future__ import annotations

from typing import Any

from magnet_kg.domain.choosing import choose
from magnet_kg.domain.dialogue import Criterion, FunctionCall, Mention, Origin
from magnet_kg.domain.errors import Untranslatable
from magnet_kg.domain.function import Function
from magnet_kg.domain.path import Link, PathTurn, Step
from magnet_kg.domain.values import Found, composed, spread
from magnet_kg.teacher.protocol import Scene
from magnet_kg.teacher.rules.phrases import FunctionPhrases
from magnet_kg.teacher.rules.plan import StepPlan, mentions_of, outputs_of
from magnet_kg.teacher.rules.rehearse import shape_argument, stated_value

_NO_PHRASES = FunctionPhrases(ability="", imperative=[""], report=[""])


def fill_call(scene: Scene, turn: PathTurn, step: Step, call_id: str) -> FunctionCall:
    """The filled call of one step.

    Args:
        scene: its history ends with the current turn: the user's message and what has been executed so far.
        turn: the current turn.
        step: one of its steps.
        call_id: the id of the call to be.

    Raises:
        Untranslatable: a required argument has no source.
    """
    function = scene.functions[step.function]
    mentions = mentions_of(scene, turn)
    links = {link.parameter.removesuffix("[]"): link for link in scene.path.links if link.target == step.id}
    arguments: dict[str, Any] = {}
    origins: dict[str, Origin] = {}
    settled: dict[str, tuple[Link, str]] = {}
    # Links whose criterion the user says come first: what stands beside them follows.
    for name in sorted(links, key=lambda n: ((step.id, n) not in mentions, n)):
        mention = mentions.get((step.id, name))
        found, path_origin = _from_link(scene, links[name], name, mention, settled)
        settled[name] = (links[name], found.path)
        schema = function.properties[name]
        arguments[name] = shape_argument(schema, found.value)
        place = f"{name}.0" if isinstance(arguments[name], list) and not isinstance(found.value, list) else name
        origins[name] = path_origin.model_copy(update={"parameter": place})
    for name in function.properties:
        if name in links:
            continue
        mention = mentions.get((step.id, name))
        if mention is not None:
            arguments[name] = shape_argument(function.properties[name], mention[1].value)
            origins[name] = _said(scene, name, mention)
        elif parts := {p: m for (s, p), m in mentions.items() if s == step.id and p.startswith(f"{name}.")}:
            arguments[name] = composed({path[len(name) + 1 :]: m[1].value for path, m in parts.items()})
            origins |= {path: _said(scene, path, m) for path, m in parts.items()}
        elif name in function.required:
            arguments[name], origins[name] = _stated(scene, function, step, name)
    ordered = [name for name in function.properties if name in arguments]
    parted = [path for path in origins if path not in function.properties]
    return FunctionCall(
        id=call_id,
        step=step.id,
        function=step.function,
        arguments={name: arguments[name] for name in ordered},
        origins=tuple(origins[name] for name in (*(n for n in ordered if n in origins), *parted)),
    )


def _from_link(
    scene: Scene,
    link: Link,
    name: str,
    mention: tuple[str, Mention] | None,
    settled: dict[str, tuple[Link, str]],
) -> tuple[Found, Origin]:
    past = outputs_of(scene, link.source)
    if past is None:
        raise Untranslatable("the call before it failed", link.target)
    _, call, output = past
    found = spread(output, link.output)
    beside = _beside(found, link, settled)
    if beside is not None:
        return beside, Origin(parameter=name, source="bound", call=call, path=beside.path)
    criterion = mention[1].criterion if mention else None
    if criterion is None and len({str(f.value) for f in found}) > 1:
        criterion = Criterion(take="first")
    try:
        one = choose(found, criterion)
    except Untranslatable as failure:
        raise Untranslatable(failure.reason, link.target) from None
    if criterion is None:
        return one, Origin(parameter=name, source="bound", call=call, path=one.path)
    words = _words(scene, mention) if mention else {}
    return one, Origin(parameter=name, source="chosen", call=call, path=one.path, criterion=criterion, **words)


def _beside(found: list[Found], link: Link, settled: dict[str, tuple[Link, str]]) -> Found | None:
    prefix = link.output.rpartition(".")[0]
    for other, path in settled.values():
        if (
            prefix
            and other.source == link.source
            and other.output.rpartition(".")[0] == prefix
            and other.output != link.output
        ):
            index = path.rpartition(".")[0]
            return next((f for f in found if f.path.rpartition(".")[0] == index), None)
    return None


def _said(scene: Scene, name: str, mention: tuple[str, Mention]) -> Origin:
    return Origin(
        parameter=name,
        source="known" if mention[1].source == "known" else "said",
        form=mention[1].form,
        **_words(scene, mention),
    )


def _words(scene: Scene, mention: tuple[str, Mention]) -> dict[str, Any]:
    turn, said = mention
    text = next(past.user.text for past in scene.history if past.id == turn)
    return {"turn": turn, "start": said.start, "end": said.end, "text": text[said.start : said.end]}


def _stated(scene: Scene, function: Function, step: Step, name: str) -> tuple[Any, Origin]:
    stated = stated_value(scene, StepPlan(step, function, _NO_PHRASES), name)
    if stated is None:
        raise Untranslatable(f"no source for {function.name}.{name}", step.id)
    fact = "currency" if stated.value == scene.context.currency else "time_zone"
    return stated.value, Origin(parameter=name, source="stated", form=fact)
