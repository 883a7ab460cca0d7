"""How the noun phrases of a request are found, and which of them a value may stand for."""

from __future__ import annotations

import re

_PREPOSITIONS = (
    "for|in|of|from|on|to|with|by|at|into|onto|under|across|within|between|as|and|or|that|which|using|about"
    "|against|over|per|"
    "is|are|was|were|has|have|if|when|so|like|than|through|during"
)
# They begin what follows a noun, but not the noun phrase itself: "a configured table" is one.
_PARTICIPLES = (
    "associated|available|attached|linked|related|belonging|containing|running|registered|defined|configured|stored|"
    "contained|owned|deployed|created"
)
_STOPS = f"{_PREPOSITIONS}|{_PARTICIPLES}"
_QUALIFIERS = (
    "specified|given|provided|existing|requested|particular|specific|single|multiple|named|selected|new|certain"
    "|individual|supplied|current|"
    "corresponding|target|previously created|previously|newly created|indicated|designated|desired|chosen"
    "|respective|entire|whole"
)
_DETERMINERS = "the|an?|your|this|that|any|each|every|one|all the|all of the|all|its|their|some|these|another"
LEFT = re.compile(
    r"\b(?:(?P<det>the|an?|your|this|that|any|each|every|all|all the|all of the)\s+)?\b(?:specified|given"
    r"|provided|requested|particular|specific|designated|indicated|supplied|named)\b\s+",
    re.IGNORECASE,
)
NP = re.compile(
    rf"(?<![\w{{-])(?P<np>(?P<det>(?:{_DETERMINERS})\s+)?(?P<qual>(?:(?:{_QUALIFIERS})\s+)*)"
    rf"(?P<words>(?!(?:{_PREPOSITIONS}|{_DETERMINERS})\b)[\w/.-]+"
    rf"(?:\s+(?!(?:{_STOPS}|{_DETERMINERS})\b)[\w/.-]+){{0,7}}))"
    rf"(?:(?P<poss>['’]s)\b|(?=$|\s+(?:{_STOPS}|{_DETERMINERS})\b|\s*[,.;)]|\s+\{{|['’]))",
    re.IGNORECASE,
)
TAGS = re.compile(
    r"\b(?:(?:the|one or more|a set of|specified|given|new|a|an|user-defined|metadata)\s+)*"
    r"tags?(?: key-value pairs?| keys?)?(?=$|\s(?:to|on|for|in|from)\b)",
    re.IGNORECASE,
)
_PLACE_WORDS = r"(?:projects?|locations?|regions?|zones?|folders?|organizations?|billing accounts?|accounts?|parents?)"
_PLACE = (
    rf"(?:(?:the|an?|your|this)\s+)?(?:(?:{_QUALIFIERS}|parent)\s+)*(?:(?:google cloud|cloud|gcp)\s+)?{_PLACE_WORDS}"
)
PLACES = re.compile(
    rf"\s+(?:for|in|of|under|within|from|at)\s+{_PLACE}(?:(?:,| and| or|,? and| in| within| of| "
    rf"and/or)\s+{_PLACE}|/\w+)+$",
    re.IGNORECASE,
)
ONE_PLACE = re.compile(rf"\s+(?:for|in|of|under|within|from|at)\s+{_PLACE}$", re.IGNORECASE)
ONE_THING = re.compile(
    rf"(?:an?|one|the"
    rf"|this)\s+(?:(?:{_QUALIFIERS})\s+)*(?P<np>(?:(?!(?:{_PREPOSITIONS})\b)[\w'/.-]+\s*)+?)(?P<rest>\s+(?:{_STOPS})\b.*"
    rf"|$)"
)
SPECIFIED = re.compile(r"the (?:specified|given|requested|particular|provided|existing|single|specific)\b")
QUALIFIED = re.compile(rf"^(?:(?:{_QUALIFIERS})\s+)+")
AND_NOUN = re.compile(
    r"(\{[^}]+\}) and (?:the )?(?:user|account|region|species|project|location|dataset|identity|organism"
    r"|name)(?=$| (?:for|in|of|with)\b)"
)
HEAD = re.compile(rf"^(?P<np>(?:(?!(?:{_PREPOSITIONS})\b)\S+\s*)+?)(?=\s+(?:{_STOPS})\b|$)")
INNER = re.compile(
    rf"\b(?:for|of)\s(?P<whole>(?:an?|one|the (?:specified|given|particular"
    rf"|requested))\s+(?P<np>(?:(?!(?:{_PREPOSITIONS})\b)[\w/.-]+\s*)+?))(?=\s+(?:{_STOPS})\b|$)"
)
