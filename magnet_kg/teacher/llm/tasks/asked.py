"""What a message means by what its writer says of it: mentions where reading the words back agrees, else faults."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import Field

from magnet_kg.catalog.arguments import value_fault
from magnet_kg.catalog.leaks import describes, identifier_in, identifiers_of, internal_ids, mentions_hint, printed_ids
from magnet_kg.domain.choosing import choose
from magnet_kg.domain.dialogue import Criterion, Mention
from magnet_kg.domain.errors import Untranslatable
from magnet_kg.domain.function import Function
from magnet_kg.domain.path import PathTurn, Step
from magnet_kg.domain.values import Found, composed, spread
from magnet_kg.teacher.llm.spoken import find_words, form_of, forms_of, read_all
from magnet_kg.teacher.llm.tasks.language import not_english
from magnet_kg.teacher.llm.tasks.lexicons import Lexicons
from magnet_kg.teacher.llm.tasks.rendering import TaskAnswer
from magnet_kg.teacher.llm.tasks.steps import (
    NotJsonError,
    OfStep,
    OneOfSeveral,
    left_out,
    links_into,
    mode_of,
    parse_json,
    steps_of,
    to_say,
)
from magnet_kg.teacher.protocol import Scene
from magnet_kg.wording.written import shows


class SaidValue(OfStep):
    """A value that the message says."""

    parameter: str = Field(description="the parameter; a part of a list or an object by its path, such as tags.0")
    value: str = Field(description='the value of the argument as JSON text, such as "2026-11-27" in quotes, or 40')
    words: str = Field(description="the words of the message that say it, copied exactly")


class SaidChoice(OneOfSeveral, OfStep):
    """Words that say which one of several is meant."""

    words: str = Field(description="the words of the message that say it, copied exactly")


class AskAnswer(TaskAnswer):
    """The user's message, and what its words stand for."""

    message: str = Field(description="what the user writes; empty where it is impossible")
    values: list[SaidValue] = Field(description="each value that the message says")
    choices: list[SaidChoice] = Field(description="each choice that the message makes among several things")
    impossible: str = Field(description="why no honest message leads to these steps; empty where one does")
    impossible_step: int = Field(description="the step that stands in the way; 0 where none does")


def faults(scene: Scene, turn: PathTurn, lexicons: Lexicons, answer: AskAnswer) -> list[str]:
    """What is wrong with an answer, in sentences for the model; none where `read` makes a good message of it."""
    if answer.impossible.strip():
        return _wrong_refusal(turn, answer)
    if not answer.message.strip():
        return ["The message is empty."]
    mentions, found = mentions_in(answer, scene, turn, lexicons)
    found += _unsaid(scene, turn, mentions)
    found += _left_out_said(scene, turn, lexicons, answer.message, mentions)
    found += _leaks(scene, turn, answer.message, mentions)
    if not_english(answer.message):
        found.append("The message is not in English.")
    return found


def mentions_in(answer: AskAnswer, scene: Scene, turn: PathTurn, lexicons: Lexicons) -> tuple[list[Mention], list[str]]:
    """What the words of a message stand for, in their order, and what is wrong with what is said of them."""
    reader = _Reader(answer.message.strip(), scene, turn, lexicons)
    mentions: list[Mention] = []
    found: list[str] = []
    for read in (*map(reader.value, answer.values), *map(reader.choice, answer.choices)):
        if isinstance(read, Mention):
            mentions.append(read)
        else:
            found.append(read)
    return sorted(mentions, key=lambda m: (m.start, m.end)), [*found, *_misfits(scene, turn, mentions)]


