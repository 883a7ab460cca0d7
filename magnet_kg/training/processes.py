"""Several processes, one for each GPU: what `accelerate launch` tells each of them through the environment."""

from __future__ import annotations

import os


def is_first() -> bool:
    """Whether this process is the one that speaks and writes."""
    return int(os.environ.get("RANK", "0")) == 0
