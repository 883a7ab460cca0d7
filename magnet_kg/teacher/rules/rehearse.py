"""Settle a turn's values by rehearsing it: draw, call, and draw again where the call makes no sense.

The world is put back afterwards; nothing of a rehearsal is in a row. What a rehearsal may show is what a person knows
(their own cards) and that a request is sensible (there is a flight that day), never what a search will return.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from magnet_kg.catalog.concepts import is_lookup, is_transformer, stated_fact
from magnet_kg.domain.choosing import choose
from magnet_kg.domain.dialogue import Criterion
from magnet_kg.domain.errors import Untranslatable
from magnet_kg.domain.path import Link, PathTurn, Step
from magnet_kg.domain.values import Found, scalars, spread
from magnet_kg.teacher.protocol import Scene
from magnet_kg.teacher.rules.alternatives import of_the_kind
from magnet_kg.teacher.rules.entries import Made
from magnet_kg.teacher.rules.plan import Linked, PhrasesFor, Source, Stated, StepPlan, Together, TurnPlan, outputs_of
from magnet_kg.teacher.rules.refer import element_paths, refer_back, refer_to_own
from magnet_kg.teacher.rules.said import Said
from magnet_kg.teacher.rules.together import choose_together, in_common
from magnet_kg.teacher.rules.values import draw, draw_from_schema
from magnet_kg.wording.calendar import parse_iso

ATTEMPTS = 6
# Failures that a person would meet in life and that are worth showing once in a while.
WORTH_SEEING = frozenset(
    [
        "sold_out",
        "insufficient_funds",
        "limit_exceeded",
        "card_frozen",
        "conflict",
        "not_available",
        "already_exists",
        "closed",
    ]
)
SEEN_SHARE = 0.04


Fixed = dict[tuple[str, str], Said | Criterion]


async def rehearse(
    scene: Scene, turn: PathTurn, phrases: PhrasesFor, fixed: Fixed, *, completing: bool = False, wavers: float = 0.0
) -> TurnPlan:
    """A plan whose calls succeed (or fail in a way worth seeing).

    Args:
        scene: the dialogue so far; its session is left as it was.
        turn: the steps, or the wanted steps of an empty turn.
        phrases: gives a function's phrases.
        fixed: values, or criteria, that the user has said already, by (step, parameter).
        completing: the user said everything but one value before; nothing optional is added now.
        wavers: how often the user corrects a value while saying it.

    Raises:
        Untranslatable: with the step that no values make succeed.
    """
    before = scene.session.snapshot()
    last: Untranslatable | None = None
    for _ in range(ATTEMPTS):
        plan = TurnPlan(turn)
        try:
            for step in turn.steps or turn.wanted:
                told = {**fixed, **_in_common(plan, step)}
                # What only one of several calls had would be taken for said of all.
                complete = completing or plan.together != Together()
                plan.steps.append(await _rehearse_step(scene, plan, step, phrases, told, complete))
                if scene.path.kind == "parallel" and len(plan.steps) == 1:
                    plan.together = choose_together(plan.steps[0], len(turn.steps), scene.rng)
            if scene.rng.random() < wavers:
                await _waver(scene, plan)
            return plan
        except Untranslatable as failure:
            last = failure
        finally:
            scene.session.restore(before)
    assert last is not None
    raise last


def _in_common(plan: TurnPlan, step: Step) -> Fixed:
    if not plan.steps:
        return {}
    return {(step.id, name): source for name, source in in_common(plan.together, plan.steps).items()}


async def _rehearse_step(
    scene: Scene,
    plan: TurnPlan,
    step: Step,
    phrases: PhrasesFor,
    fixed: Fixed,
    completing: bool,
) -> StepPlan:
    function = scene.functions[step.function]
    made = StepPlan(step, function, phrases(function))
    links = {link.parameter.removesuffix("[]"): link for link in scene.path.links if link.target == step.id}
    try:
        for name in _in_order(made, links):
            said = fixed.get((step.id, name))
            if isinstance(said, Said):
                made.sources[name] = said
            elif said is not None and name in links:
                value = choose(_found(scene, plan, links[name])[0], said).value
                made.sources[name] = Linked(links[name], value, said, [], ("it", "its"))
            elif name in links:
                made.sources[name] = _another(
                    plan, made, name, _linked(scene, plan, made, links[name], links, phrases), scene
                )
            elif name in function.required or (name in made.phrases.values and not completing):
                source = await _unlinked(scene, plan, made, name)
                if source is not None:
                    made.sources[name] = source
        if any(o.function.id == function.id and o.arguments == made.arguments for o in plan.steps):
            raise Untranslatable("asks for the same twice")
        if (step.role in ("insert_short", "insert_long") or is_lookup(function)) and _was_asked(scene, made):
            raise Untranslatable("asks for the same twice")
        made.outcome = await scene.session.call(step.function, _shaped(made))
        _accept(scene, step, made)
    except Untranslatable as failure:
        raise Untranslatable(failure.reason, failure.step or step.id) from None
    return made


def _was_asked(scene: Scene, made: StepPlan) -> bool:
    """Whether the very same was asked in an earlier message, and nothing has been done since that could change it."""
    arguments = _shaped(made)
    for past in reversed(scene.history):
        for call in reversed(past.calls):
            if call.function == made.function.id and call.arguments == arguments:
                return True
            since = scene.functions[call.function]
            if is_lookup(made.function) and not is_lookup(since) and not is_transformer(since):
                return False
    return False


async def _waver(scene: Scene, plan: TurnPlan) -> None:
    """Let the user say one value wrong first; only a value of a kind that can be said twice in a row."""
    able = [
        (step, name, source, spec)
        for step in plan.steps
        for name, source in step.sources.items()
        if isinstance(source, Said)
        and (spec := step.phrases.values.get(name)) is not None
        and spec.kind in ("number", "money", "duration", "day", "time", "city")
    ]
    if not able:
        return
    step, name, source, spec = scene.rng.choice(able)
    settled = {n: s.value for n, s in step.sources.items()}
    slip = await draw(spec, scene, settled, {source.text}, scene.rng)
    if slip.text != source.text and slip.value != source.value:
        step.sources[name] = replace(source, slip=slip.text)


def _in_order(plan: StepPlan, links: Mapping[str, Link]) -> list[str]:
    """Linked parameters first, then those whose value others are drawn after."""
    values = plan.phrases.values
    names = [
        *plan.function.required,
        *(n for n in plan.function.properties if n not in plan.function.required),
    ]
    return sorted(names, key=lambda n: (n not in links, getattr(values.get(n), "after", None) is not None))


async def _unlinked(scene: Scene, turn: TurnPlan, plan: StepPlan, name: str) -> Source | None:
    spec = plan.phrases.values.get(name)
    required = name in plan.function.required
    if spec is None:
        stated = stated_value(scene, plan, name)
        if stated is not None:
            return stated
        return draw_from_schema(plan.function, name, scene, scene.rng) if required else None
    if not required and (plan.step.role != "walk" or scene.rng.random() >= spec.share):
        return None
    used = {
        past.user.text[m.start : m.end]
        for past in scene.history
        for m in past.user.mentions
        if m.parameter == name and scene.path.steps[m.step].function == plan.step.function
    }
    used |= {
        source.text
        for other in turn.steps
        if other.function.id == plan.function.id and isinstance(source := other.sources.get(name), Said)
    }
    settled = {n: s.value for n, s in plan.sources.items()}
    if isinstance(spec, Made) and (held := scene.session.known(plan.function.id).get(name)):
        # What is there can be spoken of; anything else would not be found.
        spec = spec.model_copy(update={"options": tuple(held), "of": None, "fields": {}, "tags": None})
    return await draw(spec, scene, settled, used, scene.rng)


def stated_value(scene: Scene, plan: StepPlan, name: str) -> Stated | None:
    """A required value that the system message states: the user's currency, time zone or home city."""
    fact = stated_fact(plan.function, name)
    return Stated(getattr(scene.context, fact)) if fact is not None else None