class _Reader:
    def __init__(self, message: str, scene: Scene, turn: PathTurn, lexicons: Lexicons) -> None:
        self._message = message
        self._scene = scene
        self._steps = steps_of(turn)
        self._lexicons = lexicons
        self._taken: set[tuple[int, int]] = set()

    def value(self, said: SaidValue) -> Mention | str:
        """The mention of a value, or what is wrong with it."""
        at = self._at(said)
        if isinstance(at, str):
            return at
        step, function, name = at
        place = find_words(self._message, said.words, frozenset(self._taken))
        if place is None:
            return self._no_words(said)
        try:
            value = parse_json(said.value)
        except NotJsonError as error:
            return f"Step {said.step}, {said.parameter}: the value {error}."
        if not forms_of(value):
            return f"Step {said.step}, {said.parameter}: give each part of a list or an object by its own path."
        form = form_of(said.words, value, self._scene.context, self._lexicons(function, name))
        if form is None:
            told = f"Step {said.step}, {said.parameter}: nobody reads “{said.words}” as {said.value}"
            return f"{told}; say it in one of the ways that can be read, or as it is."
        self._taken.add(place)
        is_known = value in self._scene.session.known(function.id).get(name, ())
        return Mention(
            step=step.id,
            parameter=said.parameter,
            start=place[0],
            end=place[1],
            source="known" if is_known else "said",
            form=form,
            value=value,
        )

    def choice(self, said: SaidChoice) -> Mention | str:
        """The mention of a choice, or what is wrong with it."""
        at = self._at(said)
        if isinstance(at, str):
            return at
        step, _, name = at
        place = find_words(self._message, said.words, frozenset(self._taken))
        if place is None:
            return self._no_words(said)
        try:
            criterion = said.criterion
        except NotJsonError as error:
            return f"Step {said.step}, {said.parameter}: match {error}."
        fault = self._undecided(step, name, criterion, said.words)
        if fault is not None:
            return f"Step {said.step}, {said.parameter}: {fault}."
        self._taken.add(place)
        return Mention(
            step=step.id, parameter=said.parameter, start=place[0], end=place[1], source="chosen", criterion=criterion
        )

    def _at(self, said: SaidValue | SaidChoice) -> tuple[Step, Function, str] | str:
        if not 1 <= said.step <= len(self._steps):
            return f"There is no step {said.step}."
        step = self._steps[said.step - 1]
        function = self._scene.functions[step.function]
        name = said.parameter.split(".")[0]
        if name not in function.properties:
            return f"Step {said.step}: {function.name} has no parameter {said.parameter!r}."
        return step, function, name

    def _no_words(self, said: SaidValue | SaidChoice) -> str:
        return f"Step {said.step}, {said.parameter}: the words “{said.words}” are not in the message."

    def _undecided(self, step: Step, name: str, criterion: Criterion, words: str) -> str | None:
        link = links_into(self._scene, step).get(name)
        if link is None:
            return "nothing that was found or will be found goes in there, so there is nothing to choose from"
        if criterion.take in ("min", "max") and not criterion.by:
            return "min and max need the field in by"
        hidden = [value for value in criterion.match.values() if not shows(words, value, ignore_case=True)]
        if hidden or (criterion.take == "match" and not criterion.match):
            return f"the words “{words}” do not name {hidden[0] if hidden else 'anything in match'}"
        found = made_by(self._scene, link.source, link.output)
        try:
            if found is not None:
                choose(found, criterion)
        except (Untranslatable, TypeError) as failure:
            return f"{failure.args[0]} (“{words}”)"
        return None


def made_by(scene: Scene, step: str, output: str) -> list[Found] | None:
    """The values at an output that a step of the history has returned; None where it has not."""
    for turn in scene.history:
        for call, seen in zip(turn.calls, turn.observations, strict=False):
            if call.step == step and not seen.failed:
                return spread(seen.output, output)
    return None


def _wrong_refusal(turn: PathTurn, answer: AskAnswer) -> list[str]:
    count = len(steps_of(turn))
    if not count:
        return ["Nothing stands in the way of this message; write it and leave impossible empty."]
    if not 1 <= answer.impossible_step <= count:
        return [f"Say which step is impossible, 1 to {count}, or write the message and leave impossible empty."]
    return []


