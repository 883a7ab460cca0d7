"""Put the pieces of a message together: capitals, the prepositions of dates, and where each value stands."""

from __future__ import annotations

import re
from datetime import date
from random import Random

from magnet_kg.domain.dialogue import Mention, UserMessage
from magnet_kg.teacher.rules.grammar import Piece
from magnet_kg.teacher.rules.plan import Meaning, Words
from magnet_kg.wording.calendar import RELATIVE, write_day_of_year

_PREPOSITIONS = frozenset(
    "on for from by with until till since of is was be to at after before past through about around between and or "
    "than s would will does did do has have had my your our their the a not".split()
)


# In names, numbers and what stands in capitals nobody would see the slip.
_PLAIN_WORD = re.compile(r"(?<![\w'’])[a-z]{4,}(?![\w'’])")


def capitalized(sentence: Words) -> Words:
    """The sentence with a capital; a value that is copied as it is keeps its letters."""
    for index, piece in enumerate(sentence):
        bare = piece.text.lstrip()
        if not bare:
            continue
        # A value that is copied into a call as it is must keep its letters.
        if piece.meaning is not None and piece.meaning.value is not None and piece.meaning.form == "verbatim":
            return sentence
        at = len(piece.text) - len(bare)
        return [
            *sentence[:index],
            Piece(piece.text[:at] + bare[0].upper() + bare[1:], piece.meaning),
            *sentence[index + 1 :],
        ]
    return sentence


def is_ended(text: str) -> bool:
    """Whether a sentence has its final mark."""
    return text.rstrip("\"”'").endswith((".", "?", "!", "…"))


def mistyped(pieces: Words, share: float, rng: Random) -> Words:
    """The pieces with this share of their words typed wrong; a word that says a value is always typed right."""
    if not share:
        return pieces

    def spoilt(match: re.Match[str]) -> str:
        word = match[0]
        if rng.random() >= share:
            return word
        at = rng.randrange(1, len(word) - 1)
        swapped = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        return rng.choice([swapped, word[:at] + word[at + 1 :], word[:at] + word[at] + word[at:]])

    return [p if p.meaning is not None else Piece(_PLAIN_WORD.sub(spoilt, p.text)) for p in pieces]


def assemble_message(pieces: Words) -> UserMessage:
    """The message that pieces make, with the place of everything that means something."""
    text = ""
    mentions: list[Mention] = []
    for piece in pieces:
        piece = _after_preposition(text, piece)
        if piece.text in ("that city", "the city") and text.endswith((" in ", "In ")):
            text, piece = text[:-3], Piece("there" if text[-3] == "i" else "There", piece.meaning)
        if _doubles_preposition(text, piece):
            text = text[: -len("on ")]
        elif _lacks_preposition(text, piece, after_value=bool(mentions) and mentions[-1].end == len(text.rstrip())):
            text += "on "
        text = _with_article(text, piece)
        added = piece.text.lstrip(" ") if text.endswith(" ") or not text else piece.text
        start = len(text)
        text += added
        if piece.meaning is not None and piece.text:
            mentions += _mentions(piece.meaning, start, len(text))
    return UserMessage(text=text.rstrip(), mentions=tuple(mentions))


def _with_article(text: str, piece: Piece[Meaning]) -> str:
    """ "a Italian tutor" is "an Italian tutor", whatever value stands there."""
    article = re.search(r"(?<![\w'’])([Aa])(n?) $", text)
    if article is None or piece.meaning is None or not piece.text[:1].isalpha():
        return text
    vowel = re.match(r"(?!uni|use|usu|uku|euro|one|once)(?:[aeiou]|hour|honest)|8|11\b|18\b", piece.text, re.IGNORECASE)
    return f"{text[: article.start()]}{article[1]}{'n' if vowel else ''} "


def _lacks_preposition(text: str, piece: Piece[Meaning], *, after_value: bool) -> bool:
    """ "what is it like in Oslo 6 December" lacks an "on"; "for 6 December" does not.

    A value may end in a preposition of its own: "the city those trains leave from".
    """
    if piece.meaning is None or piece.meaning.form not in ("day", "moment") or RELATIVE.match(piece.text):
        return False
    before = re.findall(r"[A-Za-z']+|[^\w\s]", text)
    return (
        bool(before)
        and text.endswith(" ")
        and (after_value or re.sub(r"^.*'", "", before[-1].lower()) not in _PREPOSITIONS)
        and before[-1].isalnum()
    )


def _after_preposition(text: str, piece: Piece[Meaning]) -> Piece[Meaning]:
    """ "move it to in ten days" is no English either: after a preposition the day is named by its date."""
    said_day = piece.meaning is not None and piece.meaning.form in ("day", "moment")
    if (
        not said_day
        or not text.endswith(
            tuple(f" {p} " for p in ("to", "by", "for", "until", "on", "from", "after", "before", "than", "with"))
        )
        or not piece.text.startswith("in ")
    ):
        return piece
    assert piece.meaning is not None
    _, at, hour = piece.text.partition(" at ")
    return Piece(write_day_of_year(date.fromisoformat(str(piece.meaning.value)[:10])) + at + hour, piece.meaning)


def _doubles_preposition(text: str, piece: Piece[Meaning]) -> bool:
    """ "on tomorrow" is no English: a relative day brings its own preposition."""
    said_day = piece.meaning is not None and piece.meaning.form in ("day", "moment")
    return said_day and text.endswith(" on ") and RELATIVE.match(piece.text) is not None


def _mentions(meaning: Meaning, start: int, end: int) -> list[Mention]:
    return [
        Mention(
            step=step,
            parameter=meaning.parameter,
            start=start,
            end=end,
            source=meaning.source,
            form=meaning.form,
            value=meaning.value,
            criterion=meaning.criterion,
        )
        for step in (meaning.step, *meaning.also)
    ]
