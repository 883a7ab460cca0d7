"""Whether a request that was put together reads as a person's: nothing of the description's own business is left."""

from __future__ import annotations

import re

from magnet_kg.teacher.rules.unknown.clauses import Clause
from magnet_kg.teacher.rules.unknown.placing import Placed

# Words of documentation, and turns that say several things at once.
_LEFTOVERS = re.compile(
    r"\b(?:or|both|either|multiple|across|filters?|criteria|just|arrays?|objects?|requests?|input|inputs"
    r"|responses?|calling|"
    r"caller|based|parameters?|following|according|whether|operation to|previously|private|partial|aborted|information"
    r"|settings property|functionality|ability|identified|you specify|specifies|queued|IDs of|and edit"
    r"|descriptions|which|who|whose|it|them|they|this|these|those|current user|and/or|one)\b"
    r"|[a-z]_[a-z]|[a-z]\.[a-z]|[()<>\[\]#%*]|\bby\b|/",
    re.IGNORECASE,
)
# Something further back that no value names: "for a target".
_UNNAMED = re.compile(
    r"\b(?:for|of|in|from|to|with|on|into|at|within|under|by|between) (?:an?|any|each|every|one) ", re.IGNORECASE
)
_SLOT = re.compile(r"\{[^}]*\}")
_SPECIFIED = re.compile(
    r"\b(?:specified|given|particular|provided|requested|certain|specific|designated)\b", re.IGNORECASE
)
_VAGUE = frozenset(
    "grant allow perform notify request initiate manage use process apply handle support configure specify".split()
)


def reads_well(placed: Placed, clause: Clause) -> bool:
    """Whether a request says what is wanted, of what, and nothing besides.

    Args:
        placed: the request with its slots.
        clause: what it was made from.
    """
    words = _SLOT.sub("X", placed.about)
    slots = len(_SLOT.findall(placed.about))
    if _LEFTOVERS.search(words) or _SPECIFIED.search(_SLOT.sub("X", placed.raw)) or len(words.split()) > 12:
        return False
    if re.search(r"\b(?:created|associated|stored|registered|attached|configured|used|owned|defined)$", words):
        return False
    if clause.kind != "create" and _UNNAMED.search(words):
        return False
    if clause.kind in ("act", "update", "delete") and not slots:
        return False
    if clause.kind == "create" and slots and not any(one.new for one in placed.spoken.values()):
        # "a job {id}": what is made has no id yet; only what it is for may be named.
        return not placed.about.startswith("{")
    if clause.kind == "search" and not any(
        spoken.made.share == 1.0 or name in _needed(placed) for name, spoken in placed.spoken.items()
    ):
        return False
    return not (clause.verb in _VAGUE and clause.kind == "act")


def _needed(placed: Placed) -> set[str]:
    """The parameters that every request says."""
    text = placed.about + "".join(tail for tail in placed.tails if not tail.startswith("["))
    return {match[1:-1].partition(":")[0] for match in _SLOT.findall(text)}
