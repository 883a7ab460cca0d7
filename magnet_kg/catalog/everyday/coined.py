"""Names that nobody has heard: words of a list, drawn at random and joined as names of things are.

Who calls with a name has to copy it letter by letter. A small model reads a word after a space as one token, and has to
write it after a quote as several others; it learns that of many words, not of the few hundred names that anybody knows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from random import Random

from magnet_kg.domain.randomness import derived_rng

# Texts of each pool.
_TEXTS = 1500
_WORDS = "words.txt"


@cache
def words() -> tuple[str, ...]:
    """Every word of the list, in lower case and the order of the alphabet: words of four to twelve letters that are in
    Webster's dictionary of 1934, which is in the public domain, and in use today.
    """
    return tuple((files(__package__) / _WORDS).read_text(encoding="utf-8").split())


@cache
def coined_pools() -> Mapping[str, tuple[str, ...]]:
    """Texts by the name of their pool, always the same."""
    found: dict[str, tuple[str, ...]] = {}
    for name, joined in _FORMS.items():
        rng = derived_rng(1, "everyday", name)
        texts: dict[str, None] = {}
        while len(texts) < _TEXTS:
            texts[joined(rng)] = None
        found[name] = tuple(texts)
    return found


def _some(rng: Random, count: int) -> list[str]:
    return rng.sample(words(), count)


_FORMS: Mapping[str, Callable[[Random], str]] = {
    "coined_word": lambda rng: _some(rng, 1)[0],
    "coined_lower": lambda rng: " ".join(_some(rng, 2)),
    "coined_three": lambda rng: " ".join(_some(rng, 3)),
    "coined_title": lambda rng: " ".join(word.capitalize() for word in _some(rng, 2)),
    "coined_hyphen": lambda rng: "-".join(_some(rng, 2)),
    "coined_snake": lambda rng: "_".join(_some(rng, rng.choice((2, 2, 3)))),
    "coined_camel": lambda rng: "".join(word.capitalize() for word in _some(rng, 2)),
    "coined_code": lambda rng: f"{_some(rng, 1)[0]}{rng.choice('-_.#')}{rng.randrange(2, 1000)}",
}
