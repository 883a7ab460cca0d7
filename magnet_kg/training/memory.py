"""Memory of a training: kept from step to step on a processor, and what to do where there is too little."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from magnet_kg.domain.errors import MagnetError
from magnet_kg.training.record import checkpoints
from magnet_kg.training.settings import MdpoSettings, SftSettings

# Numbers of `mallopt`, from glibc's malloc.h, and what they are set to: nothing is given back, blocks of up to a
# gigabyte come from the heap, which grows by 64 MiB.
_KEPT = {-1: (1 << 31) - 1, -3: 1 << 30, -2: 64 << 20}


def keep_freed() -> None:
    """Let the C library keep what a step frees, for the next one.

    Left alone, glibc gives large blocks back to the system at once and gets them anew, page by page and zeroed. Does
    nothing where the C library has no such settings.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if os.name == "posix" else None
    if mallopt is not None:
        for setting, value in _KEPT.items():
            mallopt(setting, value)


@contextmanager
def memory_told(settings: SftSettings | MdpoSettings, out: Path) -> Iterator[None]:
    """Tell a user whose memory is too small what would take less.

    Args:
        settings: of the training; what they have already is not advised again.
        out: where it goes; only some settings may change once a checkpoint is there.

    Raises:
        MagnetError: out of memory, on a GPU or on the processor.
    """
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        import torch

        on_gpu = isinstance(error, torch.OutOfMemoryError)
        if not on_gpu and isinstance(error, RuntimeError) and "allocate memory" not in str(error):
            raise
        what = "out of memory on the GPU" if on_gpu else "out of memory"
        raise MagnetError(what, do=_advice(settings, bool(checkpoints(out)))) from error


def _advice(settings: SftSettings | MdpoSettings, begun: bool) -> str:
    smaller = ["a smaller --max-tokens"]
    if isinstance(settings, SftSettings):
        smaller.insert(0, "a smaller --batch-tokens")
    elif settings.pairs_per_batch > 1:
        smaller.insert(0, "a smaller --pairs-per-batch")
    if settings.lora is None:
        smaller.append("--lora")
    parts = [f"Give {'another --out with ' if begun else ''}{_listed(smaller)}"]
    if not settings.gradient_checkpointing:
        parts.insert(0, f"Give --gradient-checkpointing{' to go on' if begun else ''}")
    return ", or ".join([parts[0], *(part[0].lower() + part[1:] for part in parts[1:])])


def _listed(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} or {parts[-1]}"
