"""Wait for what happens elsewhere, and no longer than it may take."""

from __future__ import annotations

import time
from collections.abc import Callable


def wait_until(reached: Callable[[], bool], what: str, seconds: float = 60.0) -> None:
    """Return once it is reached; fails with `what` where it is not within so many seconds."""
    deadline = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < deadline, f"not within {seconds:g} seconds: {what}"
        time.sleep(0.005)
