"""Where the arguments of a call come from, found by code: what a model says of it is at most a place to look.

Each value is looked for in the output that a link names, in the words of the user (the newest first), in any earlier
output, in what the system message states, in the schema's default, and as a sum or difference of two outputs. What is
found is what `validation.grounded` verifies again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from magnet_kg.catalog.concepts import stated_fact
from magnet_kg.catalog.words import words
from magnet_kg.domain.choosing import choose
from magnet_kg.domain.context import Context
from magnet_kg.domain.dialogue import Criterion, Mention, Origin
from magnet_kg.domain.errors import Untranslatable
from magnet_kg.domain.function import Function
from magnet_kg.domain.path import Link
from magnet_kg.domain.values import Found, leaves, lookup, siblings, spread
from magnet_kg.teacher.llm.spoken import find_value, find_words
from magnet_kg.teacher.llm.tasks.lexicons import Lexicons
from magnet_kg.teacher.protocol import Scene
from magnet_kg.wording import forms
from magnet_kg.wording.written import shows, written_forms

# A shorter text, or number, that happens to stand in some output need not come from there.
_TELLING = 4
# A shorter field of an element (5 seats) is named by accident in any sentence.
_NAMING = 3
_MOST_TERMS = 120


@dataclass(frozen=True)
class Choice:
    """How somebody says that one of several was chosen, and by which words of the user."""

    criterion: Criterion
    words: str = ""


@dataclass(frozen=True)
class Given:
    """An output that a call can take values from."""

    call: str
    step: str
    value: Any


@dataclass(frozen=True)
class Past:
    """What the values of a call can come from.

    Attributes:
        messages: the user's messages with their turns, the newest first.
        outputs: what has been returned, the newest first; of calls that failed, nothing.
        context: what the system message states.
        mentions: what the messages say about steps, by step and parameter, with the turn.
        links: which outputs feed which parameters.
        known: names of what is there, by parameter.
    """

    messages: tuple[tuple[str, str], ...]
    outputs: tuple[Given, ...]
    context: Context
    mentions: Mapping[tuple[str, str], tuple[str, Mention]] = field(default_factory=dict)
    links: tuple[Link, ...] = ()
    known: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, scene: Scene, function: str) -> Past:
        """What a call of this function can take its values from; the scene's history ends with the current turn."""
        outputs = [
            Given(call.id, call.step, seen.output)
            for turn in scene.history
            for call, seen in zip(turn.calls, turn.observations, strict=False)
            if not seen.failed
        ]
        return cls(
            messages=tuple((turn.id, turn.user.text) for turn in reversed(scene.history)),
            outputs=tuple(reversed(outputs)),
            context=scene.context,
            mentions={(m.step, m.parameter): (t.id, m) for t in scene.history for m in t.user.mentions},
            links=scene.path.links,
            known=scene.session.known(function),
        )


@dataclass(frozen=True)
class Untraced:
    """A value that nothing gives, and why what looked like it does not."""

    parameter: str
    value: Any
    why: str


@dataclass
class Traced:
    """The origins of a call's arguments, and the values that have none."""

    origins: list[Origin] = field(default_factory=list)
    untraced: list[Untraced] = field(default_factory=list)


def trace(
    past: Past,
    function: Function,
    step: str,
    arguments: Mapping[str, Any],
    lexicons: Lexicons,
    choices: Mapping[str, Choice] | None = None,
) -> Traced:
    """The origin of every leaf of a call's arguments.

    Args:
        past: what it can come from.
        function: the called function.
        step: the step that the call is made for.
        arguments: as they are called with.
        lexicons: words of closed sets of values.
        choices: by which criterion one of several was taken, by parameter.
    """
    tracer = _Tracer(past, function, step, lexicons, choices or {})
    traced = Traced()
    if not arguments:
        return traced
    # What was chosen comes first: what stands beside it in the same element follows from it.
    places = sorted(leaves(arguments), key=lambda one: tracer.choice(one[0]) is None)
    for path, value in places:
        found = tracer.origin(path, value)
        if isinstance(found, Origin):
            traced.origins.append(found)
        else:
            traced.untraced.append(Untraced(path, value, found))
    return traced


