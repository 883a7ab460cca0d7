"""What an assistant says of an unknown function's result: what was found, or that it is done."""

from __future__ import annotations

import re

from magnet_kg.domain.function import Function
from magnet_kg.teacher.rules.unknown.clauses import Clause
from magnet_kg.teacher.rules.unknown.naming import done, is_plural, plural, singular
from magnet_kg.teacher.rules.unknown.placing import Placed

_TELLS = frozenset(["look", "search", "check", "compute"])
# A letter with a digit is a claim that must stand somewhere; a report does without it.
_CODE = re.compile(r"\b[\w-]*\d[\w-]*\b ?")
# What follows says more of the thing, and has no plural: "endpoints discovered during a job".
_FURTHER = re.compile(
    r"(?:^| )(?:during|within|contained|discovered|associated|attached|belonging|registered|available|related|that|"
    r"which|whose|for|in|of|from|on|to|with|by|at|as)(?= |$)"
)
_PLAIN = re.compile(r"[^A-Za-z' -]")


def reports_of(function: Function, clause: Clause, placed: Placed) -> list[str]:
    """Report templates of a function."""
    noun = " ".join(_PLAIN.sub("", _CODE.sub("", clause.noun)).replace("'", "").split())
    noun = _FURTHER.split(noun)[0].strip() or "result"
    one, many = singular(noun), plural(noun)
    if clause.kind in _TELLS:
        return [f'{{{{ result | told("{one}", "{many}", {style}) }}}}' for style in range(4)]
    what = _what(placed)
    if what is None:
        what = f"the {one}"
    participle = done(clause.verb)
    if re.match(r"(?:until|to|on|in|for|from|with|by|at|as|into|that|if|whether)\b", what):
        return [f"I've {participle} {what}.{{{{ result | told_more({style}, args) }}}}" for style in (0, 2)]
    is_many = is_plural(re.split(r" (?:for|in|of|from|on|to|with|by|at|as)\b|\{", what)[0].strip() or one)
    are, have = ("are", "have") if is_many else ("is", "has")
    capital = "{{ what[0] | upper }}{{ what[1:] }}"
    passive = f"{{% set what %}}{what}{{% endset %}}{capital}"
    return [
        f"I've {participle} {what}.{{{{ result | told_more(0, args) }}}}",
        f"Done, {what} {are} {participle} now.{{{{ result | told_more(2, args) }}}}",
        f"{passive} {have} been {participle}{{{{ result | told_more(1, args) }}}}.",
        f"All set: I {participle if participle.endswith('ed') else 'have ' + participle} "
        f"{what}.{{{{ result | told_more(0, args) }}}}",
    ]


def _what(placed: Placed) -> str | None:
    """What the request was about, with the arguments of the call in the place of slots."""
    text = (
        _CODE.sub("", re.sub(r"\{[^}]*\}", lambda m: m[0].replace("{", "\x02").replace("}", "\x03"), placed.about))
        if not re.search(r"\{[^}]*\d[^}]*\}", placed.about)
        else placed.about.replace("{", "\x02").replace("}", "\x03")
    )
    text = re.sub(r"[^\w '’/.,\x02\x03:$-]", "", text)

    def value(match: re.Match[str]) -> str:
        name, _, form = match[1].partition(":")
        spoken = placed.spoken.get(name)
        if spoken is None or '"' in name or "\\" in name:
            return "it"
        noun = _CODE.sub("", spoken.noun).strip()
        if spoken.new:
            return f' {{{{ args["{name}"] | brief }}}}'
        head = (
            f"the {noun} "
            if noun
            and any(before.strip() or after for before, after in spoken.made.around)
            and re.fullmatch(r"[\w' -]+", noun)
            else ""
        )
        return f'{head}{{{{ args["{name}"] | brief }}}}' + ("'s" if form == "poss" else "")

    made = re.sub(r"\x02([^\x03]*)\x03", value, text)
    made = (
        re.sub(r"\b(?:an?|any|every|each) (?=(?:\w+ )*\w+)", "the ", made, count=1)
        if re.match(r"(?:an?|any|every|each) ", made)
        else made
    )
    made = re.sub(r"\bmy\b|\byours?\b", "your", made)
    return re.sub(r"  +", " ", made).strip()
