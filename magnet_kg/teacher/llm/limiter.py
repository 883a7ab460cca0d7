"""How many calls of one model may be in flight: up while the server takes them, down when it refuses."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

# Seconds before a level that was refused is tried again; each time in vain doubles it.
_FIRST_PROBE = 30.0
_LAST_PROBE = 300.0


@dataclass(frozen=True)
class Slot:
    """A call that may go; `era` tells calls from before a decrease from those after it."""

    era: int


class Limiter:
    """Additive increase, multiplicative decrease, for all event loops and threads of a process.

    Starts at `concurrency`. A burst of refusals (of calls that were all sent before the first one came back) brings the
    limit down to the calls that were left in flight, which the server has evidently taken, but at most to a half:
    then the next burst halves again. From there it grows by one (a 64th of `concurrency`, where that is more) after
    each full round of answers, until just below the level that was refused; this is tried again only now and then.
    While a server's Retry-After lasts, no call starts.

    Args:
        concurrency: calls in flight at most.
        clock: seconds that only grow.
    """

    def __init__(self, concurrency: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.concurrency = concurrency
        self.limit = concurrency
        self.in_flight = 0
        self.refused = 0
        self.accepted_at = float("-inf")
        self._clock = clock
        self._lock = Lock()
        self._waiting: deque[asyncio.Future[Slot]] = deque()
        self._era = 0
        self._floor = 1
        self._ceiling: int | None = None
        self._clean = 0
        self._paused_until = 0.0
        self._probe_at = 0.0
        self._probe_wait = _FIRST_PROBE

    async def enter(self) -> Slot:
        """A slot, in the order of asking; it is given back by `succeeded`, `rejected` or `left`."""
        loop = asyncio.get_running_loop()
        with self._lock:
            pause = self._paused_until - self._clock()
            if pause <= 0 and not self._waiting and self.in_flight < self.limit:
                self.in_flight += 1
                return Slot(self._era)
            place: asyncio.Future[Slot] = loop.create_future()
            self._waiting.append(place)
        if pause > 0:
            # The loop that set the pause may be gone by the time it ends.
            loop.call_later(pause, self._wake)
        try:
            return await place
        except asyncio.CancelledError:
            if place.done() and not place.cancelled():
                self.left(place.result())
            raise

    def succeeded(self, slot: Slot) -> None:
        """The server has answered."""
        with self._lock:
            full = self.in_flight >= self.limit
            self.in_flight -= 1
            self.accepted_at = self._clock()
            if slot.era == self._era:
                self._clean += 1
                if full and self._clean >= self.limit:
                    self._clean = 0
                    self._grow()
        self._wake()

    def rejected(self, slot: Slot, after: float | None) -> None:
        """The server has refused (429, 503), and asks to wait `after` seconds."""
        with self._lock:
            self.refused += 1
            if slot.era == self._era:
                self._begin_burst()
            if slot.era >= self._era - 1:
                self.limit = max(self._floor, min(self.limit, self.in_flight - 1))
                self._ceiling = max(self.limit, self.in_flight)
            self.in_flight -= 1
            if after:
                self._paused_until = max(self._paused_until, self._clock() + after)
        if after:
            asyncio.get_running_loop().call_later(after, self._wake)
        self._wake()

    def left(self, slot: Slot) -> None:
        """The call has ended without a word about how busy the server is."""
        with self._lock:
            self.in_flight -= 1
        self._wake()

    def lower(self, concurrency: int) -> None:
        """Somebody who shares it wants fewer calls in flight at most."""
        with self._lock:
            self.concurrency = min(self.concurrency, concurrency)
            self.limit = min(self.limit, self.concurrency)

    def _begin_burst(self) -> None:
        self._era += 1
        self._clean = 0
        self._floor = max(1, self.limit // 2)
        self._probe_at = self._clock() + self._probe_wait
        self._probe_wait = min(2 * self._probe_wait, _LAST_PROBE)

    def _grow(self) -> None:
        step = max(1, self.concurrency // 64)
        if self._ceiling is not None and self.limit >= self._ceiling:
            # A full round at the level that was refused: it is refused no longer.
            self._ceiling, self._probe_wait = None, _FIRST_PROBE
        if self._ceiling is None:
            self.limit = min(self.limit + step, self.concurrency)
        elif self.limit < self._ceiling - 1:
            self.limit = min(self.limit + step, self._ceiling - 1)
        elif self._clock() >= self._probe_at:
            self.limit = min(self._ceiling, self.concurrency)

    def _wake(self) -> None:
        """Gives free slots to those who wait, first come first served."""
        while (place := self._next()) is not None:
            loop = place.get_loop()
            if loop is _running_loop():
                self._grant(place)
                continue
            try:
                loop.call_soon_threadsafe(self._grant, place)
            except RuntimeError:  # That loop is closed, and so nobody waits there.
                with self._lock:
                    self.in_flight -= 1

    def _next(self) -> asyncio.Future[Slot] | None:
        with self._lock:
            while self._waiting and self._waiting[0].done():
                self._waiting.popleft()
            if not self._waiting or self.in_flight >= self.limit or self._paused_until > self._clock():
                return None
            self.in_flight += 1
            return self._waiting.popleft()

    def _grant(self, place: asyncio.Future[Slot]) -> None:
        if place.done():  # Called off meanwhile; not from here, since this may be one of very many.
            with self._lock:
                self.in_flight -= 1
            place.get_loop().call_soon(self._wake)
        else:
            place.set_result(Slot(self._era))


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None
