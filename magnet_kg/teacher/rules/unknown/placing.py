"""Where a value stands in a request: in the place of the words that mean it, or at the end with a preposition."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from magnet_kg.teacher.rules.entries import ChoiceOf
from magnet_kg.teacher.rules.unknown.clauses import Clause
from magnet_kg.teacher.rules.unknown.naming import plural, singular, with_article
from magnet_kg.teacher.rules.unknown.naming import spoken as spoken_name
from magnet_kg.teacher.rules.unknown.noun_phrases import (
    AND_NOUN,
    HEAD,
    INNER,
    LEFT,
    NP,
    ONE_PLACE,
    ONE_THING,
    PLACES,
    QUALIFIED,
    SPECIFIED,
    TAGS,
)
from magnet_kg.teacher.rules.unknown.spoken import Spoken, around_thing
from magnet_kg.teacher.rules.unknown.tails import tail_of

_SAME = {
    "app": "application",
    "db": "database",
    "org": "organization",
    "repo": "repository",
    "env": "environment",
    "config": "configuration",
    "dir": "directory",
    "asset": "item",
    "fn": "function",
}


@dataclass
class Placed:
    """A request being put together.

    Attributes:
        about: what the request is about, with slots in the place of words.
        tails: what comes after it, each with a slot and its preposition.
        around: the words around the values of each parameter, where they are others than the parameter's own.
        ability: the same without values.
        raw: `about` before what is left of "the specified …" was made plain.
    """

    about: str
    tails: list[str] = field(default_factory=list)
    spoken: dict[str, Spoken] = field(default_factory=dict)
    ability: str = ""
    raw: str = ""


def place(clause: Clause, required: Sequence[Spoken], optional: Sequence[Spoken], silent: Sequence[str] = ()) -> Placed:
    """Put every value in its place.

    Args:
        clause: the request.
        required: parameters that are always said.
        optional: parameters that are said at times; their tails are in brackets.
        silent: required parameters for which nobody could say a value; an earlier output may supply it.
    """
    placed = Placed(_without_place(clause.about, required))
    first_thing = True
    left: list[Spoken] = []
    for spoken in _in_order(required):
        inside = _inside(placed.about, spoken, clause, first=not any(one.new for one in placed.spoken.values()))
        if inside is None:
            left.append(spoken)
        else:
            placed.about, placed.spoken[spoken.name] = inside
            first_thing = False
    left.sort(key=lambda one: not _is_bare(one, clause))
    tails: dict[str, str] = {}
    for spoken in left:
        inside = _named(placed.about, spoken, clause, first=_is_open(placed, clause, first_thing)) or _inner(
            placed.about, spoken, left
        )
        if inside is not None:
            placed.about, placed.spoken[spoken.name] = inside
            first_thing = False
        else:
            placed.spoken[spoken.name] = _alone(spoken)
            tails[spoken.name] = tail_of(placed.spoken[spoken.name], clause)
    placed.tails = [tails[one.name] for one in _in_order(required) if one.name in tails]
    placed.tails += [f" with {{{name}}} as the {spoken_name(name)}" for name in silent]
    for spoken in optional:
        placed.tails.append(f"[{tail_of(spoken, clause)}]")
        placed.spoken[spoken.name] = _alone(spoken)
    # "for organization X and user", where the user has been said already.
    placed.raw = placed.about
    placed.about = tidy(AND_NOUN.sub(r"\1", placed.about))
    placed.ability = tidy(clause.about)
    placed.tails.sort(key=lambda tail: tail.startswith("["))
    return placed


def tidy(about: str) -> str:
    """What is left of "the specified instances" is "the instances"; of "a given queue" "a queue"."""

    def plain(match: re.Match[str]) -> str:
        return f"{match['det']} " if match["det"] else "the "

    text = LEFT.sub(plain, about)
    text = re.sub(r"\b(the|a|an|your) (?:the|a|an|your) ", r"\1 ", text)
    text = re.sub(r"\b[Aa]n? (?=(\w+))", lambda m: with_article(m[1]).split(" ")[0] + " ", text)
    return re.sub(r"\s+", " ", text).strip()


def _is_open(placed: Placed, clause: Clause, first: bool) -> bool:
    """Whether the thing that a request is about has no name yet."""
    return not any(one.new for one in placed.spoken.values()) if clause.kind == "create" else first


def _is_bare(spoken: Spoken, clause: Clause) -> bool:
    """Whether a parameter's name says nothing but that it names the thing itself: `id`, `Name`, `arn`."""
    plain = re.sub(r"[\W_]", "", spoken.name).lower()
    return plain in _BARE or spoken.noun == clause.noun


_BARE = frozenset(
    "id name arn identifier uuid key uid accession number slug code resourceid resourcename displayname title".split()
)


def _in_order(required: Sequence[Spoken]) -> list[Spoken]:
    """Things first (they may stand in the request itself), the longest noun first; then texts, amounts and times."""
    ranks = {
        "thing": 0,
        "person": 0,
        "query": 1,
        "place": 2,
        "choice": 2,
        "tags": 1,
        "text": 3,
        "amount": 3,
        "start": 4,
        "end": 5,
        "when": 4,
        "limit": 6,
        "flag": 6,
    }
    return sorted(required, key=lambda one: (ranks[one.role], -len(one.noun.split())))


