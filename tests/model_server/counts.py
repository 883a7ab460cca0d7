"""What a server saw: calls by task, how many at once, and what was asked again."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Counts:
    """Counts of one server; times are of `time.time()`, so that another process can compare them with its own.

    Attributes:
        requests: all that came, by task.
        answered: those that got the model's answer, good or bad, and would be paid.
        rejected: 429 because too many were in flight.
        faults: faults given, by kind.
        most: in flight at once.
        seen: how often each content came, by its hash.
        finished: when each content was answered, by its hash; more than one time is an answer paid again.
    """

    requests: Counter[str] = field(default_factory=Counter)
    answered: Counter[str] = field(default_factory=Counter)
    rejected: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    in_flight: int = 0
    most: int = 0
    seen: Counter[str] = field(default_factory=Counter)
    finished: dict[str, list[float]] = field(default_factory=dict)
    _first: float | None = None
    _last: float = 0.0
    _area: float = 0.0

    @property
    def calls(self) -> int:
        """All requests."""
        return self.requests.total()

    @property
    def paid_again(self) -> int:
        """Answers to a content that had been answered before; several samples of one question count too."""
        return sum(len(times) - 1 for times in self.finished.values())

    @property
    def mean(self) -> float:
        """Requests in flight on average, from the first arrival to the last end."""
        span = self._last - (self._first or self._last)
        return self._area / span if span else 0.0

    def arrives(self) -> None:
        """A request is now in flight."""
        self._moves(1)
        self.most = max(self.most, self.in_flight)

    def leaves(self) -> None:
        """A request is no longer in flight."""
        self._moves(-1)

    def finishes(self, task: str, fingerprint: str) -> None:
        """A request got the model's answer."""
        self.answered[task] += 1
        self.finished.setdefault(fingerprint, []).append(time.time())

    def summary(self) -> dict[str, Any]:
        """All of it as JSON."""
        return {
            "calls": self.calls, "requests": dict(self.requests), "answered": dict(self.answered),
            "rejected": self.rejected, "faults": dict(self.faults), "in_flight": self.in_flight, "most": self.most,
            "mean": self.mean, "paid_again": self.paid_again, "finished": self.finished,
        }  # fmt: skip

    def _moves(self, by: int) -> None:
        now = time.time()
        self._first = now if self._first is None else self._first
        self._area += self.in_flight * (now - (self._last or now))
        self._last = now
        self.in_flight += by
