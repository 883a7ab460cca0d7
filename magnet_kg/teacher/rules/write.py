"""Write the user's message of a planned turn: clauses, connectors, a speaker's manner, and where each value stands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from random import Random

from magnet_kg.catalog.concepts import quantity_at
from magnet_kg.catalog.words import CALLS_OFF, verb_of, words
from magnet_kg.domain.dialogue import UserMessage
from magnet_kg.domain.errors import Untranslatable
from magnet_kg.teacher.rules.assemble import assemble_message, capitalized, is_ended, mistyped
from magnet_kg.teacher.rules.entries import Made
from magnet_kg.teacher.rules.grammar import Piece, Template, joined, parse
from magnet_kg.teacher.rules.language import Speaker, language
from magnet_kg.teacher.rules.omit import leave_out as without_value
from magnet_kg.teacher.rules.omit import unnamed
from magnet_kg.teacher.rules.plan import Linked, SlotFill, StepPlan, Together, TurnPlan, Words
from magnet_kg.teacher.rules.refer import describe_output, slots_of
from magnet_kg.teacher.rules.together import listed_slots, said_for, ways_to_list


class Writer:
    """Writes messages for one speaker.

    Args:
        speaker: the manner.
        rng: the turn's randomness.
        past: the speaker's messages so far.
        concise: nothing follows this message: people explain and chat less, and put several things in few words.
    """

    def __init__(self, speaker: Speaker, rng: Random, past: Sequence[str] = (), *, concise: bool = False) -> None:
        self._concise = concise
        self._drawn = 1
        self._first = not past
        self._past = " ".join(past).lower()
        self._speaker = speaker
        self._rng = rng
        self._language = language()
        self._lower = rng.random() < speaker.lower
        self._told: set[str] = set()
        self._steps: Sequence[StepPlan] = ()
        self._sentences: list[Words] = []

    def request(
        self, plan: TurnPlan, opening: str = "", *, leave_out: str | None = None, asked: str | None = None
    ) -> UserMessage:
        """The message for all intents of a turn.

        Args:
            plan: the settled turn.
            opening: a sentence that comes first ("Never mind.").
            leave_out: "step/parameter" that is not said (miss_params).
            asked: the function that the message before asked for last; a fragment may ask for it again.

        Raises:
            Untranslatable: the phrases cannot leave that out.
        """
        sentences: list[Words] = []
        self._sentences = sentences
        clause: Words | None = None
        spoken = [step for step in plan.steps if step.step.role != "insert_backward"]
        self._steps = spoken
        before: StepPlan | None = None
        together, calls = plan.together, spoken
        if together.varied:
            spoken = calls[:1]
        # Whose values the first of them says, too.
        brief: list[str] = []
        # The shortest of several ways is taken where several things are asked for at once.
        self._drawn = (2 if len(spoken) == 1 else 9) if self._concise else 1
        explained = self._explained(spoken)
        for step in spoken:
            whole = leave_out is None or not leave_out.startswith(f"{step.step.id}/")
            again = self._again(step, asked, together) if whole and _says_as_much(step, before) else None
            form, pieces = again or self._clause(step, leave_out, calls, together.varied)
            asked, before = step.function.id, step
            if form == "follow_up" and sentences:
                brief.append(step.step.id)
            added = form == "follow_up" and sentences and _CONNECTED.match(joined(pieces))
            if added and self._concise and self._rng.random() < 0.6:
                # "how warm is it in Oslo, and in Bergen?"
                sentences[-1], clause = _added(sentences[-1], pieces), None
                continue
            reason = self._reason(step) if step is explained and form != "follow_up" else None
            if form == "imperative" and clause is not None and len(sentences) < 2 and reason is None:
                chained = self._filled(self._rng.choice(self._language.chained), {"first": clause, "next": pieces})
                sentences[-1] = chained
                clause = None
                continue
            clause = pieces if form == "imperative" and reason is None else None
            # A reason connects as well as any "and then", and does not go with one.
            sentence = self._sentence(form, pieces, first=not sentences, connected=reason is None)
            sentences += self._with_reason(form, sentence, reason)
        if brief:
            sentences = [said_for(one, spoken[0].step.id, together.shared, brief) for one in sentences]
        return self._finished(sentences, opening)

    def answer(self, step: StepPlan, parameter: str) -> UserMessage:
        """The user's short answer to the question for one parameter."""
        templates = step.phrases.answer.get(parameter) or ["{" + parameter + "}"]
        pieces = parse(self._rng.choice(templates)).render(slots_of(step, self._rng), self._rng)
        return self._finished([pieces], "", plain=True)

    def talk(self, ways: Sequence[str]) -> UserMessage:
        """A message that needs no tool."""
        return self._finished([parse(self._rng.choice(ways)).render({}, self._rng)], "")

    def go_ahead(self) -> UserMessage:
        """The user's word that the assistant may use what is offered now."""
        return self._finished([parse(self._rng.choice(self._language.go_ahead)).render({}, self._rng)], "", plain=True)

    def moving_on(self) -> str:
        """What the user says after a request that came to nothing."""
        return joined(parse(self._rng.choice(self._language.moving_on)).render({}, self._rng))

    def _again(self, step: StepPlan, asked: str | None, together: Together) -> tuple[str, Words] | None:
        """A fragment that asks for the same function once more, for something else: "and Ana?"."""
        if asked != step.function.id or self._rng.random() < (0.1 if self._concise else 0.3):
            return None
        slots = {name: slot for name, slot in slots_of(step, self._rng).items() if name not in together.shared}
        usable = [
            t
            for t in map(parse, step.phrases.follow_up)
            if t.needed <= slots.keys() and self._says_all(step, t, together.shared)
        ]
        return ("follow_up", self._rng.choice(usable).render(slots, self._rng)) if usable else None

    def _explained(self, spoken: Sequence[StepPlan]) -> StepPlan | None:
        """The step of which the speaker says why, if any; long messages explain less."""
        able = [step for step in spoken if step.step.role == "walk" and step.phrases.reason]
        if not able or self._rng.random() >= self._speaker.reason * self._talkative(spoken):
            return None
        return self._rng.choice(able)

    def _talkative(self, spoken: Sequence[StepPlan]) -> float:
        if self._concise:
            return 0.3 if len(spoken) == 1 else 0.0
        return 1 if len(spoken) < 3 else 0.5

    def _reason(self, step: StepPlan) -> Words | None:
        """A reason that was not given before in this dialogue."""
        words: Words = parse(self._rng.choice(step.phrases.reason)).render({}, self._rng)
        return None if joined(words).lower() in self._past else words

    def _with_reason(self, form: str, sentence: Words, reason: Words | None) -> list[Words]:
        """The sentence with its reason: joined to it, or before or after it."""
        if reason is None:
            return [sentence]
        parts = {"reason": reason, "rest": sentence}
        place = self._rng.random()
        if place < 0.3 or (form == "situation" and place < 0.6):
            return [sentence, self._filled(self._rng.choice(self._language.reason_closing), parts)]
        if place < 0.6 and not is_ended(joined(sentence)):
            return [self._filled(self._rng.choice(self._language.reason_after), parts)]
        if form == "situation":
            return [reason, sentence]
        return [self._filled(self._rng.choice(self._language.reason_before), parts)]

    def _clause(
        self, step: StepPlan, leave_out: str | None, calls: Sequence[StepPlan], varied: Sequence[str]
    ) -> tuple[str, Words]:
        slots = listed_slots(calls, self._rng) if varied else slots_of(step, self._rng)
        if step.step.role in ("insert_short", "insert_long"):
            return "wish", self._wish(step)
        missing = leave_out.split("/")[1] if leave_out and leave_out.startswith(f"{step.step.id}/") else None
        if missing is not None:
            slots.pop(missing, None)
        options: list[tuple[str, Template]] = []
        weights: list[float] = []
        ways = ways_to_list(step.phrases, varied)
        for (form, sources), share in zip(ways.items(), (*self._speaker.shares, 0), strict=True):
            if not share:
                continue
            templates = [parse(source) for source in sources]
            if missing is not None:
                spec = step.phrases.values.get(missing)
                cut = [
                    unnamed(s, missing, spec) if isinstance(spec, Made) else without_value(s, missing) for s in sources
                ]
                templates = [template for template in cut if template is not None]
            unsaid = frozenset() if missing is None else frozenset([missing])
            usable = self._new_ones(
                [t for t in templates if t.needed <= slots.keys() and self._says_all(step, t, unsaid)]
            )
            options += [(form, template) for template in usable]
            weights += [share / max(1, len(usable))] * len(usable)
        if not options:
            raise Untranslatable(
                f"no words for {step.function.name}" + (f" without {missing}" if missing else ""),
                step.step.id,
            )
        several = self._rng.choices(options, weights, k=self._drawn)
        form, template = min(several, key=lambda one: len(one[1].source))
        self._told.add(template.source)
        return form, template.render(slots, self._rng)

    def _says_all(self, step: StepPlan, template: Template, unsaid: frozenset[str] = frozenset()) -> bool:
        """Whether every value that a person has to say has a place in the template, but for some."""
        spoken = {
            name
            for name, source in step.sources.items()
            if name not in unsaid and (not isinstance(source, Linked) or source.criterion is not None)
        }
        spoken = {name for name in spoken if name in slots_of(step, self._rng)}
        return spoken <= template.needed | template.optional

    def _wish(self, step: StepPlan) -> Words:
        slots = slots_of(step, self._rng)
        wish = step.phrases.wish
        if wish is None:
            raise Untranslatable(f"no wish for {step.function.name}", step.step.id)
        chosen = any(isinstance(s, Linked) and s.criterion is not None for s in step.sources.values())
        plain = step.step.role == "insert_short" and not chosen and self._spoken_of(step)
        sources = wish.same if plain else wish.later
        templates = [t for t in map(parse, sources) if t.needed <= slots.keys() and self._says_all(step, t)]
        if not templates:
            raise Untranslatable(f"no wish for {step.function.name}", step.step.id)
        several = self._rng.choices(self._new_ones(templates), k=self._drawn)
        template = min(several, key=lambda one: len(one.source))
        self._told.add(template.source)
        return template.render(slots, self._rng)

    def _spoken_of(self, step: StepPlan) -> bool:
        """Whether "it" can only be what the step works on: one thing of this message, and one that was asked about.

        What comes back when something is called off was not.
        """
        links = [source.link for source in step.sources.values() if isinstance(source, Linked)]
        of = [(one, link.output) for link in links for one in self._steps if one.step.id == link.source]
        made = {one.function.id for one, _ in of}
        twins = [one for one in self._steps if one.function.id in made]
        called_off = any(verb_of(one.function.name, one.function.toolkit) in CALLS_OFF for one, _ in of)
        return len(twins) <= len(made) and not called_off and any(self._asks_for(one, output) for one, output in of)

    def _asks_for(self, step: StepPlan, output: str) -> bool:
        """Whether a step's request is about an output: then nobody has to be told what "that" is."""
        leaf = output.rpartition(".")[2].removesuffix("[]")
        noun = describe_output(step.phrases, output).noun.split()[-1]
        if leaf in step.sources or noun in words(step.function.name):
            return True
        kind = quantity_at(step.function, output)
        asked = joined([piece for sentence in self._sentences for piece in sentence]).lower()
        about = "|".join(map(re.escape, (noun, *_ASKED_WITH.get(kind or "", ()))))
        return re.search(rf"\b(?:{about})(?:e?s|ed)?\b", asked) is not None

    def _new_ones(self, templates: list[Template]) -> list[Template]:
        """Those that this message has not used yet, if there are any; who is brief repeats what serves."""
        fresh = [] if self._concise else [one for one in templates if one.source not in self._told]
        return fresh or templates

    def _sentence(self, form: str, pieces: Words, *, first: bool, connected: bool) -> Words:
        if form == "question" and not joined(pieces).endswith("?"):
            pieces = [*pieces, Piece("?")]
        if form in ("wish", "follow_up"):
            return pieces
        if first:
            if form == "imperative":
                manner = "bare" if self._drawn > 2 else self._rng.choice(self._speaker.requests)
                requests = [one for one in self._language.requests[manner] if not _doubled(one, joined(pieces))]
                return self._filled(self._rng.choice(requests), {"do": pieces})
            return pieces
        if not connected:
            return pieces
        options = {
            "imperative": self._language.follows,
            "question": self._language.follows_question,
            "situation": self._language.follows_situation,
        }[form]
        return self._filled(self._rng.choice(options), {"rest": pieces})

    def _filled(self, template: str, parts: dict[str, Words]) -> Words:
        def slot(name: str) -> SlotFill:
            return lambda form: parts[name] if form is None or self._lower else capitalized(parts[name])

        return parse(template).render({name: slot(name) for name in parts}, self._rng)

    def _finished(self, sentences: list[Words], opening: str, *, plain: bool = False) -> UserMessage:
        speaker, rng, lower = self._speaker, self._rng, self._lower
        bare = rng.random() < speaker.bare
        pieces: Words = []
        if opening:
            pieces.append(Piece(f"{opening.lower() if lower else opening} "))
        elif not plain and rng.random() < speaker.opener:
            pieces += self._new(speaker.openers if self._first else speaker.openers_later)
        opened = bool(pieces) and not joined(pieces).rstrip().endswith((".", "!", "?"))
        for index, sentence in enumerate(sentences):
            if index:
                pieces.append(Piece(" "))
            end = "" if is_ended(joined(sentence)) else "."
            if bare and index == len(sentences) - 1 and end == ".":
                end = ""
            starts_lower = lower or (index == 0 and opened)
            pieces += [*(sentence if starts_lower else capitalized(sentence)), Piece(end)]
        if not plain and not self._concise and speaker.closers and rng.random() < speaker.closer:
            if not is_ended(joined(pieces)):
                pieces.append(Piece("."))
            pieces += self._new(speaker.closers)
        return assemble_message(mistyped(pieces, speaker.typing, rng))

    def _new(self, sources: Sequence[str]) -> Words:
        """One of these that the speaker has not said before in this dialogue, if there is one left."""
        words: Words = parse(self._rng.choice(sources)).render({}, self._rng)
        return [] if joined(words).strip().lower() in self._past else words