def _misfits(scene: Scene, turn: PathTurn, mentions: Sequence[Mention]) -> Iterator[str]:
    """Values that the function would refuse."""
    numbers = {step.id: number for number, step in enumerate(steps_of(turn), 1)}
    parts: dict[tuple[str, str], dict[str, Any]] = defaultdict(dict)
    for mention in mentions:
        if mention.criterion is None:
            name, _, rest = mention.parameter.partition(".")
            parts[mention.step, name][rest] = mention.value
    for (step, name), values in parts.items():
        function = scene.functions[scene.path.steps[step].function]
        value = values[""] if "" in values else composed(values)
        is_list = function.properties[name].get("type") == "array"
        fault = value_fault(function, name, [value] if is_list and not isinstance(value, list) else value)
        if fault is not None:
            yield f"Step {numbers[step]}, {name}: {fault}."


def _unsaid(scene: Scene, turn: PathTurn, mentions: Sequence[Mention]) -> Iterator[str]:
    said = {(mention.step, mention.parameter.split(".")[0]) for mention in mentions}
    for number, step in enumerate(steps_of(turn), 1):
        for name in to_say(scene, turn, step):
            if (step.id, name) not in said:
                yield f"Step {number}: the message has to say {name}, and values has to say with which words."


def _left_out_said(
    scene: Scene, turn: PathTurn, lexicons: Lexicons, message: str, mentions: Sequence[Mention]
) -> Iterator[str]:
    """The value that the user forgets: told by the model itself, or by words that can only be such a value."""
    for step in steps_of(turn):
        name = left_out(turn, step)
        if name is None:
            continue
        if any(m.step == step.id and m.parameter.split(".")[0] == name for m in mentions):
            yield f"The message says {name}, which the user has to leave out."
            continue
        function = scene.functions[step.function]
        others = [(m.start, m.end) for m in mentions]
        words = [
            message[start:end]
            for start, end in _such_words(function, name, message, scene, lexicons)
            if not any(first < end and start < last for first, last in others)
        ]
        if words:
            yield f"The message says “{words[0]}”, but the user has to leave out {name}."


def _such_words(
    function: Function, name: str, message: str, scene: Scene, lexicons: Lexicons
) -> Iterator[tuple[int, int]]:
    schema: Mapping[str, Any] = function.properties.get(name, {})
    form = {"date": "day", "date-time": "moment", "time": "time"}.get(str(schema.get("format")))
    if form is not None:
        yield from ((start, end) for start, end, _ in read_all(message, form, scene.context))
    for words in {*lexicons(function, name), *map(str, schema.get("enum", ()))}:
        place = find_words(message.lower(), words.lower()) if len(words) > 3 else None
        if place is not None:
            yield place


def _leaks(scene: Scene, turn: PathTurn, message: str, mentions: Sequence[Mention]) -> Iterator[str]:
    steps = steps_of(turn)
    functions = [scene.functions[one] for one in {*scene.offered, *(step.function for step in steps)}]
    name = identifier_in(message, identifiers_of(functions))
    if name is not None:
        yield f"The message has the identifier {name}; a person does not know it."
    for step in steps:
        function = scene.functions[step.function]
        if step.role != "walk" and describes(message, function):
            yield f"The message names {function.name}, which the user never thinks of."
    said = [str(m.value) for m in mentions if m.criterion is None]
    for id in sorted(_ids(scene)):
        if id in message and not any(id in value for value in said):
            yield f"The message has the internal id {id}; a person says what it stands for."
    if mentions_hint(message) and mode_of(scene, turn) != "talk":
        yield "The message speaks of a hint or of reference calls, which no user knows."


def _ids(scene: Scene) -> set[str]:
    """What outputs hold and the user does not know: internal ids, and numbers of trains that nobody has spoken of."""
    spoken = "\n".join([*(turn.user.text for turn in scene.history), *scene.answers.values()])
    found: set[str] = set()
    for turn in scene.history:
        for call, seen in zip(turn.calls, turn.observations, strict=False):
            found |= internal_ids(scene.functions[call.function], seen.output)
            found |= {number for number in printed_ids(seen.output) if number not in spoken}
    return found
