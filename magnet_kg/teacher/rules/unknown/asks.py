"""All phrases of an unknown function: ways to ask, questions for what is missing, reports."""

from __future__ import annotations

import re
from collections.abc import Sequence

from magnet_kg.domain.function import Function
from magnet_kg.teacher.rules.entries import FunctionPhrases
from magnet_kg.teacher.rules.grammar import GrammarError, parse
from magnet_kg.teacher.rules.unknown.clauses import Clause, service_of
from magnet_kg.teacher.rules.unknown.data import data
from magnet_kg.teacher.rules.unknown.naming import doing, is_plural, plural, with_article
from magnet_kg.teacher.rules.unknown.placing import Placed, tidy
from magnet_kg.teacher.rules.unknown.reports import reports_of
from magnet_kg.teacher.rules.unknown.spoken import Spoken

_BIOLOGY = re.compile(
    r"gene|protein|drug|disease|variant|pathway|compound|molecul|cell|trial|study|studies|species|genom"
    r"|annotation|phenotype",
    re.IGNORECASE,
)
_HEAD = re.compile(
    r"^(?P<det>(?:the|an?|all the|all of the|all|any|your|my|every|each)\s+)?(?P<np>[^{}]+?)(?P<rest>\s+(?:for"
    r"|in|of|from|on|with|at|within|across|under|to|by|about|associated|attached|available|linked|related"
    r"|matching|between|defined|configured|registered|that|which|who|used|known|targeting|containing|stored|over"
    r"|per|as|and \w+ in)\b.*|$)"
)


def phrases_for(function: Function, clause: Clause, placed: Placed) -> FunctionPhrases:
    """The phrases of a function.

    Args:
        function: of which only its definition is known.
        clause: what it does.
        placed: the same with the values in their places.
    """
    about = _mine(placed.about)
    tail = "".join(placed.tails)
    details = clause.kind == "look" and (clause.details or re.match(r"\{[^}:]+\}", about) is not None)
    kind = data().kinds["details" if details else clause.kind]
    service = service_of(function)
    generic = (
        service
        and service.lower() not in f"{about} {tail}".lower()
        and len(re.sub(r"\{[^}]*\}", "", about).split()) <= 4
    )
    where = f"( (in|on) {service}||)" if generic and not re.search(r"\bin\b", about + tail) else ""
    filled = {
        "do": f"{'look up' if details and clause.verb == 'get' else clause.verb} {about}{where}{tail}",
        "what": f"{about}{where}{tail}",
        "doing": f"{doing(clause.verb)} {about}{where}{tail}",
    }
    ways: dict[str, list[str]] = {"imperative": [], "question": [], "situation": []}
    for form in ways:
        for frame in getattr(kind, form):
            if "{what}" in frame and _needs_verb(clause):
                continue
            if frame.startswith(("{what}", "can {what}")) and (
                about.startswith("a") or len(tail) > 3 or len(about.split()) > 4
            ):
                continue
            ways[form].append(_filled(frame, filled))
    questions = (
        _what_questions(clause, about, where + tail) if clause.kind in ("look", "search") and not details else []
    )
    ways["question"] = [*questions, *questions[:2], *ways["question"]]
    ways = {form: _good(sources, placed) for form, sources in ways.items()}
    required = [placed.spoken[name] for name in function.required if name in placed.spoken]
    return FunctionPhrases(
        ability=tidy(f"{clause.verb} {placed.ability}"),
        imperative=ways["imperative"] or [filled["do"]],
        question=ways["question"],
        situation=ways["situation"],
        follow_up=_follow_ups(required, clause),
        values={name: spoken.made for name, spoken in placed.spoken.items()},
        question_for={one.name: _questions_for(one, clause) for one in required},
        answer={one.name: [f"{{{one.name}}}", f"{{{one.name}}}, please", f"it's {{{one.name}}}"] for one in required},
        report=reports_of(function, clause, placed),
    )


def _mine(about: str) -> str:
    """ "your monitors" are mine when I ask; "all the monitors" are all of mine."""
    return re.sub(r"\byours?\b", "my", about)


