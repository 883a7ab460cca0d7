"""Rows as tokens for a trainer, and the rows that do not fit, counted and told, never cut."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from magnet_kg.domain.errors import MagnetError
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
class Examples:
    """What a model is trained on.

    Attributes:
        examples: in the order of the rows.
        left_out: rows that are not among them, by reason, those of `Rows` included.
    """

    examples: list[Example]
    left_out: Counter[str]

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
    return Example(str(row["id"]), tuple(tokenize(tokenizer, _rendered(tokenizer, row, method))))


def encode_rows(tokenizer: Any, rows: Rows, method: Method, most: int) -> Examples:
    """All rows as tokens.

    Args:
        tokenizer: of `fitted_tokenizer`.
        rows: what was read.
        method: of training.
        most: longer rows are left out whole; a pair where one side is longer.

    Raises:
        MagnetError: no row is left, or a row cannot be told as the template wants it.
    """
    left_out = Counter(rows.left_out)
    examples = []
    for at in range(0, len(rows.rows), _AT_ONCE):
        for example in _encoded(tokenizer, rows.rows[at : at + _AT_ONCE], method):
            reason = _unfit(example, most)
            if reason is None:
                examples.append(example)
            else:
                left_out[reason] += 1
    if not examples:
        told = ", ".join(f"{count:,} {reason}" for reason, count in left_out.items())
        raise MagnetError(
            f"no row is left to train on ({told})",
            where=str(rows.files[0]),
            do="Give a larger --max-tokens, or other rows",
        )
    return Examples(examples, left_out)


def _encoded(tokenizer: Any, rows: Sequence[Row], method: Method) -> Iterator[Example]:
    """Rows as tokens, all at once: what takes the time is done on all cores."""
    rendered = [_told(tokenizer, row, method) for row in rows]
    sides = iter(tokenize(tokenizer, [side for one in rendered for side in one]))
    for row, one in zip(rows, rendered, strict=True):
        yield Example(str(row["id"]), tuple(islice(sides, len(one))))


def _told(tokenizer: Any, row: Row, method: Method) -> list[Rendered]:
    try:
        return _rendered(tokenizer, row, method)
    except MagnetError as error:
        raise MagnetError(error.what, where=str(row["id"]), do="Check the model's chat template") from error
    except (KeyError, TypeError, ValueError) as error:
        raise MagnetError(
            f"the row's messages cannot be read ({type(error).__name__}: {error})",
            where=str(row["id"]),
            do="Export the run again",
        ) from error


def _rendered(tokenizer: Any, row: Mapping[str, Any], method: Method) -> list[Rendered]:
    if method == "sft":
        return [render(tokenizer, row["messages"], row["tools"])]
    return [render(tokenizer, [*row["prompt"], *row[side]], row["tools"]) for side in ("chosen", "rejected")]


def _unfit(example: Example, most: int) -> str | None:
    if any(len(side) > most for side in example.sides):
        return f"longer than {most:,} tokens"
    if not all(side.trained for side in example.sides):
        return "without a message of the assistant"
    if len(example.sides) == 2 and example.sides[0].ids.tobytes() == example.sides[1].ids.tobytes():
        return "with two sides that are the same"
    return None
