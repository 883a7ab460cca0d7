"""Final messages of wrong turns, as somebody would write them who made that mistake, and how a wrong one is told."""

from __future__ import annotations

import re
from collections.abc import Iterator

from magnet_kg.catalog.concepts import is_lookup
from magnet_kg.domain.dialogue import DialogueTurn
from magnet_kg.domain.path import PathTurn, Step
from magnet_kg.domain.trajectory import NamedError
from magnet_kg.teacher.protocol import Hint, Scene
from magnet_kg.teacher.rules.grammar import Piece, joined, parse
from magnet_kg.teacher.rules.language import language
from magnet_kg.teacher.rules.plan import PhrasesFor
from magnet_kg.teacher.rules.refer import describe_output
from magnet_kg.teacher.rules.report import write_answer
from magnet_kg.wording.calendar import MONTHS, write_date, write_time
from magnet_kg.wording.claims import Known, shows_something, unsupported

_MONTH = re.compile(rf" (?:{'|'.join(MONTHS)})\b")
_HALF_OF_DAY = re.compile(r" [ap]m\b")
_DAYS_OF_EVERY_MONTH, _HOURS_OF_HALF_A_DAY = 28, 12
_FIRST_YEAR, _LAST_YEAR = 1900, 2100
_NUMBER = re.compile(r"(?<![\w.,:-])\d[\d,]*(?:\.\d+)?(?![\w:-])")


def write_wrong_answer(scene: Scene, turn: PathTurn, hint: Hint, phrases: PhrasesFor) -> str:
    """The final message of a turn under a wrong hint.

    Args:
        scene: its history ends with the wrong turn, executed.
        turn: the turn of the path.
        hint: `error` and `detail` say what is wrong about it.
        phrases: gives a function's phrases.
    """
    done = scene.history[-1]
    if hint.error == "miss_func_or_params":
        made = tuple(Step(id=call.step, function=call.function) for call in done.calls)
        return write_answer(scene, PathTurn(id=turn.id, steps=made), phrases)
    if hint.error == "long_dependency" and hint.detail == "ask":
        return _ask_again(scene, turn, phrases)
    if hint.error != "wrong_summary":
        return write_answer(scene, turn, phrases) or _nothing_done(scene, turn, phrases)
    if hint.detail != "number":
        return write_answer(scene, turn, phrases, skip=frozenset([hint.detail]))
    return _with_false_number(scene, write_answer(scene, turn, phrases))


def name_wrong_summary(scene: Scene, turn: PathTurn, candidate: DialogueTurn, answer: str) -> NamedError | None:
    """The wrong summary in a turn whose calls are right, or None."""
    claims = unsupported(answer, known_to(scene))
    if claims:
        return NamedError(turn=turn.id, error="wrong_summary", evidence=f"says {claims[0]}, which nothing supports")
    roles = {step.id: step.role for step in turn.steps}
    for call, observation in zip(candidate.calls, candidate.observations, strict=True):
        asked = roles.get(call.step) not in (None, "insert_backward")
        lookup = is_lookup(scene.functions[call.function])
        if asked and not shows_something(answer, observation.output, call.arguments.values(), lookup=lookup):
            return NamedError(turn=turn.id, error="wrong_summary", evidence=f"says nothing of {call.function}")
    return None


def known_to(scene: Scene) -> Known:
    """What an assistant may say when a scene ends: what was said, called with or returned, and what is stated."""
    known = Known()
    for one in scene.offered:
        function = scene.functions[one]
        known.add_definition(function.content_hash, function.description, str(function.parameters))
    context = scene.context
    known.add_text(f"{context.user_name} {context.home_city} {context.time_zone}")
    known.add_text(f"{write_date(context.now.date())} {context.now.year}, {write_time(context.now.time())}")
    for past in scene.history:
        known.add_text(past.user.text)
        for call, observation in zip(past.calls, past.observations, strict=True):
            known.add_value(call.arguments)
            known.add_value(observation.output)
        known.add_text(scene.answers.get(past.id, "") if past is not scene.history[-1] else "")
    return known


def _with_false_number(scene: Scene, answer: str) -> str:
    """The answer with one number changed so that nothing supports it; as it is where it holds none."""
    known = known_to(scene)
    matches = list(_NUMBER.finditer(answer))
    scene.rng.shuffle(matches)
    for match in matches:
        for false in _false_numbers(match[0], answer[match.end() :]):
            changed = answer[: match.start()] + false + answer[match.end() :]
            if unsupported(changed, known):
                return changed
    return answer


def _false_numbers(told: str, after: str) -> Iterator[str]:
    """Other numbers that could stand in this one's place: days of months, hours and years stay such."""
    number = float(told.replace(",", ""))
    for most, follows in ((_DAYS_OF_EVERY_MONTH, _MONTH), (_HOURS_OF_HALF_A_DAY, _HALF_OF_DAY)):
        if follows.match(after):
            yield from (str(int(number - 1 + more) % most + 1) for more in (2, 5, 7))
            return
    if told.isdigit() and _FIRST_YEAR <= number <= _LAST_YEAR:
        yield from (str(int(number) + more) for more in (1, -1, 2))
        return
    for factor in (1.15, 1.4, 2.3, 0.6):
        yield f"{number * factor + 1:,.2f}" if "." in told else f"{round(number * factor) + 1:,}"


def _ask_again(scene: Scene, turn: PathTurn, phrases: PhrasesFor) -> str:
    steps = {step.id for step in turn.steps}
    link = next(link for link in scene.path.links if link.target in steps and link.source not in steps)
    maker = scene.functions[scene.path.steps[link.source].function]
    noun = describe_output(phrases(maker), link.output).noun
    template = parse(scene.rng.choice(language().ask_again))
    return joined(template.render({"noun": lambda _form: [Piece(noun)]}, scene.rng))


def _nothing_done(scene: Scene, turn: PathTurn, phrases: PhrasesFor) -> str:
    """Where the one call that was asked for could not be made any more."""
    asked = next(step for step in turn.steps if step.role != "insert_backward")
    return write_answer(scene, PathTurn(id=turn.id, steps=(asked,)), phrases) or "Done."
