"""Which functions take, or return, something of similar words: for what concepts miss ("cluster id", "db cluster id").

BM25 over the words of concepts, by bm25s: it needs numpy alone, where TF-IDF of scikit-learn brings scipy and more.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

# How much of what a perfect match would score a candidate must reach.
_CLOSE = 0.5


class TextIndex:
    """Functions by the words of their concepts.

    Args:
        concepts: of each function, what it takes (or returns).
    """

    def __init__(self, concepts: Mapping[str, Sequence[str]]) -> None:
        self._ids = sorted(concepts)
        self._words = {name: _words(concepts[name]) for name in self._ids}
        self._vocabulary = {word for found in self._words.values() for word in found}
        self._index: Any = None

    def similar(self, concepts: Sequence[str], known: Collection[str], limit: int) -> list[str]:
        """At most `limit` functions whose words are close to those of these concepts, without those that are known."""
        asked = [word for word in _words(concepts) if word in self._vocabulary]
        if not asked or limit <= 0:
            return []
        scores = self._scores(asked)
        ranked = sorted((-score, name) for name, score in zip(self._ids, scores, strict=True) if score > 0)
        if not ranked:
            return []
        enough = _CLOSE * -ranked[0][0]
        return [name for score, name in ranked if -score >= enough and name not in known][:limit]

    def _scores(self, asked: Sequence[str]) -> list[float]:
        if self._index is None:
            import bm25s

            self._index = bm25s.BM25()
            self._index.index([self._words[name] for name in self._ids], show_progress=False)
        # Rounded, as sums of single precision may differ in the last digit with their order.
        return [round(float(score), 3) for score in self._index.get_scores(list(asked))]


def _words(concepts: Sequence[str]) -> list[str]:
    return sorted({word for concept in concepts for word in concept.split()})
