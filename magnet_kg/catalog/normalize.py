"""Names, texts and schemas of other people's catalogs, made fit for providers and for reading."""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Container, Sequence
from functools import lru_cache
from itertools import count
from typing import Any

import jsonschema_rs

LONGEST_NAME = 64
# What it raises to read data that are not of the form that they should be of.
MALFORMED = (AttributeError, KeyError, RecursionError, TypeError, ValueError)
# Longer ones say more than anybody reads, and cost seconds to check.
LONGEST_PATTERN = 200
# EC2 knows more than a thousand types of instances, and many operations take one.
MOST_CHOICES = 64

_BLOCKS = (
    "p|br|hr|li|ul|ol|dl|dt|dd|note|important|caution|warning|div|h[1-6]|table|thead|tbody|tr|td|th|pre|blockquote"
)
_MARKS = "a|b|i|u|em|strong|code|tt|span|sub|sup|font|small|link|ulink|img|replaceable|filename|fullname|emphasis|para"
_BLOCK = re.compile(rf"</?(?:{_BLOCKS})(?:\s[^<>]*)?/?>", re.IGNORECASE)
_MARK = re.compile(rf"</?(?:{_MARKS})(?:\s[^<>]*)?/?>", re.IGNORECASE)
_COMMON = (("<p>", " "), ("</p>", " "), ("<code>", ""), ("</code>", ""))
_HALF_TAG = re.compile(r"<[^<>]*$")
_IMAGE_OR_LINK = re.compile(r"!?\[([^\[\]]*)\]\(\s*[^()\s]*(?:\s+\"[^\"]*\")?\)|\[([^\[\]]+)\]\[[^\[\]]*\]")
_CODE_MARKS = re.compile(r"```\w*\n?|`+")
_STARS = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*", re.DOTALL)
_HEADING = re.compile(r"^[ \t]*#{1,6}[ \t]+", re.MULTILINE)
_SPACE_BEFORE = re.compile(r"[ ]+([,;)\]]|[.:](?=\s|$))")
_SPACED = (" .", " ,", " :", " ;", " )", " ]")
# A full stop that belongs to no abbreviation, and what may begin a sentence after it.
_SENTENCE_END = re.compile(r"(?<!e\.g)(?<!i\.e)(?<!etc)(?<!\bvs)(?<![ (][A-Z])[.!?](?= [A-Z0-9\"'(\[])")
# What points to a page that is not here.
_SEE = re.compile(
    r"(?:^|(?<=[.!?:] ))(?:For (?:(?:more|further|additional|detailed) )?(?:information|details|examples?)|See also|"
    r"To learn more)\b[^.]*(?:\.\w[^.]*)*\.(?: |$)"
)
# Patterns that are surely right, which most are: to compile one takes a millisecond.
_COUNT = r"(?:\d\d?|1\d\d|2[0-4]\d)"
_SURELY_RIGHT = re.compile(
    r"\^?(?:(?:\[(?:a-z|A-Z|0-9|a-f|A-F|\\[dws./-]|[A-Za-z0-9_.:/@=+, ])+-?\]|[A-Za-z0-9_:/-]|\\[dws./-])"
    rf"(?:[*+?]|\{{(?:{_COUNT}|{_COUNT},|0,{_COUNT}|1,(?:[1-9]\d?|1\d\d|2[0-4]\d))\}})?)*\$?",
    re.ASCII,
)
_SAYS_NOTHING = re.compile(r"(\(\?s\))?\^?\(?(\.|\[\\s\\S\]|\[\\S\\s\])([*+]|\{[01],\d*\})\)?[*+]?\$?")


def fit_name(original: str, taken: Container[str] = ()) -> str:
    """A name that every provider takes (64 letters, digits, `_`, `-`), the same for the same original.

    What is cut off is stood for by a hash. Two short originals may differ in what is replaced alone (`pets.list`,
    `pets_list`): the second gets a hash too, where the name of the first is among those `taken`. The original is kept
    on the function (`original_name`).
    """
    fit = re.sub(r"[^A-Za-z0-9_-]+", "_", original).strip("_")
    if fit and len(fit) <= LONGEST_NAME and fit not in taken:
        return fit
    names = (hashed_name(fit, original + "#" * attempt) for attempt in count())
    return next(name for name in names if name not in taken)


