"""What a function does, as a clause: a bare verb and what it is about, from the description's first sentence.

Where the description says nothing that a person would say, the words of the name must do.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from magnet_kg.domain.function import Function
from magnet_kg.teacher.rules.unknown.data import data
from magnet_kg.teacher.rules.unknown.naming import bare, is_plural, name_parts, plural, singular, spoken, with_article

LONGEST = 15
_ABBREVIATED = re.compile(r"\b(e\.g|i\.e|etc|vs|approx|incl|no|spp?|al|cf|ca)\.", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[\w)\]'’”\"])[.!?;](?=\s|$)|:(?=\s|$)|\n")
_NOTE = re.compile(r"\s*(?:\([^()]*\)|\[[^\[\]]*\])")
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_LABEL = re.compile(
    r"^(?:\[?(?:public|private|beta|preview|alpha|pre-ga|v\d\w*)[^\]:]*\]?:?|[A-Z][\w /-]{0,30}:|deprecated\.?)\s+",
    re.IGNORECASE,
)
# What a sentence begins with before it comes to the point; what follows is a verb again.
_LEADS = re.compile(
    r"^(?:(?:this|the|use this|using this) (?:\w+ ){0,3}?(?:operation|action|api|method|call|endpoint|command"
    r"|function|tool|request|resource)"
    r"s? (?:is used to|can be used to|allows (?:you|users|callers|clients|customers) to|lets you|enables you to"
    r"|will|to|can)? ?"
    r"|used to |use (?:this|the \w+ operation) to |(?:allows|enables|lets|permits) (?:you|users|callers"
    r"|customers|an? [\w ]{3,30}?|the [\w ]{3,40}?) (?:to )?"
    r"|(?:issues|makes|sends|submits) an? (?:[\w-]+ )?(?:request|call) to |you can (?:use \w+ to )?|performs an "
    r"operation to "
    r"|provides (?:the )?(?:ability|capability|option) to |(?:asynchronously|synchronously|permanently"
    r"|programmatically|immediately|securely|directly|manually|automatically|conditionally|initiates the process "
    r"to|attempts to) |an? (?:asynchronous|synchronous) (?:operation|request) (?:that|to) )",
    re.IGNORECASE,
)  # fmt: skip
_BY_SEVERAL = re.compile(r" by (?:[\w/-]+,? )+(?:and|or) [\w ]+$")
# What follows is about the machinery, or more than a person would say.
_TAIL = re.compile(
    r"(?:,? (?:which|that (?:you|the|a|is|are|was|were|has|have|had|can|match|matches|belongs?|meets?|currently"
    r"|this|your|will|use|uses)|where|whose|who (?:is|was|are|were|has|have)"
    r"|including|such as|so that|in order to|as well as|along with|when|while|unless|if|because|based on|per the"
    r"|specified by|identified by"
    r"|using|by (?:\w+ing|using|specifying|providing|default|its|their|id|ids|name|keyword|keywords|text|query"
    r"|accession|symbol|the|an?|[\w-]+ (?:id|ids|name"
    r"|accession|symbol|identifier|uid|keyword|query|number)\b)"
    r"|given (?:the|an?|its)|as described|as specified|as defined|in (?:the|your) (?:current|specified|request"
    r"|response|calling|provided)\b(?! \w+ (?:project|location|region|zone))"
    r"|for (?:the|your) (?:current|calling|requesting|authenticated)|(?:owned|created|made|returned|provided"
    r"|sorted|ordered|grouped) by"
    r"|associated with (?:the|your) (?:current|calling|account|aws)|(?:stored |located |hosted |defined )?in "
    r"(?:the|your|this|an?) aws (?:account|region)|at (?:the |a )?(?:given|specified)|or reaches|that need|that "
    r"customers|to one of the following|the calling|you (?:created"
    r"|own|have|previously|can|want|specified)|in use|in (?:the|your|this) account"
    r"|under the (?:caller|specified account)|from (?:the|your) (?:current|calling)"
    r"|(?<!associated )(?<!registered )with (?:optional|pagination|support|filters|filtering|an? matching|the "
    r"(?:specified|given|provided|selected|following)|specified|full|detailed|their|its|one or more|additional"
    r"|all|comprehensive|various|no|advanced)"
    r"|via|through|according to|before|after|until|even|only|without|visible to|available to|accessible (?:to|by)"
    r"|to (?:the|your) (?:current|calling)|to (?:help|allow|enable|let|make|ensure|get|see|find|determine"
    r"|identify|use|be|retrieve|view|support|which)"
    r"|and (?:returns?|provides?|the|their|its|any|all|other|then|also|optionally|maps?)|or (?:the|all|an?))\b.*"
    r"|, .*|(?: —| –| -) .*|/ .*)$",
    re.IGNORECASE,
)
_BOILER = (
    (re.compile(r"\bAmazon Resource Names? ?(?:\(ARNs?\))?|\bARN\b of "), "ARN"),
    (re.compile(r"\bAmazon Web Services\b"), "AWS"),
    (re.compile(r"\bAmazon Elastic Compute Cloud\b"), "EC2"),
    (re.compile(r"\bAmazon Simple Storage Service\b"), "S3"),
    (re.compile(r"\bAmazon (?=[A-Z])"), ""),
    (re.compile(r"\b(?:Google Cloud|Google) (?=[A-Z])"), ""),
    (re.compile(r"\b(?:the|a|an) (?=ID of|name of|ARN of)"), "the "),
    (
        re.compile(
            r"\b((?!the\b|an?\b|specified\b|this\b|of\b|given\b|your\b|single\b|by\b|cloud\b|for\b|to\b|from\b"
            r"|compute\b|all\b|\w+(?:ed|ing|able|ible|ive)\b)"
            r"(?:(?:[A-Z][a-z]+){2,}|[a-z]+)) resources?\b(?= (?:for|in|from|of|to|with)\b|$)"
        ),
        r"\1",
    ),
    (re.compile(r"\b(?:currently |existing |newly )"), ""),
    (re.compile(r"\bID\(s\)"), "IDs"),
    (re.compile(r"\(s\)"), "s"),
    (re.compile(r"\bone or more (?:of (?:the|your) )?(?:specified )?"), ""),
    (re.compile(r"\bzero or more "), ""),
    (
        re.compile(
            r"\b(?:the )?(?:complete|full|paginated|detailed|comprehensive|brief|filtered|current|up-to-date"
            r"|aggregated) (?=list|information|details|description|set|metadata)"
        ),
        "the ",
    ),
)
# "Returns information about the X" asks for the X.
_ABOUT = re.compile(
    r"^(?:an? |the |all |any |some )?(?:\w+ ){0,2}?(?:list(?:ing)?|set|array|collection|page|information|info"
    r"|details|detail|descriptions?|metadata|summary|summaries|overview|data|record|records|properties"
    r"|attributes|definition) (?:of|about|for|on|regarding|describing|from|that describes?|related to) ",
    re.IGNORECASE,
)
# A sentence that comes before the one that says what is done.
_IN_PASSING = re.compile(
    r"not supported|is not available|this is (?:the )?documentation|general purpose|^note\b|^amazon |^this "
    r"(?:api|operation|action|method) (?:is|requires)|^end of support|only available",
    re.IGNORECASE,
)
_ARTICLE = re.compile(r"\b[Aa]n? (\w[\w-]*)")
_DETERMINER = r"(?:the|an?|your|this|that|these|those|all|any|each|every|some|all of the|all the|all of your|all your)"


@dataclass(frozen=True)
class Clause:
    """A request in words.

    Attributes:
        verb: bare, lower case ("describe").
        about: what it is about, with its determiners ("the tables in a database").
        kind: which of the kinds of requests.
        noun: the singular noun phrase of the thing that is acted on ("table").
        told: whether the description gave it, not the name.
        details: whether everything about one thing is asked for.
    """

    verb: str
    about: str
    kind: str
    noun: str
    told: bool
    details: bool = False


def clause_of(function: Function) -> Clause | None:
    """The clause of a function, or None where neither description nor name gives one."""
    return _from_description(function) or _from_name(function)


def _from_description(function: Function) -> Clause | None:
    for sentence in sentences(function.description)[:3]:
        clause = _from_sentence(sentence, function)
        if clause is not None:
            return clause
        if not _IN_PASSING.search(sentence):
            break
    return None


def _from_sentence(sentence: str, function: Function) -> Clause | None:
    sentence = _LABEL.sub("", sentence) if not data().kind_of(bare(sentence.split(":")[0].split(" ")[0])) else sentence
    for _ in range(3):
        led = _LEADS.sub("", sentence)
        if led == sentence:
            break
        sentence = led.lstrip(" ,")
    verb, _, rest = sentence.partition(" ")
    verb = bare(verb.strip(",.;"))
    kind = data().kind_of(verb)
    if rest.startswith(("or ", "and ")):
        # "Adds or updates the rules": one of both is what a person asks for.
        rest = rest.split(" ", 2)[2] if rest.count(" ") > 1 else ""
    elif re.match(r"(?:(?:and|or|, \w+,? (?:and|or)) \w+s )", rest):
        rest = re.sub(r"^(?:and|or|, \w+,? (?:and|or)) \w+s ", "", rest)
    if rest.lower().startswith("for ") and kind == "search":
        verb, rest = "find", rest[4:]
    if kind is None or not rest:
        return None
    about = about_of(rest, function)
    details = (
        re.match(
            r"(?:\w+ ){0,3}?(?:information|info|details?|metadata|summary|overview|descriptions?|properties"
            r"|description)\b",
            rest,
        )
        is not None
        and about not in rest[:12]
    )
    words = about.split()
    if not 1 <= len(words) <= LONGEST or re.match(
        r"(?:to|by|from|for|in|on|with|whether|that|information|the information|the ability|if|how|up|out|down"
        r"|into|as|it|them|of)\b",
        about,
    ):
        return None
    if kind in ("look",) and verb in (
        "return",
        "provide",
        "obtain",
        "retrieve",
        "get",
        "present",
        "report",
        "pull",
        "browse",
        "enumerate",
        "display",
    ):
        verb = "get"
    noun = head_noun(about)
    if not noun or noun in ("existing", "new", "specified"):
        return None
    return Clause(
        verb, about, kind, noun, True, details and (singular(noun) == noun) and not is_plural(about.split()[-1])
    )


def sentences(text: str) -> list[str]:
    """The sentences of a description, without notes in brackets, links and marks."""
    text = _LINK.sub(r"\1", text[:600])
    text = text.translate(str.maketrans("", "", '`*{}|"“”')).replace("&", "and")
    for _ in range(2):
        text = _NOTE.sub("", text)
    text = _ABBREVIATED.sub(lambda m: m[0].replace(".", "․"), text.strip())
    cleaned = (
        " ".join(one.translate(str.maketrans("()[]", "    ")).split()).strip(" .,-") for one in _SENTENCE.split(text)
    )
    return [one for one in cleaned if one]


def about_of(rest: str, function: Function) -> str:
    """What a request is about, without machinery: "information about the specified X" is "the specified X"."""
    for pattern, replacement in _BOILER:
        rest = pattern.sub(replacement, rest)
    before = rest
    for _ in range(2):
        rest = _ABOUT.sub("", rest)
    if not rest:
        rest = before
    cut = _BY_SEVERAL.sub("", _TAIL.sub("", rest))
    rest = cut if len(cut.split()) > (1 if re.match(_DETERMINER + r"\b", cut) else 0) else rest
    rest = " ".join(_plain_word(word, function) for word in rest.split())
    return _ARTICLE.sub(lambda m: with_article(m[1]), rest.strip(" .,:;-/"))


def _plain_word(word: str, function: Function) -> str:
    """A word as people say it: `ChannelNamespace` is a channel namespace; names of products stay as they are."""
    bare_word = word.strip(".,;:'’")
    if "_" in bare_word and bare_word.replace("_", "").isalpha():
        return word.replace(bare_word, bare_word.replace("_", " ").lower())
    if (
        not re.search(r"[a-z][A-Z]", bare_word)
        or {bare_word, bare_word.rstrip("s"), bare_word + "s"} & data().brands
        or bare_word.lower() in re.sub(r"[\W_]", "", function.toolkit).lower()
        or bare_word.lower() in function.name.split("_")
    ):
        return word
    parts = name_parts(bare_word)
    named = {part.lower() for part in name_parts(function.name)} | {
        singular(p.lower()) for p in name_parts(function.name)
    }
    known = (
        all(singular(part.lower()) in named for part in parts) or (function.original_name or "").find(bare_word) >= 0
    )
    typed = re.fullmatch(r"(?:[A-Z][a-z]+|[A-Z]{2,4}(?=[A-Z][a-z])){2,}s?", bare_word) is not None
    return (
        word.replace(bare_word, " ".join(parts))
        if known or (typed and len(parts) > 1 and not re.match(r"[A-Z][a-z]+[A-Z]{2,}$", bare_word))
        else word
    )


def head_noun(about: str) -> str:
    """The singular noun phrase at the head: "the tags for a queue" is about a "tag"."""
    np = re.split(
        r" (?:for|in|of|from|on|to|with|by|at|into|under|across|within|between|as|or|that|who|associated"
        r"|available|attached|using|about|against|over|per|belonging|matching|linked|related|containing"
        r"|registered|defined|configured|stored|deployed|created|present|based|supported|owned|used|known|\w+ing "
        r"by|\w+ed by|applied|assigned)\b",
        about,
    )[0]
    np = re.split(r"['’]s | and (?:the |an? )?", np)[-1]
    words = [
        w
        for w in re.sub(
            rf"^(?:(?:{_DETERMINER}|specified|given|new|existing|provided|requested|single|specific|current"
            rf"|latest|available|particular|various|different|detailed)\b|\s)+",
            "",
            np,
        ).split()
        if w
    ]
    return singular(" ".join(words[-5:])).strip("'’ ")


@lru_cache(maxsize=65536)
def _operation(name: str, original: str | None, toolkit: str) -> tuple[str, ...]:
    """The words of an operation's own name, verb first, without its service."""
    if original and "." in original:
        own = re.sub(r"\d{4}_\d{2}_\d{2}$", "", original).split(".")
        last = name_parts(own[-1])
        if data().kind_of(last[0]) is not None and len(own) > 2:
            owner = name_parts(own[-2])
            many = last[0] in ("list", "search", "aggregated") or len(last) > 1
            thing = list(owner) if many else [*name_parts(singular(" ".join(owner)))]
            return (last[0], *(last[1:] or thing)) if len(last) > 1 else (last[0], *thing)
        return last
    parts = list(name_parts(name))
    service = [part.lower() for part in name_parts(toolkit)]
    while parts and service and parts[0].lower() == service[0] and len(parts) > 1:
        parts.pop(0)
        service.pop(0)
    at = next((index for index, part in enumerate(parts) if data().kind_of(bare(part)) is not None), 0)
    return tuple(parts[at:])