class _Tracer:
    def __init__(
        self, past: Past, function: Function, step: str, lexicons: Lexicons, choices: Mapping[str, Choice]
    ) -> None:
        self._past = past
        self._function = function
        self._step = step
        self._lexicons = lexicons
        self._choices = choices
        self._elements: set[tuple[str, str]] = set()

    def choice(self, path: str) -> Choice | None:
        """The criterion that was said, or that the message's writer noted, for a parameter."""
        name = path.split(".")[0]
        stated = self._choices.get(path) or self._choices.get(name)
        if stated is not None:
            return stated
        noted = self._past.mentions.get((self._step, path)) or self._past.mentions.get((self._step, name))
        if noted is None or noted[1].criterion is None:
            return None
        text = dict(self._past.messages)[noted[0]]
        return Choice(noted[1].criterion, text[noted[1].start : noted[1].end])

    def origin(self, path: str, value: Any) -> Origin | str:
        """Where a value comes from, or why nothing that looks like it will do."""
        why = "no message says it and no output holds it"
        for found in self._tried(path, value):
            if isinstance(found, Origin):
                return found
            why = found
        return why

    def _tried(self, path: str, value: Any) -> Iterator[Origin | str]:
        name = path.split(".")[0]
        links = [one for one in self._past.links if one.target == self._step and _named(one) == name]
        for link in links:
            for given in self._past.outputs:
                if given.step == link.source:
                    places = [f.path for f in spread(given.value, link.output) if forms.same(f.value, value)]
                    yield from self._from_output(path, given, places)
        noted = self._past.mentions.get((self._step, path)) or self._past.mentions.get((self._step, name))
        if noted is not None and noted[1].criterion is None and forms.same(noted[1].value, value):
            yield self._said(path, value, noted[0], noted[1].start, noted[1].end, noted[1].form)
        lexicon = self._lexicons(self._function, name)
        for turn, text in self._past.messages:
            span = find_value(text, value, self._past.context, lexicon)
            if span is not None:
                yield self._said(path, value, turn, span.start, span.end, span.form)
        for given in self._past.outputs:
            places = [at for at, leaf in leaves(given.value) if forms.same(leaf, value) and _likely(path, at, value)]
            yield from self._from_output(path, given, places)
        yield from self._without_words(path, value)

    def _said(self, path: str, value: Any, turn: str, start: int, end: int, form: str) -> Origin:
        words_of = dict(self._past.messages)[turn][start:end]
        is_known = isinstance(value, str) and value in self._past.known.get(path.split(".")[0], ())
        return Origin(
            parameter=path,
            source="known" if is_known else "said",
            turn=turn,
            start=start,
            end=end,
            text=words_of,
            form=form,
        )

    def _from_output(self, path: str, given: Given, places: Sequence[str]) -> Iterator[Origin | str]:
        """The value at one of these places: the one beside what was chosen already comes before any other."""
        for place in sorted(places, key=lambda one: not self._is_beside(given.call, one)):
            yield self._found(path, given, place)

    def _found(self, path: str, given: Given, place: str) -> Origin | str:
        try:
            beside = siblings(given.value, place)
        except LookupError:
            return f"the output of {given.call} has no {place}"
        if len({str(one.value) for one in beside}) < 2 or self._is_beside(given.call, place):
            return Origin(parameter=path, source="bound", call=given.call, path=place)
        chosen = self._chosen(path, given, place, beside)
        if isinstance(chosen, Origin):
            self._elements.add((given.call, place.rpartition(".")[0]))
        return chosen

    def _is_beside(self, call: str, place: str) -> bool:
        return (call, place.rpartition(".")[0]) in self._elements

    def _chosen(self, path: str, given: Given, place: str, beside: Sequence[Found]) -> Origin | str:
        stated = self.choice(path)
        why = f"{place} of {given.call} is one of several, and nothing says why this one"
        if stated is not None:
            fault = self._does_not_choose(stated, place, beside, given)
            words_at = self._stand(stated.words)
            if fault is None and (words_at or stated.criterion.take == "first"):
                return self._with_criterion(path, given, place, stated.criterion, words_at)
            why = fault or f"no message says “{stated.words}”"
            if fault is not None:
                return why
        named = self._by_name(place, beside)
        if named is not None:
            return self._with_criterion(path, given, place, *named)
        if beside[0].path == place or forms.same(beside[0].value, lookup(given.value, place)):
            return self._with_criterion(path, given, beside[0].path, Criterion(take="first"), None)
        return why

    def _does_not_choose(self, stated: Choice, place: str, beside: Sequence[Found], given: Given) -> str | None:
        criterion = stated.criterion
        said = f"“{stated.words}”" if stated.words else f"the criterion ({criterion.take})"
        try:
            one = choose(beside, criterion)
        except (Untranslatable, TypeError) as failure:
            return f"{said} does not decide: {failure.args[0]}"
        if one.path != place and not forms.same(one.value, lookup(given.value, place)):
            return f"{said} chooses {one.path} of {given.call}"
        hidden = [v for v in criterion.match.values() if not shows(stated.words, v, ignore_case=True)]
        return f"{said} does not name {hidden[0]}" if hidden else None

    def _stand(self, said: str) -> tuple[str, int, int] | None:
        for turn, text in self._past.messages:
            place = find_words(text, said)
            if place is not None:
                return turn, *place
        return None

    def _by_name(self, place: str, beside: Sequence[Found]) -> tuple[Criterion, tuple[str, int, int]] | None:
        """A field, or two, of the element that the user names and that no other element shares."""
        holder = next((one.holder for one in beside if one.path == place), {})
        for turn, text in self._past.messages:
            named = {
                name: span
                for name, value in holder.items()
                if isinstance(value, str | int | float) and len(str(value)) >= _NAMING
                if (span := _shown(text, value)) is not None
            }
            together = [(one,) for one in named] + [(a, b) for a in named for b in named if a < b]
            for names in together:
                criterion = Criterion(take="match", match={name: holder[name] for name in names})
                start, end = min(named[n][0] for n in names), max(named[n][1] for n in names)
                fitting = {str(f.value) for f in beside if all(f.holder.get(n) == holder[n] for n in names)}
                if len(fitting) == 1:
                    return criterion, (turn, start, end)
        return None

    def _with_criterion(
        self, path: str, given: Given, place: str, criterion: Criterion, at: tuple[str, int, int] | None
    ) -> Origin:
        turn, start, end = at or (None, None, None)
        text = dict(self._past.messages)[turn][start:end] if turn is not None else None
        return Origin(
            parameter=path,
            source="chosen",
            call=given.call,
            path=place,
            criterion=criterion,
            turn=turn,
            start=start,
            end=end,
            text=text,
        )

    def _without_words(self, path: str, value: Any) -> Iterator[Origin | str]:
        name = path.split(".")[0]
        fact = stated_fact(self._function, name)
        if fact is not None and value == getattr(self._past.context, fact):
            yield Origin(parameter=path, source="stated", form=fact)
        schema = self._function.properties.get(name, {})
        if path == name and "default" in schema and schema["default"] == value:
            yield Origin(parameter=path, source="default")
        if isinstance(value, int | float) and not isinstance(value, bool):
            yield from self._computed(path, float(value))

    def _computed(self, path: str, value: float) -> Iterator[Origin]:
        """A sum or difference of two numbers of the same name, each of which is the only one or named by the user."""
        terms = [
            (place.rsplit(".", 1)[-1], float(leaf), origin)
            for given in self._past.outputs
            for place, leaf in leaves(given.value)
            if isinstance(leaf, int | float) and not isinstance(leaf, bool)
            if isinstance(origin := self._found(path, given, place), Origin)
        ][:_MOST_TERMS]
        for at, (name, first, one) in enumerate(terms):
            for other_name, second, other in terms[at + 1 :]:
                if name != other_name or not first or not second:
                    continue
                for operation, result, inputs in (
                    ("sum", first + second, (one, other)),
                    ("difference", first - second, (one, other)),
                    ("difference", second - first, (other, one)),
                ):
                    if abs(result - value) < 0.005:
                        yield Origin(parameter=path, source="computed", operation=operation, inputs=inputs)


def _named(link: Link) -> str:
    return link.parameter.removesuffix("[]").split(".")[0]


def _likely(path: str, place: str, value: Any) -> bool:
    """Whether a value in an output is likely to be meant: a 2, a true or a "new" stands in many."""
    if isinstance(value, bool) or value is None:
        return False
    ours = words(next(n for n in reversed(path.split(".")) if not n.isdigit()))
    theirs = words(next((n for n in reversed(place.split(".")) if not n.isdigit()), ""))
    return len(str(value)) >= _TELLING or bool(set(ours) & set(theirs))


def _shown(text: str, value: Any) -> tuple[int, int] | None:
    """Where a text shows a value in any written form, whatever the case."""
    for form in written_forms(value):
        place = find_words(text.lower(), form.lower()) if len(form) > 1 else None
        if place is not None:
            return place
    return None