def _needs_verb(clause: Clause) -> bool:
    """Whether the thing alone does not say what is wanted ("remove tags from X" is more than tags)."""
    return clause.kind == "search" and clause.verb != "find"


def _filled(frame: str, parts: dict[str, str]) -> str:
    return re.sub(r"\{(do|what|doing)\}", lambda m: parts[m[1]], frame)


def _what_questions(clause: Clause, about: str, tail: str) -> list[str]:
    """ "what tables are there in …", "which roles does … have", "what is the status of …"."""
    match = _HEAD.match(about)
    if match is None or (clause.kind == "search" and clause.verb != "find"):
        return []
    noun, rest, det = match["np"].strip(), match["rest"], (match["det"] or "").strip().lower()
    if det in ("an", "a"):
        return (
            [f"what (do we know|can you tell me) about {about}{tail}", f"how is {about}{tail} set up"]
            if clause.kind == "look"
            else []
        )
    plain = re.sub(r"^(?:available|existing|various|different) ", "", noun)
    if re.fullmatch(r"[A-Z][a-z]+[A-Z]\w*", plain):
        return [f"what (do we know|can you tell me) about {about}{tail}"]  # a name, whatever it ends in
    if is_plural(plain) and " and " not in plain:
        return [
            f"(what|which) {plain} are there{rest}{tail}",
            *([] if _BIOLOGY.search(about) else [f"(what|which) {plain} do (we|I) have{rest}{tail}"]),
            f"what are the {plain}{rest}{tail}",
            f"are there any {plain}{rest}{tail}",
            f"how many {plain} are there{rest}{tail}, and which",
        ]
    if " and " in noun:
        return [f"what are the {noun}{rest}{tail}"]
    return [
        f"what(| i)s the {noun}{rest}{tail}".replace("what(| i)s", "(what's|what is)"),
        f"do you know the {noun}{rest}{tail}",
        f"(can|could) you tell me the {noun}{rest}{tail}",
    ]


def _good(sources: Sequence[str], placed: Placed) -> list[str]:
    """The phrases that can be parsed and hold every required value."""
    kept = []
    for source in sources:
        source = re.sub(r"\s+", " ", source).strip()
        try:
            parse(source)
        except GrammarError:
            continue
        kept.append(source)
    return list(dict.fromkeys(kept))


def _follow_ups(required: Sequence[Spoken], clause: Clause) -> list[str]:
    """Asking the same for something else, where one value makes the difference."""
    if len(required) != 1 or required[0].new or required[0].role not in ("thing", "query", "person", "place"):
        return []
    slot = f"{{{required[0].name}}}"
    if clause.kind in ("look", "search", "check", "compute"):
        return [f"and {slot}?", f"same for {slot}", f"and the same for {slot}", f"{slot} too"]
    return [f"same for {slot}", f"{slot} as well", f"and {slot} too"]


def _questions_for(spoken: Spoken, clause: Clause) -> list[str]:
    noun = spoken.noun or "thing"
    match spoken.role:
        case "thing" if spoken.new:
            return [f"What should the {noun} be called?", f"What name should the {noun} have?", "How should I name it?"]
        case "thing" | "place" | "choice" | "person":
            several = spoken.made.many is not None
            which = plural(noun) if several else noun
            return [
                f"Which {which}{' are' if several else ' is'} it?",
                f"Which {which} do you mean?",
                f"Could you tell me which {which}?",
                f"I can do that. Which {which}?",
            ]
        case "query":
            return ["What should I look for?", "What are you looking for exactly?"]
        case "start":
            return ["From when on?", "Where should the time range start?"]
        case "end":
            return ["Until when?", "Where should the time range end?"]
        case "when":
            return ["For which date?", "Which date do you mean?"]
        case "tags":
            return ["Which tags?", "Which tags should I use?"]
        case _:
            return [f"What should the {noun} be?", f"Which {noun} should I use?", f"What {noun} do you want?"]


__all__ = ["phrases_for", "with_article"]
