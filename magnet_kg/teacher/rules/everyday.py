"""Phrases of the functions of the catalog `everyday`: what its families ask, with each dress's own names."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from magnet_kg.catalog.everyday.families import Family, Parameter, families, texts_of
from magnet_kg.catalog.everyday.variants import ACTS, CATALOG, Dressed, dressed, words_of_unit
from magnet_kg.domain.function import Function
from magnet_kg.teacher.rules.entries import ChoiceOf, Dated, FunctionPhrases, Made, Range, TextOf, Value
from magnet_kg.teacher.rules.fallback import make_phrases
from magnet_kg.teacher.rules.grammar import literal
from magnet_kg.teacher.rules.unknown.naming import done, plural, with_article
from magnet_kg.wording.calendar import Layout
from magnet_kg.wording.numbers import LONGER

# How often an optional parameter is stated.
STATED = 0.6
_NUMBERS = frozenset(["num", "int", "money", "pct", "share"])
_COMPUTES = ("calculate", "compute", "determine", "find", "estimate")
# Ways to ask in which every value has its label; those of the families themselves come without.
_LABELED = ("{do} (with|given|for) {said}", "{do}: {listed}", "given {said}, {do}", "for {said}, {do}")
_DOLLARS: tuple[str, ...] = ("$", "$", "$", " dollars")
_PERCENT: tuple[str, ...] = ("%", "%", " %", " percent")
_VERBS = "(calculate|compute|determine|find|work out)"


def everyday_phrases(function: Function) -> FunctionPhrases | None:
    """The phrases of a function of the catalog, or None for any other."""
    return _made(function.id) if function.catalog == CATALOG else None


@lru_cache(maxsize=8192)
def _made(function: str) -> FunctionPhrases | None:
    one = dressed().get(function)
    if one is None:
        return None
    taken = [p for p in one.family.parameters if p.key in one.names]
    tails = {p.key: f"[{p.tail.replace('{}', '{' + p.key + '}')}]" for p in taken if p.optional}
    asks = [_complete(ask, tails, one) for ask in (*one.family.asks, *_labeled(one.family, taken))]
    usable = [ask for ask in asks if ask is not None]
    ways: dict[str, list[str]] = {"imperative": [], "question": [], "situation": []}
    for ask in usable:
        ways[_form(ask)].append(ask.removeprefix("!"))
    plain = make_phrases(one.function)
    return plain.model_copy(
        update={
            **ways,
            "report": _reports(one.family),
            "question_for": {one.names[p.key]: _asked_for(p) for p in taken},
            "ability": one.family.does[0].lower() + one.family.does[1:],
            "beside": list(one.family.beside),
            "values": {one.names[p.key]: _value(p, one.names[p.key], one.layout) for p in taken},
            "alone": [one.names[p.key] for p in taken if p.alone],
            "own": [one.names[p.key] for p in taken if p.own],
            "follow_up": [more for again in _again(one, taken) if (more := _complete(again, tails, one)) is not None],
        }
    )


def _reports(family: Family) -> list[str]:
    """What is said of a result: that it is done, in the family's own words, or what came out."""
    verb, _, rest = family.does.partition(" ")
    if verb.lower() not in ACTS:
        noun = "result" if family.returns in ("number", "count", "bool") else "entry"
        return [f'{{{{ result | told("{noun}", "{plural(noun)}", {style}) }}}}' for style in range(4)]
    made = f"I've {done(verb.lower())} {rest}."
    return [
        f"{before}{made}{{{{ result | told_more({style}, args) }}}}"
        for before, style in (("", 0), ("Done: ", 2), ("All set. ", 0))
    ]


def _asked_for(one: Parameter) -> list[str]:
    """How an assistant asks for a value: by its meaning, since its name may be a letter."""
    told = literal(one.meaning)
    return [
        f"(One thing is missing|I need one thing more): {told}. (Could|Can) you tell me?",
        f"(Gladly|Sure|Of course). (What's still missing|What I still need): {told}. (Could|Can) you add that?",
    ]


def _form(ask: str) -> str:
    """Whether a phrase asks, tells to do something, or says what somebody has and wants."""
    if ask.endswith("?"):
        return "question"
    first = re.match(r"[a-z]+", ask.removeprefix("(").replace("(", ""))
    return "imperative" if first is not None and first[0] in _DOING | _verbs() else "situation"


@cache
def _verbs() -> frozenset[str]:
    """What the families do, each in a word."""
    return frozenset(family.does.split()[0].lower() for family in families().values())


