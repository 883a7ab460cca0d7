"""Walks as Mermaid flowcharts, for pages that show those (GitHub, notebooks, documentation)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from magnet_kg.paths.steps import WalkStep

# What ends a quoted label, or means something within one: quotes, entities, tags, Markdown (an underscore does not
# between letters), and breaks.
_SPECIAL = re.compile(r"""["#&<>`|\\;*~\x00-\x1f\x7f]|(?<!\w)_|_(?!\w)""")


def flowchart(walks: Sequence[Sequence[WalkStep]], title: str = "walk") -> str:
    """One flowchart: a box for each function of a walk, and on each arrow which output feeds which parameter.

    Args:
        walks: with more than one, each is framed and numbered.
        title: what a walk is called in its frame.
    """
    lines = ["flowchart LR"]
    for number, walk in enumerate(walks, 1):
        inner = [f'w{number}s{place}["{label(step.function)}"]' for place, step in enumerate(walk, 1)]
        inner += [_arrow(f"w{number}s", place, step) for place, step in enumerate(walk[1:], 1)]
        if len(walks) > 1:
            inner = [f'subgraph w{number}["{label(title)} {number}"]', *(f"  {line}" for line in inner), "end"]
        lines += [f"  {line}" for line in inner]
    return "\n".join(lines)


def label(text: str) -> str:
    """Text as it may stand between double quotes; Mermaid shows it as it was, on one line."""
    return _SPECIAL.sub(lambda found: _entity(found[0]), text)


def _entity(character: str) -> str:
    # A control character has no place on a chart, and a line break would end the statement.
    return f"#{ord(character)};" if ord(character) >= 32 and character != "\x7f" else " "


def _arrow(walk: str, place: int, step: WalkStep) -> str:
    texts = [label(f"{binding.output} → {binding.parameter}") for binding in step.bindings]
    text = "<br/>".join(texts) or label((step.kind or "").replace("_", " "))
    return f'{walk}{place} -->|"{text}"| {walk}{place + 1}'
