"""Wait for what happens elsewhere, and no longer than it may take."""

from __future__ import annotations

import time
from collections.abc import Callable


def wait_until(reached: Callable[[], bool], what: str, seconds: float = 60.0, every: float = 0.005) -> None:
    """Return once it is reached, looked at `every` so many seconds; fails with `what` where it is not in time."""
    deadline = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < deadline, f"not within {seconds:g} seconds: {what}"
        time.sleep(every)