# What else people tell to do.
_DOING = frozenset(
    (
        "add adjust appeal ask balance book calculate change check combine compare compute convert count "
        "create cross cut deal define determine differentiate dilute dim divide draft draw encode estimate export "
        "factor fill find fit format get give grow hash insert integrate keep list load look make mix multiply note "
        "order parse plan project put raise rank record register remind rename rent replace report reserve restore "
        "roll round scale schedule search send set show simplify solve sort split start suggest summarize take tell "
        "track translate turn update validate work write"
    ).split()
)


def _complete(ask: str, tails: dict[str, str], one: Dressed) -> str | None:
    """The phrase with a place for every optional value, and this dress's names; None where it has a slot too many."""
    slots = set(re.findall(r"\{(\w+)\}", ask))
    if slots - one.names.keys():
        return None
    end = "?" if ask.endswith("?") else ""
    text = ask.removesuffix("?") + "".join(tail for key, tail in tails.items() if key not in slots) + end
    return re.sub(r"\{(\w+)\}", lambda match: "{" + one.names[match[1]] + "}", text)


def _again(one: Dressed, taken: list[Parameter]) -> list[str]:
    """Asking for the same with other values: "and for 5 kg at 3 m/s?"; values that could be mixed up get labels.

    Where several are required, one of them may be all that changes: "and what if the mass were 5 kg?".
    """
    required = [p for p in taken if not p.optional]
    acts = one.family.does.split()[0].lower() in ACTS
    changed = _changed(required, taken, acts) if len(required) > 1 else []
    lists = any(p.kind in _LISTS for p in required)
    # A second list could be more of the first one, above all where something is done.
    strung = not (lists and (acts or len(required) > 2))
    if not strung or not required or any(p.kind in ("bool", "object") for p in required):
        return changed
    # What stands in quotes, or after a word of its own, is not strung together with others.
    asks = "".join(one.family.asks)
    if any(_quoted(p.key, asks) or (_PLACED.match(p.key) and len(required) > 1) for p in required):
        return changed
    sorts = [_sort(p) for p in required]
    if len(set(sorts)) < len(sorts):
        labels = _labels(required)
        if any(_NO_NOUN.match(label) for label, _ in labels):
            return changed
        said = _sentence([f"{label} {slot}" for label, slot in labels])
    elif len(required) > 1 and any(p.kind not in _NUMBERS for p in required):
        said = ", ".join(f"{{{p.key}}}" for p in required)
    else:
        said = _sentence([f"{{{p.key}}}" for p in required])
    changed = [*changed, *_cases(one.family, required)]
    # More of a list could be meant to join it.
    further = [frame for frame in _FURTHER if not (lists and frame.startswith(("and {", "and what about")))]
    return [frame.format(said=said) for frame in further] + changed


def _quoted(key: str, asks: str) -> bool:
    return any(f"{sign}{{{key}}}{sign}" in asks for sign in "\"'")


def _changed(required: list[Parameter], taken: list[Parameter], acts: bool) -> list[str]:
    """Fragments for each value that may be all that changes, by its label or, where none taken is of its sort, bare.

    "Instead" after what has been done would be a correction.
    """
    sorts = [_sort(p) for p in taken]
    labeled, bare = (_ANOTHER_WITH_LABEL, _ANOTHER) if acts else (_WITH_LABEL, _INSTEAD)
    fields = {field.key.replace("_", " ") for p in required for field in p.fields}
    found: list[str] = []
    for (label, slot), p in zip(_labels(required), required, strict=True):
        if p.kind in _NUMBERS and label not in fields and not _NO_NOUN.match(label):
            found += [frame.format(label=label, one=with_article(label), value=slot) for frame in labeled]
        if p.kind not in ("bool", "object") and sorts.count(_sort(p)) == 1:
            found += [frame.format(value=slot) for frame in bare]
    return found


def _sort(one: Parameter) -> tuple[str, str, str]:
    """Values of one sort could be taken for one another; texts of one's own wording can, wherever they come from."""
    kind = one.kind if one.kind not in ("num", "int") else "number"
    return kind, one.unit, "" if one.kind == "text" else one.pool


_FURTHER = (
    "and for {said}?", "and {said}?", "also for {said}", "and the same for {said}", "and what about {said}?",
    "then do the same for {said}", "and once more for {said}",
)  # fmt: skip
_CASES = (
    "another case has {said}", "a further one has {said}", "and then there's one with {said}",
    "the next one has {said}", "then take {said}", "and do the same where there's {said}",
)  # fmt: skip
_WITH_LABEL = (
    "and what if the {label} were {value}?", "and the same with {one} of {value} instead",
    "and again, but with {value} as the {label}", "and one more with {one} of {value}",
)  # fmt: skip
_INSTEAD = ("and the same again with {value} instead", "and one more with {value} instead", "now with {value} instead")
_ANOTHER_WITH_LABEL = ("and another one with {one} of {value}", "and then one more with {value} as the {label}")
_ANOTHER = ("and another one with {value}", "and then one more, with {value}")
_LISTS = frozenset(["nums", "ints", "pools", "enums"])
_PLACED = re.compile(r"(?:from|into|to)_")
# What a label begins with that is no noun in the singular, or ends with.
_NO_NOUN = re.compile(
    r"(?:how|what|when|where|who|whose|which|for|most|least|number)\b|.*(?:[^us]s$|\b(?:is|are|was|it|they)\b)"
)


