"""Leave a value out of a request as a person does who forgets it: the end of the sentence goes, connector included."""

from __future__ import annotations

import re

from magnet_kg.teacher.rules.entries import Made
from magnet_kg.teacher.rules.grammar import GrammarError, Template, parse
from magnet_kg.wording.paths import noun_of

_TAIL = re.compile(
    r",?\s*\(?(?:\b(?:to|for|on|at(?! (?:most|least))|saying|called|named|starting|beginning|seating|charging|with|in"
    r"|by|of|from|as|until|due|because|around|over|worth|above|below|under|across|against|among|between|during|past"
    r"|through|since|without|vs|that says)\b[^{}()\[\]|.;!?]*|[:–—-])?\s*[\"“]?$"
)

# A request that ends in one of these has lost more than a value.
_OPEN = ("+", "/", ";", ":", "-", "=", ">", "?", "^")
_DANGLING = frozenset(
    "near around over within a an the my your i it is are was be to for on at in by of from with as and or but "
    "if when whether that this there need want have has not what which who how because due called named saying "
    "until than into about get set say starting beginning seating delivered charge would could should can will after "
    "being like love take try born marked opened says weighs holding plus times minus above below under across against "
    "among between during past through since without vs up no these their they its were did went given accelerating "
    "asks beats burns carries containing comes costs crossed dated decided differs divides falls fits follows gets "
    "going got grows heard joined lasting lists looking measures namely needs ought owned pays preferably pulls "
    "reaches received receives runs separates speak speaking starts stopping stood takes tagged travels using visiting "
    "works determine find define solve choose indenting filtered do does offer offers teach teaches fit look".split()
)
# Words for what a value would have said; without it they say nothing.
_BARE = frozenset("destination volume odometer weights season salt charger masses".split())
# The name of a value without the value: "…, beat count", "given a mass of 200 kg and a height".
_LABEL = re.compile(r"(?:[,:] [\w' -]+|\b(?:and|with|given|for) an? [\w' -]+)$")
# What follows a connector and holds a verb was no connector's.
_VERB = re.compile(r"\b(?:want|need|would|will|like|is|are|was|have|has|buy|am|'m|'d|'ll)\b")


def leave_out(source: str, parameter: str) -> Template | None:
    """The template with a parameter at its end left out, connector included; None where it stands elsewhere.

    "text {contact_id}: \\"{text}\\"" without text is "text {contact_id}".
    """
    match = re.search(r"\{" + re.escape(parameter) + r"(?::\w+)?\}[\"”]?((?:\[[^\]]*\])*)$", source)
    if match is None or source.count("{" + parameter) > 1:
        return None
    head = source[: match.start()]
    tail = _TAIL.search(head)
    if tail is not None and _VERB.search(tail[0]):
        return None
    kept = (head[: tail.start()] if tail else head).rstrip(" ,:") + match[1]
    if _LABEL.search(kept.partition("[")[0]):
        return None
    last = re.findall(r"[a-z']+", kept.lower().partition("[")[0])[-1:]
    if not last or last[0] in _DANGLING | _BARE or "'" in last[0] or kept.partition("[")[0].rstrip().endswith(_OPEN):
        return None
    try:
        template = parse(kept)
    except ValueError:
        return None
    return template if len(kept.partition("[")[0].split()) >= 2 else None


def unnamed(source: str, parameter: str, spec: Made) -> Template | None:
    """The template with the thing in the place of its name, for phrases made from a schema: "delete the host".

    What is to be called something is left without a name; None where nothing is known of the thing.
    """
    noun = noun_of(spec.label.rsplit("/", 1)[-1]) if spec.sort.startswith("resource") else spec.label.rpartition("|")[2]
    is_tail = spec.around[0][0].startswith((" ", ",", ":"))
    if not noun or spec.fields or spec.tags is not None or not re.fullmatch(r"[\w' -]+", noun):
        return leave_out(source, parameter)
    words = "" if is_tail else f"the {noun}{'s' if spec.many is not None else ''}"
    text = source.replace(f"{{{parameter}:poss}}", f"{words}'s").replace(f"{{{parameter}}}", words)
    try:
        return parse(re.sub(r"\b(?:the|a|an) the\b", "the", text)) if "{" + parameter not in text else None
    except GrammarError:
        return None
