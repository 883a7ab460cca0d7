"""Names and verbs as plain English: `DBInstanceId` is a "DB instance", "Describes" is "describe", "describing"."""

from __future__ import annotations

import re
from functools import lru_cache

from magnet_kg.teacher.rules.unknown.data import data

_WORD = re.compile(r"[A-Z]+s?(?![a-z])|[A-Z]?[a-z]+|\d+[a-z]*|[^\W\d_]+")
_IRREGULAR = {
    "send": "sent",
    "put": "put",
    "set": "set",
    "get": "got",
    "run": "run",
    "begin": "begun",
    "write": "written",
    "read": "read",
    "find": "found",
    "build": "built",
    "reset": "reset",
    "split": "split",
    "show": "shown",
    "make": "made",
    "give": "given",
    "take": "taken",
    "undo": "undone",
    "withdraw": "withdrawn",
    "sell": "sold",
    "buy": "bought",
    "let": "let",
    "cut": "cut",
    "hold": "held",
    "leave": "left",
    "choose": "chosen",
    "draw": "drawn",
    "upload": "uploaded",
    "download": "downloaded",
    "unset": "unset",
    "bring": "brought",
    "do": "done",
    "lock": "locked",
}
# Verbs of more than one syllable that double their last letter all the same.
_DOUBLED = frozenset(
    "log stop tag drop plan map submit permit transfer refer defer ship swap strip unplug commit admit plug scan pin "
    "unpin trim clip flag snap batch_get untag unmap remap program rerun rebut".split()
)
_NO_VERBS = frozenset("this is has access process address status analysis bus gas always".split())


@lru_cache(maxsize=65536)
def name_parts(name: str) -> tuple[str, ...]:
    """The words of a name, lower case but for abbreviations: `DBInstanceIds` gives DB, instance, IDs."""
    spaced = re.sub(r"([A-Z]+)([A-Z][a-z]{2,})", r"\1 \2", name)
    short = data().abbreviations
    return tuple(short.get(word.lower(), word.lower()) for word in _WORD.findall(spaced))


def spoken(name: str) -> str:
    """A name in words: "DB instance IDs"."""
    return " ".join(name_parts(name))


@lru_cache(maxsize=65536)
def plural(noun: str) -> str:
    """The plural of a noun phrase, by its last word."""
    head, _, last = noun.rpartition(" ")
    low = last.lower()
    if low in data().plurals:
        made = data().plurals[low]
    elif is_plural(last):
        made = last
    elif low.endswith("y") and low[-2:-1] not in "aeiou":
        made = last[:-1] + "ies"
    elif low.endswith(("s", "x", "z", "ch", "sh")):
        made = last + "es"
    else:
        made = last + "s"
    return f"{head} {made}".strip()


@lru_cache(maxsize=65536)
def singular(noun: str) -> str:
    """The singular of a noun phrase, by its last word."""
    head, _, last = noun.rpartition(" ")
    back = {many: one for one, many in data().plurals.items()}
    low = last.lower()
    if low in back:
        made = back[low]
    elif low in data().not_plural or not low.endswith("s") or low.endswith(("ss", "us", "is")):
        made = last
    elif low.endswith("ies") and len(low) > 4:
        made = last[:-3] + "y"
    elif low.endswith(("sses", "shes", "ches", "xes", "zes")):
        made = last[:-2]
    else:
        made = last[:-1]
    return f"{head} {made}".strip()


def is_plural(noun: str) -> bool:
    """Whether a noun phrase, by its last word, is a plural."""
    last = noun.rpartition(" ")[2].lower()
    if last in data().plurals.values():
        return True
    return last.endswith("s") and last not in data().not_plural and not last.endswith(("ss", "us", "is"))


def with_article(noun: str) -> str:
    """ "an instance", "a VPC", "a user"."""
    first = noun.split(" ")[0]
    if re.match(r"(?i)uni|use|usu|euro|one\b|url|uri|ui\b|ut|uuid", first):
        return f"a {noun}"
    if re.match(r"(?i)hour|honest|heir", first):
        return f"an {noun}"
    letters = first.isupper() and len(first) <= 5
    vowel = first[:1] in "AEFHILMNORSX" and first not in ("SNS", "SAML", "SIM", "SIP", "RAM", "REST", "LAN", "NAT")
    return f"{'an' if (vowel if letters else first[:1].lower() in 'aeio' or first[:1].lower() == 'u') else 'a'} {noun}"


@lru_cache(maxsize=8192)
def bare(verb: str) -> str:
    """The bare form of a verb in the third person ("Searches", "creates", "applies"); other words as they are."""
    low = verb.lower()
    if low in _NO_VERBS or not re.fullmatch(r"[a-z-]{2,}s", low) or low.endswith("ss"):
        return low
    if low.endswith("ies"):
        return low[:-3] + "y"
    if low.endswith(("sses", "shes", "tches", "rches", "nches", "xes", "zzes", "oes")):
        return low[:-2]
    return low[:-1]


@lru_cache(maxsize=8192)
def done(verb: str) -> str:
    """The past participle of a bare verb."""
    if verb in _IRREGULAR:
        return _IRREGULAR[verb]
    if verb.endswith("e"):
        return verb + "d"
    if verb.endswith("y") and verb[-2:-1] not in "aeiou":
        return verb[:-1] + "ied"
    return (verb + verb[-1] if verb in _DOUBLED else verb) + "ed"


@lru_cache(maxsize=8192)
def doing(verb: str) -> str:
    """The -ing form of a bare verb."""
    if verb in ("set", "reset", "get", "run", "put", "begin", "split", "cut", "let") or verb in _DOUBLED:
        return f"{verb}{verb[-1]}ing"
    if verb.endswith("e") and not verb.endswith(("ee", "oe", "ye")):
        return verb[:-1] + "ing"
    return verb + "ing"
