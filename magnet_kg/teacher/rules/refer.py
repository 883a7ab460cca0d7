"""References: how a person speaks of something that the assistant found or made, without its id."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

from magnet_kg.catalog.concepts import quantity_at
from magnet_kg.catalog.concepts import words as name_words
from magnet_kg.domain.choosing import choose, decides
from magnet_kg.domain.dialogue import Criterion
from magnet_kg.domain.errors import Untranslatable
from magnet_kg.domain.path import Link
from magnet_kg.domain.values import Found
from magnet_kg.teacher.rules.grammar import Piece, joined, parse
from magnet_kg.teacher.rules.language import language
from magnet_kg.teacher.rules.phrases import FunctionPhrases, Gives
from magnet_kg.teacher.rules.plan import Linked, Meaning, SlotFill, StepPlan, Words
from magnet_kg.teacher.rules.said import Said
from magnet_kg.wording import forms
from magnet_kg.wording.report import possessive

# What people call any date or time.
TIMES = frozenset(["date", "day", "time", "moment"])


def describe_output(phrases: FunctionPhrases, path: str) -> Gives:
    """How people refer to an output; made from its name where the phrases do not say."""
    if path in phrases.gives:
        gives = phrases.gives[path]
        # "it" speaks of things, which ids stand for; of a city or a date people say "that city", "that day".
        return (
            gives
            if _is_thing(path) or gives.pronoun[0] != "it"
            else gives.model_copy(update={"pronoun": _that(gives.noun)})
        )
    named = [word for word in name_words(path.replace("[]", "").split(".")[-1]) if word not in ("id", "code")]
    noun = " ".join(named) or "result"
    return Gives(noun=noun, pronoun=_that(noun))


def _is_thing(path: str) -> bool:
    return name_words(path.split(".")[-1])[-1] in ("id", "code", "number")


def _is_place(leaf: str) -> bool:
    return name_words(leaf)[-1] in ("city", "country", "address", "place", "destination")


def _is_name(path: str) -> bool:
    """Whether an output is what something is called: people say the name itself, not "that name"."""
    return name_words(path.replace("[]", "").split(".")[-1])[-1] in ("name", "title", "symbol", "subject")


def _by_its_words(
    link: Link, gives: Gives, found: Sequence[Found], taken: set[str], rng: Random, *, shown: bool
) -> Linked:
    free = [f for f in found if f.path not in taken and isinstance(f.value, str)]
    if not shown or not free:
        raise Untranslatable("its name is not known yet")
    one = rng.choice(free)
    field = link.output.split(".")[-1].removesuffix("[]")
    several = len({str(f.value) for f in found}) > 1
    criterion = Criterion(take="match", match={field: one.value}) if several else None
    if criterion is not None and not decides(found, criterion):
        raise Untranslatable("nobody could say which one is meant")
    return Linked(link, one.value, criterion, [Piece(one.value, _meaning(link)(criterion))], gives.pronoun)


def _that(noun: str) -> tuple[str, str]:
    return f"that {noun}", f"that {noun}'s"


def refer_to_own(
    link: Link, source: StepPlan, found: Sequence[Found], taken: set[str], rng: Random, *, clear: bool
) -> Linked:
    """Refer to what a step of the same turn will return; the person has not seen it yet.

    A thing looked up by name is spoken of by that name; one of the person's own things by its name ("my travel card");
    what a search returns by a criterion ("the cheapest one"); the one thing that a call makes by a pronoun.

    Args:
        link: which output is meant.
        source: the step that returns it.
        found: the values at the link's output.
        taken: concrete paths that are not meant, because another parameter uses them.
        rng: the turn's randomness.
        clear: whether "it" can only be this; otherwise there are no words for what nobody has seen.

    Raises:
        Untranslatable: the user has no words for it.
    """
    gives = describe_output(source.phrases, link.output)
    meaning = _meaning(link)
    if source.step.role == "insert_backward" and source.phrases.stands_for:
        criterion = None if len({str(f.value) for f in found}) == 1 else Criterion(take="first")
        # Nothing is said of it where an empty turn has said it all before.
        templates = [t for t in map(parse, source.phrases.stands_for) if t.needed <= slots_of(source, rng).keys()]
        words = rng.choice(templates).render(slots_of(source, rng), rng) if templates else []
        return Linked(link, choose(found, criterion).value, criterion, words, gives.pronoun)
    if source.step.role == "insert_backward" and _is_unsaid(source):
        raise Untranslatable("nobody would know of what")
    if not clear or _is_name(link.output):
        raise Untranslatable("nobody could say which one is meant" if not clear else "its name is not known yet")
    if "[]" not in link.output:
        leaf = link.output.rpartition(".")[2]
        named = name_words(source.function.name)
        if gives.pronoun[0] == "them" and name_words(leaf)[0] not in named:
            # Whom a draft is for is not what "them" is in "find my draft, and the way to them".
            raise Untranslatable("nobody could say which one is meant")
        if quantity_at(source.function, link.output) is not None:
            # Nobody has said anything of it yet: "that day" would be any, "the due date" can be found.
            said = leaf in source.sources or gives.noun in named
            if gives.noun in TIMES and not said:
                raise Untranslatable("nobody could say which one is meant")
            words = [Piece(f"{'that' if said else 'the'} {gives.noun}", meaning())]
        elif _is_place(leaf) and leaf not in source.sources:
            # Another place may have been spoken of; of this one nobody has.
            raise Untranslatable("nobody could say which one is meant")
        else:
            words = [Piece(_filled(rng.choice(language().references["same_turn"]), gives, rng), meaning())]
        return Linked(link, choose(found, None).value, None, words, gives.pronoun)
    own = not source.function.required and not source.phrases.public
    options = _picks(link, gives, found, rng)
    if own:
        options = _names(link, gives, found, taken, rng) or options
    return _one_of(link, gives, found, options, rng)


def _is_unsaid(lookup: StepPlan) -> bool:
    """Whether a lookup that is not spoken of works on something of which there are several: the trips of which car?"""
    return any(
        isinstance(one, Said) or (isinstance(one, Linked) and one.criterion is not None)
        for one in lookup.sources.values()
    )


def refer_back(
    link: Link,
    phrases: FunctionPhrases,
    found: Sequence[Found],
    age: int,
    taken: set[str],
    rng: Random,
    *,
    shown: bool,
    clear: bool,
    besides: Sequence[Found] = (),
) -> Linked:
    """Refer to what an earlier turn returned.

    Args:
        link: which output is meant.
        phrases: those of the function that returned it.
        found: the values at the link's output.
        age: how many turns ago (1 is the last turn).
        taken: concrete paths that are not meant, because another parameter uses them or the user has not met them.
        rng: the turn's randomness.
        shown: whether the user was told what was returned; of a list that was only looked at, one speaks by name.
        clear: whether "it" and "the cheapest one" can only be of this output; otherwise only names will do.
        besides: things of the kind that other calls returned: a name must not be one of theirs, too.

    Raises:
        Untranslatable: the user has no words for any of them.
    """
    gives = describe_output(phrases, link.output)
    if _is_name(link.output):
        return _by_its_words(link, gives, found, taken, rng, shown=shown)
    if "[]" not in link.output:
        only = choose(found, None)
        words = _name_of(link, gives, only, rng, besides)
        if not clear:
            if not words:
                raise Untranslatable("nobody could say which one is meant")
            return Linked(link, only.value, None, words, gives.pronoun)
        if words and gives.noun in TIMES:
            return Linked(link, only.value, None, words, gives.pronoun)
        # What has a name of its own (a city, a title) is called by it more often than not.
        if age == 1 and rng.random() < (0.25 if words and not _is_thing(link.output) else 0.55):
            # "The car" might be another of those told of before; "it" is the one of just now.
            plain = rng.choice(["it", "that {noun}"] if besides else language().references["last_turn"])
            words = [Piece(gives.pronoun[0] if plain == "it" else _filled(plain, gives, rng), _meaning(link)())]
        elif not words:
            words = [Piece(_filled(rng.choice(language().references["earlier"]), gives, rng), _meaning(link)())]
        return Linked(link, only.value, None, words, gives.pronoun)
    options = _names(link, gives, found, taken, rng, besides)
    if not clear and not options:
        raise Untranslatable("nobody could say which one is meant")
    if not shown and not options and len({str(f.value) for f in found}) > 1:
        raise Untranslatable("the user has not seen the list")
    options += _picks(link, gives, found, rng) if shown and clear else []
    return _one_of(link, gives, found, options, rng)


def slots_of(plan: StepPlan, rng: Random) -> dict[str, SlotFill]:
    """What fills the slots of a step's templates: the words of each argument that has any.

    A second mention of the same thing in one message is a pronoun.
    """
    seen: set[str] = set()

    def fill(name: str) -> SlotFill:
        def pieces(form: str | None) -> Words:
            source = plan.sources[name]
            if isinstance(source, Linked):
                if name in seen:
                    return [Piece(source.pronoun[1 if form == "poss" else 0])]
                seen.add(name)
                if form == "poss" and joined(source.words) == source.pronoun[0]:
                    return [Piece(source.pronoun[1], source.words[0].meaning)]
                return _possessive(source.words) if form == "poss" else source.words
            assert isinstance(source, Said)
            said = _words_of(plan.step.id, name, source)
            slip = source.slip
            if slip is not None and name not in seen and form is None:
                seen.add(name)
                template = parse(rng.choice(language().corrections))
                return template.render({"wrong": lambda _: [Piece(slip)], "right": lambda _: said}, rng)
            return _possessive(said) if form == "poss" else said

        return pieces

    return {name: fill(name) for name, source in plan.sources.items() if _has_words(source)}


def _words_of(step: str, parameter: str, said: Said) -> Words:
    """The words of a value, each part of a list or an object with a meaning of its own."""
    if not said.parts:
        words: Words = [Piece(said.text, Meaning(step, parameter, said.source, said.form, said.value))]
    else:
        words = []
        for path, part in said.parts:
            words += _words_of(step, path, part)
    before: Words = [Piece(said.before)] if said.before else []
    return [*before, *words, Piece(said.after)] if said.after else [*before, *words]


def _has_words(source: Any) -> bool:
    return bool(source.words) if isinstance(source, Linked) else hasattr(source, "text")


def _possessive(words: Words) -> Words:
    text = joined(words)
    return [*words, Piece(possessive(text)[len(text) :])] if text else words


def _picks(link: Link, gives: Gives, found: Sequence[Found], rng: Random) -> list[tuple[Criterion | None, Words]]:
    options: list[tuple[Criterion | None, Words]] = []
    if len({str(f.value) for f in found}) == 1:
        return []
    for pick in gives.pick:
        criterion = Criterion(take=pick.take, by=pick.by)
        if decides(found, criterion):
            words = joined(parse(rng.choice(pick.say)).render({}, rng))
            options.append((criterion, [Piece(words, _meaning(link)(criterion))]))
    return options


def _names(
    link: Link, gives: Gives, found: Sequence[Found], taken: set[str], rng: Random, besides: Sequence[Found] = ()
) -> list[tuple[Criterion | None, Words]]:
    free = [f for f in found if f.path not in taken]
    if not gives.named or not free:
        return []
    element = rng.choice(free)
    for template in rng.sample(gives.named, len(gives.named)):
        fields = {name: element.holder.get(name) for name in sorted(parse(template).needed)}
        if any(value is None for value in fields.values()):
            continue
        criterion = Criterion(take="match", match=fields)
        if decides(found, criterion) and decides([*found, *besides], criterion):
            return [(criterion, [Piece(_rendered(template, element, rng), _meaning(link)(criterion))])]
    return []


def _one_of(
    link: Link,
    gives: Gives,
    found: Sequence[Found],
    options: Sequence[tuple[Criterion | None, Words]],
    rng: Random,
) -> Linked:
    if options:
        criterion, words = rng.choice(options)
        return Linked(link, choose(found, criterion).value, criterion, words, gives.pronoun)
    if len({str(f.value) for f in found}) == 1:
        words = _name_of(link, gives, found[0], rng) or [Piece(f"that {gives.noun}", _meaning(link)())]
        return Linked(link, found[0].value, None, words, gives.pronoun)
    criterion = Criterion(take="first")
    text = _filled(rng.choice(language().references["of_list"]), gives, rng)
    return Linked(
        link,
        choose(found, criterion).value,
        criterion,
        [Piece(text, _meaning(link)(criterion))],
        gives.pronoun,
    )


def _name_of(link: Link, gives: Gives, found: Found, rng: Random, besides: Sequence[Found] = ()) -> Words:
    """What the one thing is called, unless others of its kind are called the same."""
    if not gives.named:
        return []
    for template in rng.sample(gives.named, len(gives.named)):
        fields = {name: found.holder.get(name) for name in sorted(parse(template).needed)}
        known = all(value is not None for value in fields.values())
        if known and (not besides or decides([found, *besides], Criterion(take="match", match=fields))):
            return [Piece(_rendered(template, found, rng), _meaning(link)())]
    return []


def _rendered(template: str, found: Found, rng: Random) -> str:
    def fill(name: str) -> SlotFill:
        def pieces(form: str | None) -> Words:
            value = found.holder[name]
            if form == "poss":
                return [Piece(possessive(str(value)))]
            return [Piece(forms.write(value, form) if form else _plain(value))]

        return pieces

    return joined(parse(template).render({name: fill(name) for name in sorted(parse(template).needed)}, rng))


def _plain(value: Any) -> str:
    return (
        forms.write(value, "number") if isinstance(value, int | float) and not isinstance(value, bool) else str(value)
    )


def _filled(template: str, gives: Gives, rng: Random) -> str:
    if template == "it":
        return gives.pronoun[0]

    def noun(_: str | None) -> Words:
        return [Piece(gives.noun)]

    return joined(parse(template).render({"noun": noun}, rng))


def _meaning(link: Link) -> Any:
    def make(criterion: Criterion | None = None) -> Meaning:
        source: Any = "chosen" if criterion else "bound"
        return Meaning(link.target, link.parameter.removesuffix("[]"), source, criterion=criterion)

    return make


def element_paths(found: Sequence[Found], value: Any) -> str:
    """The concrete path of a value among those found."""
    for one in found:
        if one.value == value:
            return one.path
    raise Untranslatable("the value is not among the outputs")
