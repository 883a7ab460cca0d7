"""Names split into words, and what a function's own name says: what it does, and to what."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

# First words of functions that look something up and change nothing, …
LOOKS = frozenset("find get list search look lookup check view read show fetch query describe browse track".split())
# … and that call off what was arranged, or take away what was there.
CALLS_OFF = frozenset("cancel delete drop leave refund remove return".split())
# What functions begin with (`create_topic`) or end with (`topics_create`).
_VERBS = LOOKS | frozenset(
    """
    abort accept acknowledge activate add admin aggregate aggregated allocate analyze annotate apply approve archive
    assign associate assume attach authorize batch begin book build bulk buy calculate cancel change check claim clear
    clone close commit complete compute configure confirm connect convert copy count create deactivate decline define
    delete deny deploy deprecate deregister detach detect disable disassociate discover dismiss download enable end
    enroll evaluate exchange execute expire export extend failover generate import infer ingest initialize initiate
    insert install invite invoke join label launch lock make mark merge migrate modify monitor move mutate notify open
    order patch pause pay perform place poll post predict prepare preview process promote provision publish pull
    purchase purge put reboot receive record refresh register reject release remove rename renew reorder replace
    request reschedule reserve reset resize resolve respond restart restore resume retrieve retry revert revoke
    rollback rotate run save scan schedule select send set share sign sort split start stop stream submit subscribe
    suggest suspend switchover sync tag terminate test transfer translate unarchive unassign uncancel undelete
    undeploy unenroll unlock unpublish unregister unshare unsubscribe untag update upgrade upload upsert validate
    verify wait watch withdraw write
    """.split()
)
# A value of these no person could say: it identifies a thing only inside of a system.
OPAQUE = frozenset("id code token key uuid guid reference hash identifier sku slug arn".split())
_PREPOSITIONS = frozenset("by for from to of in with and on at as into near between".split())
_VERSION = re.compile(r"^v?\d+$")


@lru_cache(maxsize=65536)
def words(name: str) -> tuple[str, ...]:
    """A name split into lower-case words: `flightId`, `flight_id` and `flight-ids` all give flight, id.

    Capitals in a row are one word (`DBInstanceARNs` gives db, instance, arn). There is at least one: what has no
    letters and no digits is a "value".
    """
    spaced = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", name)
    spaced = re.sub(r"([A-Z]{2,})([A-Z][a-rt-z]|[A-Z]s[a-z])", r"\1 \2", spaced)
    return tuple(singular(word) for word in re.split(r"[\W_]+", spaced.lower()) if word) or ("value",)


@lru_cache(maxsize=65536)
def singular(word: str) -> str:
    """The singular of a regular English plural; other words as they are."""
    if word in ("species", "series"):
        return word
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("ches", "shes", "xes", "sses")):
        return word[:-2]
    if word in ("ids", "arns") or (len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is"))):
        return word[:-1]
    return word


def bare_name(name: str, toolkit: str) -> str:
    """A function's name without the service that many catalogs begin it with (`sqs_create_queue`)."""
    parts = name.split("_")
    service = _letters(toolkit)
    said = ""
    for number, part in enumerate(parts[:-1], 1):
        said += _letters(part)
        if said == service:
            return "_".join(parts[number:])
        if not service.startswith(said):
            break
    return name


@lru_cache(maxsize=65536)
def verb_of(name: str, toolkit: str = "") -> str:
    """What a function does, as far as its name says: its first word, or the last one's (`sites_list`)."""
    bare = bare_name(name, toolkit)
    named = words(bare)
    last = words(bare.rpartition("_")[2])
    return last[0] if named[0] not in _VERBS and last[0] in _VERBS else named[0]


@lru_cache(maxsize=65536)
def object_of(name: str, toolkit: str = "") -> Sequence[str]:
    """The noun of a function's name: `get_contact_details` → contact, detail; `sites_list` → site."""
    bare = bare_name(name, toolkit)
    named = words(bare)
    before, _, last = bare.rpartition("_")
    if named[0] in _VERBS:
        noun = named[1:]
    elif words(last)[0] in _VERBS and before:
        noun = words(last)[1:] or words(before.rpartition("_")[2])
    else:
        verb = next((number for number, word in enumerate(named) if word in _VERBS), 0)
        noun = named[verb + 1 :]
    told = [word for word in noun if not _VERSION.match(word)]
    stops = [number for number, word in enumerate(told) if word in _PREPOSITIONS and number]
    return tuple(told[: stops[0]] if stops else told) or named


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.lower())