def _nouns(noun: str) -> list[str]:
    """The ways in which a clause may call what a parameter names: whole, without its first words, by its last."""
    words = noun.lower().split()
    found = [" ".join(words[at:]) for at in range(len(words))]
    for one in list(found):
        last = one.split()[-1]
        other = _SAME.get(last) or next((short for short, long in _SAME.items() if long == last), None)
        if other:
            found.append(" ".join([*one.split()[:-1], other]))
    return [one for one in found if one and one not in ("name", "id", "value", "type")]


def _inside(about: str, spoken: Spoken, clause: Clause, *, first: bool) -> tuple[str, Spoken] | None:
    """The request with the value in the place of the words that mean it, or None where there are none."""
    if spoken.role not in ("thing", "person", "query", "choice", "tags", "place") or not spoken.noun:
        return None
    several = spoken.made.many is not None
    takes_one = spoken.role == "thing" and not several and clause.kind in ("update", "delete", "act")
    if takes_one and about.lower() == plural(spoken.noun).lower():
        # "Patch mute configs" of a method that takes one.
        return "{" + spoken.name + "}", _with_noun(spoken, spoken.noun)
    if spoken.role in ("choice", "tags") or isinstance(spoken.made.of, ChoiceOf):
        return _choice_inside(about, spoken)
    phrases = list(NP.finditer(about))
    named = re.sub(r"[\W_]", "", spoken.name).lower() in ("resource", "resourcename", "resourcearn", "resourceid")
    for noun in [*_nouns(spoken.noun), *(["resource"] if named else [])]:
        for match in phrases:
            head = _headed(match["words"], noun, several=several)
            if head is not None and _is_meant(about, match, clause, several=several):
                made = _put(about, match, head, spoken, clause, first=first)
                if made is not None:
                    return made
    return None


def _headed(words: str, noun: str, *, several: bool) -> str | None:
    """The noun phrase without "name" or "ID" at its end, if it ends in a noun."""
    plain = _NAMED.sub("", words)
    low = plain.lower()
    for one in (plural(noun), noun) if several else (noun,):
        if low == one or low.endswith(f" {one}"):
            return plain
    return None


def _is_meant(about: str, match: re.Match[str], clause: Clause, *, several: bool) -> bool:
    """Whether a noun phrase stands for the one thing that a value names."""
    if match["det"] or match["qual"] or several:
        return True
    if match.start() == 0 and match.end() != len(about) and clause.kind in ("look", "search", "create"):
        return False
    if match["words"][:1].isupper():
        return False  # a name stands there as it is ("from SGD")
    before = about[: match.start()].split()[-1:]
    return not before or before[0].lower() in _BEFORE


def _put(
    about: str, match: re.Match[str], head: str, spoken: Spoken, clause: Clause, *, first: bool
) -> tuple[str, Spoken] | None:
    if match["poss"]:
        return _replaced(about, match.start("np"), match.end("poss"), "{" + spoken.name + ":poss}"), spoken
    fresh = (match["det"] or "").strip().lower() in ("a", "an") or "new" in match["qual"].lower()
    if clause.kind == "create" and match.start() == 0 and fresh:
        if not first and spoken.role == "thing":
            return None
        made = spoken.made
        if not made.around[0][0].startswith(" titled"):
            words = ("with the ID",) if made.sort in _IDS else ("called", "named")
            made = made.model_copy(update={"around": tuple((f" {word} ", "") for word in words)})
        slot = "{" + spoken.name + "}"
        return _replaced(about, match.end("np"), match.end("np"), slot), replace(spoken, made=made, new=True)
    text = _replaced(about, match.start("np"), match.end("np"), "{" + spoken.name + "}")
    return text, _with_noun(spoken, singular(head))


def _choice_inside(about: str, spoken: Spoken) -> tuple[str, Spoken] | None:
    """ "a resource of the specified type" and the like: the words of the set take the place of the noun phrase."""
    slot = "{" + spoken.name + "}"
    if spoken.role == "tags":
        match = TAGS.search(about)
        if match:
            made = spoken.made.model_copy(update={"around": (("the tag ", ""), ("", " as a tag"), ("tags ", ""))})
            return _replaced(about, match.start(), match.end(), slot), replace(spoken, made=made)
        return None
    noun = spoken.noun.lower()
    for found in NP.finditer(about):
        if found["det"] and found["qual"] and found["words"].lower() == noun and not found["poss"]:
            made = spoken.made.model_copy(update={"around": (("", ""), ("the ", f" {spoken.noun}"))})
            return _replaced(about, found.start("np"), found.end("np"), slot), replace(spoken, made=made)
    return None


_IDS = frozenset(["id", "opaque", "number", "uuid", "arn", "account"])
_BEFORE = frozenset("for in of from on to with by at into onto under within".split())
_NAMED = re.compile(r" (?:name|ID|identifier|ARN)$", re.IGNORECASE)


