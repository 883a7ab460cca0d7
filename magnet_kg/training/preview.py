"""What a trainer would see of a row: its exact tokens, and which of them are trained on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

from magnet_kg.domain.errors import MagnetError
from magnet_kg.student.tokens import Encoded, Rendered, tokenize
from magnet_kg.training.encoding import render_row
from magnet_kg.training.packages import require_packages
from magnet_kg.training.rows import Method, Row, raw_rows, row_files, rows_in, until_calls


@dataclass(frozen=True)
class Side:
    """A row, or one side of a pair, as tokens.

    Attributes:
        name: "" for a row, else "chosen" or "rejected".
        encoded: what training uses.
        pieces: the text of each token, together all of it; a character of several tokens stands at the first.
        text: all of it, as rendered.
    """

    name: str
    encoded: Encoded
    pieces: tuple[str, ...]
    text: str


@dataclass(frozen=True)
class Preview:
    """A row as a trainer sees it.

    Attributes:
        row: its id.
        template: whose it is, and why.
        sides: one, or the two of a pair.
        ended: whether the row ends after the assistant's first calls, which the export does not.
    """

    row: str
    template: str
    sides: tuple[Side, ...]
    ended: bool


def preview_row(place: Path, wanted: str, model: Path, *, ending: bool = False) -> Preview:
    """A row as `train` would see it.

    Args:
        place: a file of an export, or a run's folder.
        wanted: the row's id, with or without its attempt, or its number in the file from 1.
        model: a model's folder; only its tokenizer is read.
        ending: a row of one turn ends after its first calls, as a share of them does with `SftSettings.until_calls`.

    Raises:
        MagnetError: no such row, a pair that should end early, a package is missing, or the folder has no tokenizer.
    """
    require_packages()
    from magnet_kg.training.models import load_tokenizer

    method, found = _found(place, wanted)
    if ending and method != "sft":
        raise MagnetError("a pair is trained whole", where=wanted, do="Leave out --until-calls")
    row = until_calls(found) if ending else found
    tokenizer, choice = load_tokenizer(model)
    told = render_row(tokenizer, row, method)
    names = ("",) if method == "sft" else ("chosen", "rejected")
    sides = tuple(_side(tokenizer, name, one) for name, one in zip(names, told, strict=True))
    return Preview(str(row["id"]), str(choice), sides, row is not found)


def _side(tokenizer: Any, name: str, told: Rendered) -> Side:
    # Decoded one by one, tokens of many tokenizers would lose their spaces.
    offsets = tokenizer(told.text, add_special_tokens=False, return_offsets_mapping=True)["offset_mapping"]
    ends = list(accumulate((end for _, end in offsets), max, initial=0))
    pieces = tuple(told.text[start:end] for start, end in pairwise(ends))
    return Side(name, tokenize(tokenizer, [told])[0], pieces, told.text)


def _found(place: Path, wanted: str) -> tuple[Method, Row]:
    for method, file in _candidates(place):
        for number, (_, row) in enumerate(rows_in(file, method), 1):
            if wanted in (str(row["id"]), str(row["id"]).partition(".")[0], str(number)):
                return method, row
    raise MagnetError(f"there is no row {wanted}", where=str(place), do="Give an id, or a number from 1")


def _candidates(place: Path) -> Iterator[tuple[Method, Path]]:
    methods: tuple[Method, Method] = ("sft", "mdpo")
    if place.is_file():
        file = row_files(place, "sft")[0]
        _, first = next(raw_rows(file), ("", {}))
        yield ("mdpo" if isinstance(first, dict) and "chosen" in first else "sft"), file
        return
    for method in methods:
        try:
            files = row_files(place, method)
        except MagnetError:
            if method == "sft":
                continue
            raise
        for file in files:
            yield method, file
