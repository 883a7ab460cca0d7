"""`training.json`: what a model was trained on, how, with what, and how long; and whether a training may go on."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b, file_digest
from pathlib import Path
from shutil import rmtree
from typing import Any

import orjson

from magnet_kg.domain.errors import MagnetError
from magnet_kg.export.files import written_whole

RECORD, CURVES, PICTURE = "training.json", "curves.jsonl", "curves.png"
# What makes a folder the model that it is: its form, its weights, and how it reads.
_MODEL = (
    "config.json", "*.safetensors", "*.bin", "*.index.json", "tokenizer.json", "tokenizer_config.json", "*.jinja",
)  # fmt: skip
# Keys of what is asked that are digests.
_DIGESTS = {"data": "the digest of the rows", "model": "the digest of the model's files"}


def read_record(out: Path) -> dict[str, Any] | None:
    """The record of a training; None where there is none.

    Raises:
        MagnetError: it cannot be read.
    """
    file = out / RECORD
    if not file.exists():
        return None
    try:
        found = orjson.loads(file.read_bytes())
    except orjson.JSONDecodeError as error:
        raise MagnetError("the record cannot be read", where=str(file), do="Give another --out") from error
    return dict(found)


def write_record(out: Path, record: Mapping[str, Any]) -> None:
    """Write the record, whole or not at all."""
    with written_whole(out / RECORD) as partial:
        partial.write_bytes(orjson.dumps(record, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))


def require_same(out: Path, before: Mapping[str, Any], now: Mapping[str, Any]) -> None:
    """Make sure that what is in a folder was begun with the same data and settings.

    Raises:
        MagnetError: it was not; says what differs.
    """
    for key in now:
        old, new = before.get(key), now[key]
        if old == new:
            continue
        if isinstance(old, dict) and isinstance(new, dict):
            key, old, new = next(
                (f"{key}.{one}", old.get(one), new.get(one)) for one in {**new, **old} if old.get(one) != new.get(one)
            )
        named = _DIGESTS.get(key, key)
        raise MagnetError(
            f"a training that differs has begun here: {named} was {_short(old)} and is now {_short(new)}",
            where=str(out),
            do="Give another --out, or the same settings to go on",
        )


def model_digest(folder: Path) -> str:
    """A digest of a model's files, 16 hexadecimal digits: the same wherever they are, another for other weights."""
    digest = blake2b(digest_size=8)
    for file in sorted({file for pattern in _MODEL for file in folder.glob(pattern)}):
        with file.open("rb") as content:
            digest.update(f"{file.name}\n{file_digest(content, 'blake2b').hexdigest()}\n".encode())
    return digest.hexdigest()


def checkpoints(out: Path) -> list[Path]:
    """The checkpoints of a training that are whole, oldest first."""
    return sorted((place for place in _checkpoints(out) if read_state(place) is not None), key=_step)


def remove_checkpoints(out: Path, *, cut: bool = False) -> None:
    """Remove a training's checkpoints; with `cut` only those that were cut off."""
    for place in _checkpoints(out):
        if not cut or read_state(place) is None:
            rmtree(place)


def read_state(checkpoint: Path) -> dict[str, Any] | None:
    """What a trainer knew when it wrote a checkpoint, which is the last that it writes; None where that was cut off."""
    try:
        found = orjson.loads((checkpoint / "trainer_state.json").read_bytes())
    except (OSError, orjson.JSONDecodeError):
        return None
    return found if isinstance(found, dict) else None


def _checkpoints(out: Path) -> list[Path]:
    return [place for place in out.glob("checkpoint-*") if place.is_dir() and place.name.rpartition("-")[2].isdigit()]


def _step(checkpoint: Path) -> int:
    return int(checkpoint.name.rpartition("-")[2])


def _short(value: Any) -> str:
    text = orjson.dumps(value).decode()
    return text if len(text) <= 60 else f"{text[:57]}…"