def hashed_name(fit: str, original: str) -> str:
    """The beginning of a name, made distinct by a hash of the original that it stands for."""
    digest = hashlib.sha256(original.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{_cut(fit, LONGEST_NAME - 9)}_{digest}".lstrip("_")


def plain_text(text: str) -> str:
    """A description without markup (HTML, Markdown, entities), on one line.

    Only tags that HTML and the documentation of the catalogs know are taken out: `projects/<project>` stays.
    """
    if "<" in text:
        # The commonest, which are most of 100 MB, the quick way.
        for tag, instead in _COMMON:
            text = text.replace(tag, instead)
    if "<" in text:
        text = _MARK.sub("", _BLOCK.sub(" ", text))
    if "[" in text:
        text = _IMAGE_OR_LINK.sub(lambda found: found[1] or found[2] or "", text)
    if "`" in text:
        text = _CODE_MARKS.sub("", text)
    if "**" in text:
        text = _STARS.sub(r"\1", text)
    if "#" in text:
        text = _HEADING.sub("", text)
    if "&" in text:
        text = html.unescape(text)
    plain = " ".join(text.split())
    return _SPACE_BEFORE.sub(r"\1", plain) if any(mark in plain for mark in _SPACED) else plain


def brief(text: str, limit: int) -> str:
    """The first sentences of a description, without markup, at most `limit` characters.

    Where the first sentence is longer by itself, it is cut at a word, and `…` says so.
    """
    if len(text) > 4 * limit + 400:
        # Cleaning what is thrown away afterwards is most of the work on descriptions of 100 kB.
        text = _HALF_TAG.sub("", text[: 4 * limit + 400])
    plain = plain_text(text)
    if "see " in plain.lower() or "earn more" in plain:
        plain = _SEE.sub("", plain).rstrip() or plain
    if len(plain) <= limit:
        return plain
    end = limit
    while end > 0:
        end = max(plain.rfind(". ", 0, end + 1), plain.rfind("! ", 0, end + 1), plain.rfind("? ", 0, end + 1))
        if end > 0 and _SENTENCE_END.match(plain, end):
            return plain[: end + 1]
    return f"{plain[:limit].rsplit(' ', 1)[0][: limit - 1].rstrip(' ,;:(-')}…"


def object_schema(schema: dict[str, Any] | None) -> dict[str, Any]:
    """The schema of an object; one without parameters, where there is none."""
    return {"type": "object", "properties": {}, **(schema or {})}


def choices(values: Sequence[Any]) -> dict[str, Any]:
    """What a schema says of the values that there are: all of them, or a few examples where they are too many."""
    return {"enum": list(values)} if len(values) <= MOST_CHOICES else {"examples": list(values[:5])}


def in_words(name: str) -> str:
    """The words of a name, in small letters: `batchGet_items` is `batch get items`."""
    return " ".join(re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[^A-Za-z0-9]+", " ", name).split()).lower()


@lru_cache(maxsize=1 << 15)
def usable_pattern(pattern: str) -> bool:
    """Whether a regular expression says something, and readers of JSON Schema understand it, Python's and Rust's."""
    if len(pattern) > LONGEST_PATTERN or _SAYS_NOTHING.fullmatch(pattern):
        return False
    if _SURELY_RIGHT.fullmatch(pattern):
        return True
    try:
        re.compile(pattern)
        jsonschema_rs.validator_for({"pattern": pattern})
    except (re.error, OverflowError, RecursionError, ValueError):
        return False
    return True


def _cut(name: str, limit: int) -> str:
    """The beginning of a name, at the end of a word where that costs little."""
    if len(name) <= limit:
        return name
    head = name[:limit]
    words = head.rpartition("_")[0] if name[limit] != "_" else head
    return (words if len(words) > limit - 16 else head).rstrip("_")
