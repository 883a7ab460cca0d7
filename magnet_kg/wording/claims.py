"""Claims: the dates, times, numbers, codes and names of a message, and whether anything known supports them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from magnet_kg.domain.values import scalars
from magnet_kg.wording import calendar
from magnet_kg.wording.calendar import DAYS, MONTHS
from magnet_kg.wording.names import proper_names
from magnet_kg.wording.numbers import SMALL
from magnet_kg.wording.written import shows

_DATE = re.compile(rf"\b(\d{{1,2}}) ({'|'.join(MONTHS)})\b")
_TIME = re.compile(r"\b(\d{1,2})(?::(\d{2}))? (am|pm)\b")
_LONG = re.compile(r"\b(?:(\d+) h (\d+) min|(\d+) hours?|(\d+) minutes?)\b")
_MORE = re.compile(r"\b(\d+) more\b")
_TOKEN = re.compile(r"(?<![\w])[A-Za-z]*\d[\w,.:-]*")
# "One" and "zero" are as often no numbers.
_COUNTED = re.compile(rf"\b(?:{'|'.join(SMALL[2:])})\b", re.IGNORECASE)
_NAME = re.compile(r"(?<![\w'’])[A-Z][A-Za-z'’-]+")

_UNITS = frozenset("KB MB GB TB KWh Wi-Fi TV PDF".split())
# What anybody calls the things of computing, whether a definition writes them like this or in one word ("vpcId").
_ABBREVIATIONS = frozenset(
    "ID IDs ARN ARNs API APIs VPC VPCs DB IP IPs URL URLs URI DNS TLS SSL HTTP HTTPS IAM KMS ACL ACLs CIDR SSH NAT VPN "
    "SMS MFA SAML OIDC SSO IoT JSON CSV XML HTML SQL UI CA PKI OU QoS SLA SLO CDN LAN MAC VM VMs AWS".split()
)
_ID = re.compile(r"[a-z]+_[0-9a-z]{3,}$")
_NOTHING = re.compile(
    r"\b(?:no|not|none|nothing|nobody|nowhere|never|neither|without|empty|zero|cannot|unable|beyond|lack|free|clear)\b|n['’]t\b",
    re.IGNORECASE,
)


@dataclass
class Known:
    """What an assistant may say at a point of a dialogue: everything in outputs, in the user's words and stated."""

    numbers: set[float] = field(default_factory=set)
    days: set[tuple[int, int]] = field(default_factory=set)
    weekdays: set[str] = field(default_factory=set)
    times: set[tuple[int, int]] = field(default_factory=set)
    digits: set[str] = field(default_factory=set)
    texts: set[str] = field(default_factory=set)
    words: set[str] = field(default_factory=set)
    longest: int = 0
    _taken: set[str] = field(default_factory=set)

    def add_value(self, value: Any) -> None:
        """Take in a whole output."""
        self._add_lengths(value)
        for leaf in scalars(value):
            self._add_leaf(leaf)

    def add_definition(self, content_hash: str, description: str, parameters: str) -> None:
        """Take in the words of a function that is offered."""
        self.words |= vocabulary(content_hash, description, parameters)

    def add_text(self, text: str) -> None:
        """Take in what somebody said."""
        self.words |= _words(text)
        for token in _TOKEN.findall(text):
            self.digits.add(token.strip(",.:-"))
            number = _number(token)
            if number is not None:
                self.numbers.add(number)
        for day, month in _DATE.findall(text):
            self.days.add((MONTHS.index(month) + 1, int(day)))
        for hour, minute, half in _TIME.findall(text):
            self.times.add((int(hour) % 12 + (12 if half == "pm" else 0), int(minute or 0)))

    def _add_leaf(self, leaf: Any) -> None:
        if isinstance(leaf, bool) or leaf is None:
            return
        if isinstance(leaf, int | float):
            self.numbers.add(float(leaf))
            return
        text = str(leaf)
        if text in self._taken:
            return
        self._taken.add(text)
        means = _read(text)
        self.texts |= means.texts
        self.words |= means.words
        self.digits |= means.digits
        self.days |= means.days
        self.weekdays |= means.weekdays
        self.times |= means.times

    def _add_lengths(self, value: Any) -> None:
        if isinstance(value, list):
            self.numbers.add(float(len(value)))
            self.longest = max(self.longest, len(value))
        for child in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            self._add_lengths(child)


@dataclass(frozen=True)
class _Means:
    """What a text of an output allows to say."""

    texts: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()
    digits: frozenset[str] = frozenset()
    days: frozenset[tuple[int, int]] = frozenset()
    weekdays: frozenset[str] = frozenset()
    times: frozenset[tuple[int, int]] = frozenset()


@lru_cache(maxsize=65536)
def _read(text: str) -> _Means:
    clock = calendar.parse_clock(text)
    if clock is not None:
        return _Means(times=frozenset([(clock.hour, clock.minute)]))
    moment = calendar.parse_iso(text)
    if moment is not None:
        return _Means(
            texts=frozenset([text]),
            days=frozenset([(moment.month, moment.day)]),
            weekdays=frozenset([DAYS[moment.weekday()]]),
            digits=frozenset([str(moment.year)]),
            times=frozenset([(moment.hour, moment.minute)] if isinstance(moment, datetime) else []),
        )
    digits = frozenset(token.strip(",.:-") for token in _TOKEN.findall(text))
    return _Means(texts=frozenset([text]), words=frozenset(_words(text)), digits=digits)