# What a request for a quantity sounds like.
_ASKED_WITH = {
    "money": ("how much", "cost", "price", "pay", "expensive", "cheap"),
    "distance": ("how far", "how long a walk", "distance"),
    "temperature": ("how warm", "how cold", "how hot", "temperature"),
    "weight": ("weigh", "weight", "how heavy"),
    "duration": ("how long",),
    "moment": ("when", "what time"),
    "date": ("when", "what day", "which day"),
}
# How a fragment begins that another sentence may end with.
_CONNECTED = re.compile(r"(?:and|also|then|plus)\b", re.IGNORECASE)
_ASKING = re.compile(r"\bwhat (?:about|if)\b", re.IGNORECASE)


# What is said of the user already in "book me a seat", or would be said of the last part of "a table, I come by car".
_FOR_ME = re.compile(r"\b(?:let's|help me|time to|for (?:\()?me)\b")
_TO_ME = re.compile(r"\w+ me\b")


def _doubled(request: str, clause: str) -> bool:
    """Whether what is wrapped around a clause would say once more for whom it is done: "let's give me the odds"."""
    return _FOR_ME.search(request) is not None and (_TO_ME.match(clause) is not None or "," in clause)


def _says_as_much(step: StepPlan, before: StepPlan | None) -> bool:
    """Whether nothing that is said of one thing could be taken for said of the one before or after it, too."""
    return before is None or before.sources.keys() == step.sources.keys()


def _added(sentence: Words, fragment: Words) -> Words:
    """The sentence with a fragment at its end, before its mark; "what about …" is a question after anything."""
    mark = joined(sentence).rstrip()[-1:]
    mark = "?" if _ASKING.search(joined(fragment)) else mark if mark in ".?!" else ""
    return [*_unmarked(sentence), Piece(", "), *_unmarked(fragment), Piece(mark)]


def _unmarked(sentence: Words) -> Words:
    """The sentence without its final mark."""
    last = sentence[-1]
    return [*sentence[:-1], Piece(last.text.rstrip(".?! "), last.meaning) if last.meaning is None else last]