def _linked(
    scene: Scene, plan: TurnPlan, step: StepPlan, link: Link, links: Mapping[str, Link], phrases: PhrasesFor
) -> Linked:
    found, age, source = _found(scene, plan, link)
    shown = scene.path.steps[link.source].role != "insert_backward"
    if not found:
        raise Untranslatable("nothing to choose from")
    taken: set[str] = set()
    if source is None and not shown and scene.functions[scene.path.steps[link.source].function].required:
        # The user has not seen what a search returned, only what was made of it.
        used = _used(scene)
        taken |= {f.path for f in found if f.value not in used}
    for name, other in links.items():
        settled = step.sources.get(name)
        if other is link or not isinstance(settled, Linked) or other.source != link.source:
            continue
        beside = _same_element(scene, plan, other, settled.value, link)
        if beside is not None:
            return Linked(link, beside.value, None, [], ("it", "its"))
        taken.add(element_paths(_found(scene, plan, other)[0], settled.value))
    if source is not None and source.step.role == "insert_backward":
        # Nobody looks up again what an earlier output has given.
        seen = _seen(scene, plan, source)
        taken |= {f.path for f in found if f.value in seen}
        linked = refer_to_own(link, source, found, taken, scene.rng, clear=True)
        if linked.value in seen:
            raise Untranslatable("what it would look up is known")
        return linked
    besides, unclear = of_the_kind(scene, plan, link, found, age, phrases)
    clear = not unclear and not _repeated_since(scene, plan, link.source)
    if source is not None:
        return refer_to_own(link, source, found, taken, scene.rng, clear=clear)
    maker = phrases(scene.functions[scene.path.steps[link.source].function])
    return refer_back(link, maker, found, age, taken, scene.rng, shown=shown, clear=clear, besides=besides)