def _with_noun(spoken: Spoken, noun: str) -> Spoken:
    """The parameter called what the request calls it ("the Connect instance"), where it has words around it at all."""
    made = spoken.made
    if made.around == (("", ""),) or made.sort == "resource":
        return spoken
    named = any(after for _, after in made.around) or ("the " + noun, "") in made.around
    many = plural(noun)
    return replace(
        spoken,
        noun=noun,
        made=made.model_copy(
            update={
                "around": around_thing(noun, named=named)[: 4 if named else 3],
                "around_many": ((f"{many} ", ""), (f"the {many} ", "")),
            }
        ),
    )


def _replaced(text: str, start: int, end: int, by: str) -> str:
    return text[:start] + by + text[end:]


def _alone(spoken: Spoken) -> Spoken:
    """At the end of the request a path says where, and an id needs its noun."""
    if spoken.made.sort == "resource":
        return replace(spoken, made=spoken.made.model_copy(update={"sort": "resource_in"}))
    return spoken


def _without_place(about: str, required: Sequence[Spoken]) -> str:
    """ "… in a given project and location" says what a path says better."""
    if not any(one.made.sort == "resource" for one in required):
        return about
    cut = PLACES.sub("", about)
    if any(one.noun == "location" for one in required):
        cut = ONE_PLACE.sub("", cut)
    return cut if cut.strip() and "{" not in cut else about


def _named(about: str, spoken: Spoken, clause: Clause, *, first: bool) -> tuple[str, Spoken] | None:
    """The one thing that a request is about, named by an id whose own name does not say so: "pathway 12 from …"."""
    if spoken.role != "thing" or spoken.made.many is not None or ("{" in about and clause.kind != "create"):
        return None
    if clause.kind == "create":
        plain = re.sub(r"[\W_]", "", spoken.name).lower()
        if (
            first
            and (plain in ("name", "displayname", "title") or plain == re.sub(r"\W", "", clause.noun).lower() + "name")
            and spoken.made.sort in _NEW_SORTS
        ):
            made = spoken.made.model_copy(update={"around": ((" called ", ""), (" named ", ""))})
            match = HEAD.match(about)
            at = match.end("np") if match else len(about)
            return about[:at] + "{" + spoken.name + "}" + about[at:], replace(spoken, made=made, new=True)
        return None
    if not first or clause.kind not in ("look", "delete", "update", "act", "check"):
        return None
    shared = set(spoken.noun.lower().split()) & set(clause.noun.lower().split())
    if (
        not _is_bare(spoken, clause)
        and not shared
        and len(_singular_objects(clause)) > 0
        and spoken.made.sort not in ("", "slug")
    ):
        return None
    match = ONE_THING.match(about)
    if (
        match is None
        or (about.startswith("the ") and not SPECIFIED.match(about))
        or singular(match["np"]) != match["np"].strip()
    ):
        return None
    if re.match(r" for [A-Z]", match["rest"]) and match["np"][:1].isupper():
        return None  # "FSx for Windows file system" is one name
    last = re.sub(r"[\W_]", "", spoken.name).lower()
    if not last.endswith(
        ("id", "name", "arn", "identifier", "accession", "uid", "number", "key", "symbol", "slug", "uuid", "code")
    ):
        return None
    noun = match["np"].strip()
    made = spoken.made.model_copy(update={"around": ((f"{noun} ", ""), (f"the {noun} ", ""))})
    return "{" + spoken.name + "}" + match["rest"], replace(spoken, made=made, noun=noun)


def _inner(about: str, spoken: Spoken, left: Sequence[Spoken]) -> tuple[str, Spoken] | None:
    """The one thing further back that only this value can name: "associations for yeast gene S000000364"."""
    if (
        spoken.role != "thing"
        or spoken.made.many is not None
        or sum(one.role == "thing" for one in left) > 1
        or spoken.made.sort == "resource"
    ):
        return None
    found = list(INNER.finditer(about))
    if len(found) != 1 or "{" in found[0]["np"]:
        return None
    noun = QUALIFIED.sub("", found[0]["np"]).strip()
    if (
        singular(noun) != noun
        or len(noun.split()) > 4
        or noun.lower() in ("time", "user", "type", "single", "list", "resource", "account", "response")
    ):
        return None
    made = spoken.made.model_copy(update={"around": ((f"{noun} ", ""), (f"the {noun} ", ""))})
    return _replaced(about, found[0].start("whole"), found[0].end("whole"), "{" + spoken.name + "}"), replace(
        spoken, made=made, noun=noun
    )


def _singular_objects(clause: Clause) -> list[str]:
    """Nouns further back in the request that the value may mean as well."""
    return re.findall(r"\b(?:for|of|in|from) (?:an?|the) (\w+)", clause.about)


_NEW_SORTS = frozenset(["slug", "bucket", "pool:title", "title", "pool:company", "person", "pool:table", "id"])
__all__ = ["Placed", "place", "tidy"]
