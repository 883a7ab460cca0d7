"""Leave a value out of a request as a person does who forgets it: the end of the sentence goes, connector included."""

from __future__ import annotations

import re

from magnet_kg.teacher.rules.grammar import Template, parse

_TAIL = re.compile(
    r",?\s*\(?(?:\b(?:to|for|on|at|saying|called|named|starting|beginning|seating|charging|with|in|by|of|from|as|until|due|because|around|over|worth"
    r"|that says)\b[^{}()\[\]|]*|[:–—-])?\s*[\"“]?$"
)

# A request that ends in one of these has lost more than a value.
_DANGLING = frozenset(
    "near around over within a an the my your i it is are was be to for on at in by of from with as and or but "
    "if when whether that this there need want have has not what which who how because due called named saying "
    "until than into about get set say starting beginning seating delivered charge would could should can will".split()
)


def leave_out(source: str, parameter: str) -> Template | None:
    """The template with a parameter at its end left out, connector included; None where it stands elsewhere.

    "text {contact_id}: \\"{text}\\"" without text is "text {contact_id}".
    """
    match = re.search(r"\{" + re.escape(parameter) + r"(?::\w+)?\}[\"”]?((?:\[[^\]]*\])*)$", source)
    if match is None or source.count("{" + parameter) > 1:
        return None
    head = source[: match.start()]
    tail = _TAIL.search(head)
    kept = (head[: tail.start()] if tail else head).rstrip(" ,:") + match[1]
    last = re.findall(r"[a-z']+", kept.lower().partition("[")[0])[-1:]
    if not last or last[0] in _DANGLING:
        return None
    try:
        template = parse(kept)
    except ValueError:
        return None
    return template if len(kept.split()) >= 2 else None
