"""Rows as tokens for a trainer: all of them, or as many as a bound on trained tokens takes.

Rows that do not fit the model are counted and told, never cut.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, NoReturn

import numpy as np

from magnet_kg.domain.errors import MagnetError
from magnet_kg.domain.randomness import derived_rng
from magnet_kg.student.tokens import Encoded, Rendered, render, tokenize
from magnet_kg.training.rows import Method, Row, Rows

# Rows that are told and made tokens together.
_AT_ONCE = 256


@dataclass(frozen=True)
class Example:
    """A row as tokens: one side for a supervised row, the chosen and the rejected side for a pair."""

    row: str
    sides: tuple[Encoded, ...]

    @property
    def tokens(self) -> int:
        """Tokens of all sides."""
        return sum(map(len, self.sides))

    @property
    def trained(self) -> int:
        """Tokens that are trained on, of all sides."""
        return sum(side.trained for side in self.sides)


@dataclass(frozen=True)
class Draw:
    """Rows until a number of tokens is trained on.

    Attributes:
        tokens: that are trained on, in an epoch.
        seed: of the order in which rows are drawn.
    """

    tokens: int
    seed: int


@dataclass(frozen=True)
class Examples:
    """What a model is trained on.

    Attributes:
        examples: in the order of the rows.
        left_out: rows that are not among them, by reason, those of `Rows` included.
        lost: by reason, the share that each kind of rows lost to it, where rows do not fit. A bound that seems to take
            few rows may take most of one kind.
    """

    examples: list[Example]
    left_out: Counter[str]
    lost: Mapping[str, Mapping[str, float]]

    @property
    def tokens(self) -> int:
        """Tokens of all rows."""
        return sum(one.tokens for one in self.examples)

    @property
    def trained(self) -> int:
        """Tokens that are trained on."""
        return sum(one.trained for one in self.examples)


def encode_row(tokenizer: Any, row: Mapping[str, Any], method: Method) -> Example:
    """A row as tokens.

    Raises:
        MagnetError: the chat template refuses it.
    """
    return Example(str(row["id"]), tuple(tokenize(tokenizer, render_row(tokenizer, row, method))))


def render_row(tokenizer: Any, row: Mapping[str, Any], method: Method) -> list[Rendered]:
    """A row as text: one dialogue, or the chosen and the rejected one of a pair.

    Raises:
        MagnetError: the chat template refuses it.
    """
    if method == "sft":
        return [render(tokenizer, row["messages"], row["tools"])]
    return [render(tokenizer, [*row["prompt"], *row[side]], row["tools"]) for side in ("chosen", "rejected")]


def encode_rows(tokenizer: Any, rows: Rows, method: Method, most: int, draw: Draw | None = None) -> Examples:
    """Rows as tokens, in the order of the files.

    Args:
        tokenizer: of `fitted_tokenizer`.
        rows: what was read.
        method: of training.
        most: longer rows are left out whole; a pair where one side is longer.
        draw: how many trained tokens are wanted; None for those of all rows. Rows for SFT give exactly so many: the
            model reads the last row that was drawn whole, and is trained on it up to there. Pairs stay as they are,
            whose sides must be weighed whole: they give at most so many.

    Raises:
        MagnetError: no row is left, a row cannot be told as the template wants it, or the rows have fewer trained
            tokens than are wanted.
    """
    left_out = Counter(rows.left_out)
    order = list(range(len(rows.rows)))
    wanted: float = math.inf
    if draw is not None:
        derived_rng(draw.seed, "drawn rows").shuffle(order)
        wanted = draw.tokens
    drawn: dict[int, Example] = {}
    seen: Counter[str] = Counter()
    unfit: dict[str, Counter[str]] = {}
    left = wanted
    for place, (at, example) in enumerate(_encoded(tokenizer, rows.rows, order, method)):
        kind = str(rows.rows[at].get("kind", ""))
        seen[kind] += 1
        reason = _unfit(example, most)
        if reason is not None:
            left_out[reason] += 1
            unfit.setdefault(reason, Counter())[kind] += 1
            continue
        if not left or (method == "mdpo" and example.trained > left):
            left_out[f"not drawn for {wanted:,} trained tokens"] = len(order) - place
            break
        drawn[at] = example if example.trained <= left else _trained_up_to(example, int(left))
        left -= drawn[at].trained
    else:
        if draw is not None and left:
            _too_few(rows, draw, drawn.values())
    if not drawn:
        told = ", ".join(f"{count:,} {reason}" for reason, count in left_out.items())
        raise MagnetError(
            f"no row is left to train on ({told})",
            where=str(rows.files[0]),
            do="Give a larger --max-tokens, or other rows",
        )
    lost = {reason: {k: count / seen[k] for k, count in kinds.most_common()} for reason, kinds in unfit.items()}
    return Examples([drawn[at] for at in sorted(drawn)], left_out, lost)


def _trained_up_to(example: Example, tokens: int) -> Example:
    """The row, read whole, and trained on for its first so many of the tokens that it would be trained on."""
    (side,) = example.sides
    return replace(example, sides=(replace(side, mask=side.mask & (np.cumsum(side.mask) <= tokens)),))


def _too_few(rows: Rows, draw: Draw, drawn: Iterable[Example]) -> NoReturn:
    raise MagnetError(
        f"the rows have {sum(one.trained for one in drawn):,} trained tokens, and {draw.tokens:,} are wanted",
        where=str(rows.files[0]),
        do="Give fewer --trained-tokens, or more rows",
    )


def _encoded(
    tokenizer: Any, rows: Sequence[Row], order: Sequence[int], method: Method
) -> Iterator[tuple[int, Example]]:
    """Rows as tokens with their places, many at once: what takes the time is done on all cores."""
    for first in range(0, len(order), _AT_ONCE):
        places = order[first : first + _AT_ONCE]
        rendered = [_told(tokenizer, rows[at], method) for at in places]
        sides = iter(tokenize(tokenizer, [side for one in rendered for side in one]))
        for at, one in zip(places, rendered, strict=True):
            yield at, Example(str(rows[at]["id"]), tuple(islice(sides, len(one))))


def _told(tokenizer: Any, row: Row, method: Method) -> list[Rendered]:
    try:
        return render_row(tokenizer, row, method)
    except MagnetError as error:
        raise MagnetError(error.what, where=str(row["id"]), do="Check the model's chat template") from error
    except (KeyError, TypeError, ValueError) as error:
        raise MagnetError(
            f"the row's messages cannot be read ({type(error).__name__}: {error})",
            where=str(row["id"]),
            do="Export the run again",
        ) from error


def _unfit(example: Example, most: int) -> str | None:
    if any(len(side) > most for side in example.sides):
        return f"longer than {most:,} tokens"
    if not all(side.trained for side in example.sides):
        return "without a message of the assistant"
    if len(example.sides) == 2 and example.sides[0].ids.tobytes() == example.sides[1].ids.tobytes():
        return "with two sides that are the same"
    return None
