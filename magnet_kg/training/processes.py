"""Several processes, one for each GPU: what `accelerate launch` tells each of them through the environment."""

from __future__ import annotations

import os

from magnet_kg.domain.errors import MagnetError


def is_first() -> bool:
    """Whether this process is the one that speaks and writes."""
    return int(os.environ.get("RANK", "0")) == 0


def processes() -> int:
    """How many processes train together."""
    return int(os.environ.get("WORLD_SIZE", "1"))


def require_launcher() -> None:
    """Make sure that several GPUs have a process each: one process for all of them would split what is one sequence.

    Raises:
        MagnetError: this process sees several GPUs, and nothing has launched it for one of them.
    """
    import torch

    seen = torch.cuda.device_count()
    if seen > 1 and "WORLD_SIZE" not in os.environ:
        raise MagnetError(
            f"{seen} GPUs are visible to one process",
            do="Set CUDA_VISIBLE_DEVICES=0 to train on one, or give what follows `train` to "
            "`accelerate launch --module magnet_kg.cli.train` to train on all",
        )