def unsupported(answer: str, known: Known) -> list[str]:
    """The dates, times, numbers, codes and names of an answer that nothing known supports."""
    claims: list[str] = []
    rest = answer
    # What is quoted as a whole is supported as a whole; its parts need not be looked at.
    for text in sorted((t for t in known.texts if len(t) > 3 and t in rest), key=len, reverse=True):
        rest = rest.replace(text, " ")
    for pattern, supported in (
        (_DATE, lambda m: (MONTHS.index(m[2]) + 1, int(m[1])) in known.days),
        (_TIME, lambda m: (int(m[1]) % 12 + (12 if m[3] == "pm" else 0), int(m[2] or 0)) in known.times),
        (_LONG, lambda m: _minutes(m) & known.numbers),
        (_MORE, lambda m: int(m[1]) < known.longest),
    ):
        for match in list(pattern.finditer(rest)):
            if supported(match):
                rest = rest.replace(match[0], " ", 1)
            elif pattern in (_DATE, _TIME):
                claims.append(match[0])
                rest = rest.replace(match[0], " ", 1)
    for token in (t.strip(",.:-") for t in _TOKEN.findall(rest)):
        if token and token not in known.digits and not _is_known_number(token, known):
            claims.append(token)
    for match in _COUNTED.finditer(rest):
        if match[0].lower() not in known.words and not _is_known_number(str(SMALL.index(match[0].lower())), known):
            claims.append(match[0])
    for match in _NAME.finditer(rest):
        if _starts_sentence(rest, match.start()) and _name_alone(match[0]) not in proper_names():
            continue
        if not _is_known_word(match[0], known):
            claims.append(match[0])
    return claims


def shows_something(answer: str, output: Any, arguments: Iterable[Any], *, lookup: bool = False) -> bool:
    """Whether an answer gives anything of an output, or says of an empty one that there is nothing.

    Args:
        answer: the message to the user.
        output: what the call returned.
        arguments: the values that the call was made with.
        lookup: the function only looks something up: then repeating what was asked is no answer.
    """
    given = scalars(list(arguments))
    told = [leaf for leaf in scalars(output) if not isinstance(leaf, bool) and leaf not in (None, "", [], {})]
    fresh = [leaf for leaf in told if leaf not in given and not (isinstance(leaf, str) and _ID.match(leaf))]
    lengths = [len(v) for v in output.values() if isinstance(v, list)] if isinstance(output, dict) else []
    if not fresh and lengths and not any(lengths):
        return _NOTHING.search(answer) is not None
    if not told and not lengths:
        return bool(answer)
    if fresh and lookup:
        return any(shows(answer, value) for value in [*fresh, *lengths])
    return any(shows(answer, value) for value in [*told, *lengths, *given])


def asks(answer: str) -> bool:
    """Whether a message asks for something, as it must where a value is missing."""
    return "?" in answer


def declines(answer: str) -> bool:
    """Whether a message says that something cannot be done or had, as it must where a function is missing."""
    return _NOTHING.search(answer) is not None


def _minutes(match: re.Match[str]) -> set[float]:
    if match[1]:
        return {float(int(match[1]) * 60 + int(match[2]))}
    if match[3]:
        return {float(match[3]) * 60, float(match[3])}
    return {float(match[4])}


def _number(token: str) -> float | None:
    try:
        return float(token.strip(",.:-").replace(",", ""))
    except ValueError:
        return None


def _is_known_number(token: str, known: Known) -> bool:
    number = _number(token)
    if number is None:
        return False
    if number in known.numbers or -number in known.numbers:
        return True
    decimals = len(token.partition(".")[2])
    return any(abs(round(abs(value), decimals) - number) < 1e-9 for value in known.numbers)


def _is_known_word(word: str, known: Known) -> bool:
    plain = _name_alone(word)
    if plain in _UNITS or plain in _ABBREVIATIONS or plain == "I" or plain.startswith(("I'", "I’")) or plain in MONTHS:
        return True
    if plain in DAYS:
        return plain in known.weekdays or plain.lower() in known.words
    return all(part.lower() in known.words for part in re.split(r"[-'’]", plain) if part)


def _name_alone(word: str) -> str:
    return re.sub(r"['’]s?$", "", word)


def _starts_sentence(text: str, at: int) -> bool:
    before = text[:at].rstrip(' "‘(')
    return not before or before[-1] in ".!?:;\n–—”“"


def _words(text: str) -> set[str]:
    return {part.lower() for part in re.findall(r"[A-Za-zÀ-ÿ]+", text)}


@lru_cache(maxsize=8192)
def vocabulary(_hash: str, *texts: str) -> frozenset[str]:
    """The words of a function's definition, which an assistant may use."""
    return frozenset().union(*(_words(text) for text in texts))