def _is_computed(family: Family, required: list[Parameter]) -> bool:
    numbers = required and all(p.kind in _NUMBERS for p in required)
    return bool(numbers) and family.does.split()[0].lower() in _COMPUTES


def _values_by_label(required: list[Parameter]) -> str:
    return _sentence([f"{with_article(label)} of {slot}" for label, slot in _labels(required)])


def _cases(family: Family, required: list[Parameter]) -> list[str]:
    """A further case told by its values alone: "another one has a mass of 5 kg and a speed of 3 m/s"."""
    if len(required) < 2 or not _is_computed(family, required):
        return []
    return [frame.format(said=_values_by_label(required)) for frame in _CASES]


def _labeled(family: Family, taken: list[Parameter]) -> list[str]:
    """ "calculate the … with a mass of 5 kg and a speed of 3 m/s", where there are numbers to label."""
    required = [p for p in taken if not p.optional]
    if not _is_computed(family, required):
        return []
    rest = family.does.partition(" ")[2]
    labels = _labels(required)
    said = _values_by_label(required)
    listed = ", ".join(f"{label} {slot}" for label, slot in labels)
    do = f"{_VERBS} {rest}"
    return [frame.format(do=do, said=said, listed=listed) for frame in _LABELED]


def _labels(required: list[Parameter]) -> list[tuple[str, str]]:
    """What each value is called, and its slot."""
    labels = [
        (re.split(r" (?:of|in|at|per|from|to|for|that|which)\b", p.meaning)[0], "{" + p.key + "}") for p in required
    ]
    labels = [(re.sub(r"^(?:the|an?|total|your) ", "", label), slot) for label, slot in labels]
    if len({label for label, _ in labels}) == len(labels):
        return labels
    return [(p.key.replace("_", " "), slot) for p, (_, slot) in zip(required, labels, strict=True)]


def _sentence(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _value(one: Parameter, name: str, layout: Layout) -> Value:
    low, high, step = one.span
    match one.kind:
        case "num" | "int" | "money" | "pct" | "share":
            return _number(one)
        case "nums" | "ints":
            of = Range(
                kind="number", between=(low, high), step=step, units=("",), decimal=one.kind == "nums", digits=True
            )
            return Made(kind="made", parameter=name, of=of, many=one.count, listed=True, share=STATED)
        case "pools":
            return Made(kind="made", parameter=name, options=texts_of(one), many=one.count, listed=True, share=STATED)
        case "enums":
            chosen = ChoiceOf(kind="choice", of={k: list(v) for k, v in (one.options or {}).items()})
            return Made(kind="made", parameter=name, of=chosen, many=one.count, share=STATED)
        case "enum" | "bool" | "coded":
            return ChoiceOf(kind="choice", of={k: list(v) for k, v in (one.options or {}).items()}, share=STATED)
        case "date":
            if one.ahead is not None:
                return Dated(kind="date", ahead=one.ahead, layout=layout, share=STATED)
            return Dated(kind="date", years=(int(low), int(high)), layout=layout, share=STATED)
        case "object":
            fields = {field.key: _field(field, layout) for field in one.fields}
            return Made(kind="made", parameter=name, fields=fields, share=STATED)
        case _:
            return TextOf(kind="text", of=list(map(literal, texts_of(one))), share=STATED)


def _number(one: Parameter) -> Range:
    low, high, step = one.span
    if one.kind == "share":
        return Range(kind="share", between=(low / 100, high / 100), step=step / 100, share=STATED)
    units = {"money": _DOLLARS, "pct": _PERCENT}.get(one.kind) or words_of_unit(one.unit)
    return Range(
        kind="number",
        between=(low, high),
        step=step,
        units=units,
        time=one.unit if one.unit in LONGER else "",
        share=STATED,
    )


def _field(one: Parameter, layout: Layout) -> Made:
    value = _value(one, one.key, layout)
    label = one.key.replace("_", " ")
    if isinstance(value, TextOf):
        return Made(kind="made", options=texts_of(one), around=((f"{label} ", ""),))
    assert isinstance(value, Range | ChoiceOf | Dated)
    if isinstance(value, Range):
        value = value.model_copy(update={"digits": True})
    # The words of a yes or a no say what they are of.
    return Made(kind="made", of=value, around=(("" if one.kind == "bool" else f"{label} ", ""),))
