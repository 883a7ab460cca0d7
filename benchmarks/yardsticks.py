"""Text yardsticks in plain formulas, so that other data can be measured alike: distinct n-grams, self-BLEU, openings.

Words are runs of letters and digits, with inner apostrophes, in lower case; n-grams never cross messages; messages are
sorted and then shuffled by a seed, so that a file's order plays no part.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from random import Random

_WORD = re.compile(r"\w+(?:['’]\w+)*")
Tokens = list[str]


def tokens(text: str) -> Tokens:
    return _WORD.findall(text.lower())


def shuffled(messages: Sequence[str], seed: int = 7) -> list[Tokens]:
    ordered = sorted(message for message in messages if message.strip())
    Random(seed).shuffle(ordered)
    return [tokens(message) for message in ordered]


def grams(words: Tokens, order: int) -> list[tuple[str, ...]]:
    return [tuple(words[at : at + order]) for at in range(len(words) - order + 1)]


def distinct(messages: Sequence[Tokens], order: int, budget: int) -> float:
    """Different n-grams per n-gram within the first `budget` tokens; NaN where there are fewer."""
    seen: set[tuple[str, ...]] = set()
    total = used = 0
    for message in messages:
        words = message[: budget - used]
        used += len(words)
        found = grams(words, order)
        seen.update(found)
        total += len(found)
        if used >= budget:
            return len(seen) / total
    return math.nan


def self_bleu(messages: Sequence[Tokens], order: int = 4, sample: int = 200) -> float:
    """Mean BLEU of each of `sample` messages against the others: add-one smoothing above unigrams, closest length."""
    documents = [words for words in messages[:sample] if len(words) >= order]
    counts = [[Counter(grams(words, n)) for n in range(1, order + 1)] for words in documents]
    best: list[dict[tuple[str, ...], list[tuple[int, int]]]] = [{} for _ in range(order)]
    for owner, by_order in enumerate(counts):
        for n, found in enumerate(by_order):
            for gram, count in found.items():
                best[n][gram] = sorted([*best[n].get(gram, []), (count, owner)], reverse=True)[:2]
    lengths = [len(words) for words in documents]
    scores = []
    for index, by_order in enumerate(counts):
        logs = 0.0
        for n, found in enumerate(by_order):
            total = sum(found.values())
            hits = sum(
                min(count, next((c for c, owner in best[n][gram] if owner != index), 0))
                for gram, count in found.items()
            )
            precision = hits / total if n == 0 else (hits + 1) / (total + 1)
            logs += math.log(precision) / order if precision else -math.inf
        own = lengths[index]
        closest = min((abs(other - own), other) for at, other in enumerate(lengths) if at != index)[1]
        scores.append((1.0 if own > closest else math.exp(1 - closest / own)) * math.exp(logs))
    return sum(scores) / len(scores)


def distinct_openings(messages: Sequence[Tokens], words: int = 3) -> float:
    """Different first words per message that has as many."""
    openings = [tuple(message[:words]) for message in messages if len(message) >= words]
    return len(set(openings)) / len(openings)


def quantiles(values: Sequence[float], *shares: float) -> list[float]:
    """Quantiles by linear interpolation."""
    ordered = sorted(values)
    found = []
    for share in shares:
        at = (len(ordered) - 1) * share
        low = int(at)
        high = min(low + 1, len(ordered) - 1)
        found.append(ordered[low] + (ordered[high] - ordered[low]) * (at - low))
    return found
