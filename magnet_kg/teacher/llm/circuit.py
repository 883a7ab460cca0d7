"""A provider that is down: calls wait while it is tried, and then the run stops cleanly."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from threading import Lock

from magnet_kg.domain.errors import MagnetError

# Failures in a row over all calls after which calls wait, and how long it is tried before the run stops: a server that
# has answered before may be restarting, one that never has is more likely not there.
_ROW_BEFORE, _ROW_AFTER = 5, 10
_PATIENCE_BEFORE, _PATIENCE_AFTER = 8.0, 60.0
_FIRST_WAIT, _LAST_WAIT = 1.0, 16.0
_POLL = 0.1


class Circuit:
    """Shared by all calls to one address; safe over event loops and threads.

    Closed: every call goes. After several failures in a row, over all calls: half open, one call at a time is a probe
    and the others wait. A success closes it. When the probes have failed for long enough it opens, and every call
    raises.

    Args:
        server: what the user knows it by.
        patience: seconds of probing before it opens; by default 8 for a server that never answered, else 60.
        clock: seconds that only grow.
    """

    def __init__(self, server: str, patience: float | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._server = server
        self._patience = patience
        self._clock = clock
        self._lock = Lock()
        self._failures = 0
        self._answered = False
        self._suspended_at: float | None = None
        self._probing = False
        self._wait = _FIRST_WAIT
        self._next_probe = 0.0
        self._down_because: str | None = None

    async def enter(self) -> bool:
        """Returns when a call may go; whether it is a probe. `left` must follow, after `succeeded` or `failed`.

        Raises:
            MagnetError: the provider is down.
        """
        while True:
            with self._lock:
                if self._down_because is not None:
                    raise self._down(self._down_because)
                if self._suspended_at is None:
                    return False
                if not self._probing and self._clock() >= self._next_probe:
                    self._probing = True
                    return True
            # Rare and short: no event that all loops and threads could share is worth its trouble.
            await asyncio.sleep(_POLL)

    def succeeded(self) -> None:
        """The server has answered something, if only that it is busy."""
        with self._lock:
            self._answered = True
            self._failures = 0
            self._suspended_at = None

    def failed(self, what: str, probe: bool) -> bool:
        """The server did not answer; gives whether this was held against the server alone, not against the call."""
        with self._lock:
            self._failures += 1
            now = self._clock()
            if self._suspended_at is None:
                if self._failures >= (_ROW_AFTER if self._answered else _ROW_BEFORE):
                    self._suspended_at, self._wait = now, _FIRST_WAIT
                    self._next_probe = now + self._wait
                return False
            if probe:
                self._wait = min(2 * self._wait, _LAST_WAIT)
                self._next_probe = now + self._wait
                if now - self._suspended_at >= self._limit():
                    self._down_because = what
            return probe

    def left(self, probe: bool) -> None:
        """The call has ended, however it did."""
        if probe:
            with self._lock:
                self._probing = False

    def _limit(self) -> float:
        if self._patience is not None:
            return self._patience
        return _PATIENCE_AFTER if self._answered else _PATIENCE_BEFORE

    def _down(self, what: str) -> MagnetError:
        return MagnetError(
            f"{self._server} is down: {self._failures} calls in a row failed, the last one because {what}",
            do="Give the same command again when it is back; finished rows are kept, and no answer is paid twice",
        )