def _from_name(function: Function) -> Clause | None:
    parts = _operation(function.name, function.original_name, function.toolkit)
    if len(parts) < 2:
        return None
    verb = bare(parts[0])
    kind = data().kind_of(verb)
    if kind is None:
        return None
    thing = " ".join(parts[1:])
    if kind == "look" and verb in ("list",) and thing == singular(thing):
        thing = plural(thing)
    if verb in ("get",) or kind not in ("look", "search"):
        about = f"the {thing}" if kind != "create" else f"a new {singular(thing)}"
    else:
        about = thing
    if kind == "look" and verb not in ("list", "describe", "show"):
        verb = "get"
    return Clause(verb, about, kind, singular(thing), False)


def service_of(function: Function) -> str:
    """What people call the service in passing ("S3", "Gmail"), or "" where nobody would say it."""
    services = data().services
    for key in (function.toolkit, function.category):
        if key.lower() in services:
            return services[key.lower()]
    title = re.sub(r"\s*(?:API|\(.*\)|v\d\w*)\s*", " ", function.category).strip()
    if function.catalog == "google" or " " in title:
        title = re.sub(r"^(?:Google Cloud|Google|Cloud) (?=\w+ \w)", "", title)
        return title if 0 < len(title.split()) <= 3 and title[0].isupper() else ""
    return ""


__all__ = ["Clause", "about_of", "clause_of", "head_noun", "sentences", "service_of", "spoken"]
