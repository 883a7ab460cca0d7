"""What is said at the end of a request: each value with the preposition that goes with it."""

from __future__ import annotations

from magnet_kg.teacher.rules.unknown.clauses import Clause
from magnet_kg.teacher.rules.unknown.data import data
from magnet_kg.teacher.rules.unknown.spoken import Spoken

_TO_ALSO = frozenset(
    (
        "add send publish copy move transfer upload import submit post write restore migrate deploy apply share "
        "notify push ingest"
    ).split()
)
_FROM = frozenset(
    "remove delete detach disassociate revoke download export leave unsubscribe unshare unassign deregister".split()
)


def tail_of(spoken: Spoken, clause: Clause) -> str:
    """What is said of a parameter at the end of a request."""
    slot = "{" + spoken.name + "}"
    before = spoken.made.around[0][0]
    if before.startswith((" ", ",", ":")):
        if spoken.role == "amount" and clause.kind != "update":
            return f" with{slot}" if before.strip() and not before.lstrip().startswith(("at ", "no ")) else slot
        if spoken.role == "amount":
            return f" to have{slot}" if before.strip().startswith(("a ", "an ")) else f" to{slot}"
        return slot
    if spoken.role == "flag":
        return f", {slot}"
    if spoken.role == "choice":
        return _choice_tail(spoken, slot, clause)
    if spoken.role == "tags":
        return f", tagged {slot}" if clause.kind == "create" else f" with the tags {slot}"
    if spoken.role == "query":
        return f" {'about' if clause.kind == 'look' else 'matching' if clause.verb == 'find' else 'for'} {slot}"
    if spoken.role == "text":
        return f" with {slot}"
    if spoken.role == "person":
        return f" {'to' if clause.verb in _TO_ALSO else 'for'} {slot}"
    if spoken.role == "place":
        return f" in {slot}"
    return f" {_preposition(spoken, clause)} {slot}"


def _preposition(spoken: Spoken, clause: Clause) -> str:
    last = spoken.noun.split()[-1].lower() if spoken.noun else ""
    if spoken.name.lower().startswith(("source", "from")):
        return "from"
    if spoken.name.lower().startswith(("target", "destination", "dest", "to_")) or (
        spoken.name[:2] == "to" and spoken.name[2:3].isupper()
    ):
        return "to"
    if spoken.made.sort in ("url", "path", "ip", "cidr", "email", "phone"):
        return "with" if clause.kind in ("create", "update") else "at" if spoken.made.sort == "url" else "for"
    if last in data().containers:
        return "from" if clause.verb in _FROM else "in"
    if clause.kind in ("create", "update"):
        return "on" if clause.kind == "update" and last not in ("user", "account") else "for"
    if clause.verb in _TO_ALSO:
        return "to"
    if clause.verb in _FROM:
        return "from"
    return "for" if clause.kind in ("look", "search", "check", "compute", "act") else "of"


def _choice_tail(spoken: Spoken, slot: str, clause: Clause) -> str:
    noun = spoken.noun.lower()
    last = noun.split()[-1] if noun else ""
    if last in ("language", "locale", "region", "country", "zone", "location", "currency", "order", "format"):
        return f" in {slot}" + (f" {last}" if last in ("order", "format") else "")
    if last in ("type", "kind", "category", "class", "protocol", "engine", "method"):
        return f" of {last} {slot}" if clause.kind in ("look", "search", "create") else f", {noun} {slot}"
    if last in ("status", "state", "phase", "priority", "severity", "level", "tier"):
        if clause.kind == "update":
            return f" to {slot}"
        return f" with {last} {slot}"
    if clause.kind == "update":
        return f" to {slot}" if last in clause.about.lower().split() else f" with {noun} set to {slot}"
    return f" with {noun} {slot}"