def _another(plan: TurnPlan, step: StepPlan, name: str, linked: Linked, scene: Scene) -> Linked:
    """The value, unless a call of the same function in this message has it where there are others to choose from."""
    used = [
        source.value
        for other in plan.steps
        if other.function.id == step.function.id and isinstance(source := other.sources.get(name), Linked)
    ]
    if linked.value in used and len({str(one.value) for one in _found(scene, plan, linked.link)[0]}) > 1:
        raise Untranslatable("asks for the same twice")
    return linked


def _repeated_since(scene: Scene, plan: TurnPlan, source: str) -> bool:
    """Whether the same was asked for once more after a step: then "it" would be the other one."""
    done = [
        scene.path.steps[call.step] for past in scene.history for call in past.calls if call.step in scene.path.steps
    ]
    done += [other.step for other in plan.steps]
    ids = [step.id for step in done]
    function = scene.path.steps[source].function
    since = done[ids.index(source) + 1 :] if source in ids else []
    return any(step.function == function and step.role == "walk" for step in since)


def _used(scene: Scene) -> set[Any]:
    """Every value that a call was made with."""
    calls = [call for past in scene.history for call in past.calls]
    return {v for call in calls for v in scalars(call.arguments) if isinstance(v, str | int | float)}


def _seen(scene: Scene, plan: TurnPlan, lookup: StepPlan) -> frozenset[Any]:
    """Every value that an output had given before this lookup."""
    if plan.seen is None:
        plan.seen = _values(o.output for past in scene.history for o in past.observations)
    own = (p.outcome.output for p in plan.steps[: plan.steps.index(lookup)] if p.outcome is not None)
    return plan.seen | _values(own)


def _values(outputs: Iterable[Any]) -> frozenset[Any]:
    return frozenset(leaf for output in outputs for leaf in scalars(output) if isinstance(leaf, str | int | float))


def _found(scene: Scene, plan: TurnPlan, link: Link) -> tuple[list[Found], int, StepPlan | None]:
    own = plan.of(link.source)
    if own is not None:
        if own.outcome is None or own.outcome.failed:
            raise Untranslatable("the call before it failed")
        return spread(own.outcome.output, link.output), 0, own
    past = outputs_of(scene, link.source)
    if past is None:
        raise Untranslatable("the call before it failed")
    turns = [turn.id for turn in scene.history]
    return spread(past[2], link.output), len(turns) - turns.index(past[0].id), None


def _same_element(scene: Scene, plan: TurnPlan, other: Link, value: Any, link: Link) -> Found | None:
    """Two outputs beside one another (an amount and its currency) come from the same element."""
    prefix, _, _ = other.output.rpartition(".")
    if link.output.rpartition(".")[0] != prefix or other.output == link.output:
        return None
    if not prefix and scene.path.steps[link.target].role not in ("insert_short", "insert_long"):
        return None
    index_path = element_paths(_found(scene, plan, other)[0], value).rpartition(".")[0]
    return next((f for f in _found(scene, plan, link)[0] if f.path.rpartition(".")[0] == index_path), None)


def _shaped(plan: StepPlan) -> dict[str, Any]:
    return {name: shape_argument(plan.function.properties[name], value) for name, value in plan.arguments.items()}


def shape_argument(schema: Mapping[str, Any], value: Any) -> Any:
    """A found value as the schema wants it: a list of one where an array is asked for, a whole number as an integer."""
    if schema.get("type") == "array" and not isinstance(value, list):
        return [value]
    if schema.get("type") == "integer" and isinstance(value, float) and value == int(value):
        return int(value)
    return value


def _accept(scene: Scene, step: Step, made: StepPlan) -> None:
    assert made.outcome is not None
    needed = [link for link in scene.path.links if link.source == step.id]
    if made.outcome.failed:
        code = made.outcome.error_code or "error"
        # Nobody adds to a list what they have just been shown in it.
        chosen = [source.link.source for source in made.sources.values() if isinstance(source, Linked)]
        untrue = code == "already_exists" and len(set(chosen)) < len(chosen)
        if needed or untrue or code not in WORTH_SEEING or scene.rng.random() >= SEEN_SHARE:
            raise Untranslatable(f"fails: {code}")
        return
    if step.role in ("insert_short", "insert_long") and _changes_nothing(made):
        raise Untranslatable("changes nothing")
    for link in needed:
        if not spread(made.outcome.output, link.output):
            raise Untranslatable("nothing to choose from")


def _changes_nothing(made: StepPlan) -> bool:
    """Whether a transformer gives back what it was given: dollars in dollars, noon in the same time zone."""
    assert made.outcome is not None
    given = [*made.arguments.values(), 0, None, ""]
    results = scalars(made.outcome.output)
    measured = [leaf for leaf in results if not isinstance(leaf, str) or parse_iso(leaf) is not None]
    return all(leaf in given for leaf in measured or results)
