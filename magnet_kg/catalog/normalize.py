"""Names, texts and schemas of other people's catalogs, made fit for providers and for reading."""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any

import jsonschema_rs

from magnet_kg.domain.record import JsonObject

LONGEST_NAME = 64
# Longer ones say more than anybody reads, and cost seconds to check.
LONGEST_PATTERN = 200

_BLOCKS = "p|br|hr|li|ul|ol|dl|dt|dd|note|important|caution|warning|div|h[1-6]|table|thead|tbody|tr|td|th|pre|blockquote"
_MARKS = "a|b|i|u|em|strong|code|tt|span|sub|sup|font|small|link|ulink|img|replaceable|filename|fullname|emphasis|para"
_BLOCK = re.compile(rf"</?(?:{_BLOCKS})(?:\s[^<>]*)?/?>", re.IGNORECASE)
_MARK = re.compile(rf"</?(?:{_MARKS})(?:\s[^<>]*)?/?>", re.IGNORECASE)
_HALF_TAG = re.compile(r"<[^<>]*$")
_IMAGE_OR_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*(?:\s+\"[^\"]*\")?\)|\[([^\[\]]+)\]\[[^\[\]]*\]")
_CODE_MARKS = re.compile(r"```\w*\n?|`+")
_STARS = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*")
_HEADING = re.compile(r"^[ \t]*#{1,6}[ \t]+", re.MULTILINE)
_SPACE_BEFORE = re.compile(r"[ ]+([,;)\]]|[.:](?=\s|$))")
# A full stop, unless it belongs to an abbreviation, and what may begin a sentence after it.
_SENTENCE_END = re.compile(r"(?<!e\.g)(?<!i\.e)(?<!etc)(?<!\bvs)[.!?][\"')\]]?(?=\s+[A-Z0-9\"'(\[])")


def fit_name(original: str) -> str:
    """A name that every provider takes (64 letters, digits, `_`, `-`), the same for the same original.

    What is cut off is stood for by a hash, so that two originals never share a name; the original is kept on the
    function (`original_name`).
    """
    fit = re.sub(r"[^A-Za-z0-9_-]+", "_", original).strip("_")
    if len(fit) <= LONGEST_NAME and fit:
        return fit
    digest = hashlib.sha256(original.encode()).hexdigest()[:8]
    return f"{fit[: LONGEST_NAME - 9].rstrip('_')}_{digest}".lstrip("_")


def plain_text(text: str) -> str:
    """A description without markup (HTML, Markdown, entities), on one line.

    Only tags that HTML and the documentation of the catalogs know are taken out: `projects/<project>` stays.
    """
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
    return _SPACE_BEFORE.sub(r"\1", " ".join(text.split()))


def brief(text: str, limit: int) -> str:
    """The first sentences of a description, without markup, at most `limit` characters.

    Where the first sentence is longer by itself, it is cut at a word, and `…` says so.
    """
    if len(text) > 4 * limit + 400:
        # Cleaning what is thrown away afterwards is most of the work on descriptions of 100 kB.
        text = _HALF_TAG.sub("", text[: 4 * limit + 400])
    plain = plain_text(text)
    if len(plain) <= limit:
        return plain
    ends = [found.end() for found in _SENTENCE_END.finditer(plain, 0, limit + 2) if found.end() <= limit]
    if ends:
        return plain[: ends[-1]]
    return f"{plain[: limit - 1].rsplit(' ', 1)[0].rstrip(' ,;:(-')}…"


def object_schema(schema: dict[str, Any] | None) -> dict[str, Any]:
    """The schema of an object; one without parameters, where there is none."""
    return {"type": "object", "properties": {}, **(schema or {})}


@lru_cache(maxsize=1 << 15)
def usable_pattern(pattern: str) -> bool:
    """Whether a regular expression says something, and every reader of JSON Schema that we know understands it."""
    if len(pattern) > LONGEST_PATTERN or re.fullmatch(r"\^?(\.|\[\\s\\S\])[*+]\$?", pattern):
        return False
    try:
        jsonschema_rs.validator_for({"pattern": pattern})
    except (ValueError, jsonschema_rs.ValidationError):
        return False
    return True


def in_cycles(references: Mapping[str, Iterable[str]]) -> frozenset[str]:
    """The names that lie on a cycle of references, or between two: only these can recur below themselves."""
    left = {name: {other for other in others if other in references} for name, others in references.items()}
    backward: dict[str, set[str]] = {name: set() for name in left}
    for name, others in left.items():
        for other in others:
            backward[other].add(name)
    _strip(left, backward)
    _strip(backward, left)
    return frozenset(left)


def deepest_that_fits(build: Callable[[int], tuple[JsonObject, int]], depth: int, most: int) -> JsonObject:
    """A schema as deep as it may be.

    Args:
        build: the schema down to a depth, and the number of properties in it.
        depth: the deepest that is asked for; the first level alone is given however large it is.
        most: properties that it may have.
    """
    for levels in range(depth, 1, -1):
        schema, size = build(levels)
        if size <= most:
            return schema
    return build(1)[0]


def _strip(forward: dict[str, set[str]], backward: dict[str, set[str]]) -> None:
    """Take out, again and again, what refers to nothing."""
    ready = [name for name, others in forward.items() if not others]
    while ready:
        name = ready.pop()
        for referrer in backward.pop(name):
            forward[referrer].discard(name)
            if not forward[referrer]:
                ready.append(referrer)
        del forward[name]
