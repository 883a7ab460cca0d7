"""Calls, tokens and money by task and model, and the budget that they must stay within."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from dataclasses import asdict, dataclass
from threading import Lock
from typing import Any

from magnet_kg.domain.errors import MagnetError
from magnet_kg.teacher.llm.cache import AnswerCache
from magnet_kg.teacher.llm.prices import PriceTable, no_price
from magnet_kg.teacher.llm.reply import Reply
from magnet_kg.teacher.settings import TeacherSettings

# Prompts of English and JSON have about 4 bytes a token; what is reserved must rather be too much.
_BYTES_PER_TOKEN = 3
# Tokens of an answer where nothing is known: no `max_tokens`, and no answer so far.
_FIRST_GUESS = 1024
_POLL = 0.05


@dataclass
class Count:
    """What happened so far in this process, for one task of one model; tokens and money of answered calls."""

    calls: int = 0
    cached: int = 0
    failed: int = 0
    repaired: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    usd: float = 0.0


class Accounts:
    """Counts everything, and lets no call go that the budget may not pay for.

    Args:
        cache: where spending is kept; what was spent through it before counts against the budget.
        budget: US dollars, or None.
        prices: what tokens cost.
    """

    def __init__(self, cache: AnswerCache, budget: float | None, prices: PriceTable) -> None:
        self.budget = budget
        self.prices = prices
        self._cache = cache
        self._lock = Lock()
        self._counts: defaultdict[tuple[str, str], Count] = defaultdict(Count)
        self._unanswered: Counter[tuple[str, str]] = Counter()
        self._longest: dict[tuple[str, str], int] = {}
        self._reserved = 0.0
        self._rows: defaultdict[str, Counter[str]] = defaultdict(Counter)

    def check(self, settings: TeacherSettings) -> None:
        """Raises MagnetError where there is a budget and no price to keep it by."""
        assert settings.model is not None
        if self.budget is not None and self.prices.find(settings.model) is None:
            raise no_price(settings.model)

    async def reserve(self, settings: TeacherSettings, task: str, size: int) -> float:
        """Puts aside the most that a call may cost; `release` must follow, once what it did cost is on disk.

        Args:
            settings: of the model.
            task: for whom the call is.
            size: bytes of the prompt.

        Returns:
            US dollars; 0 without a budget.

        Raises:
            MagnetError: the budget does not reach for the call, whatever becomes of those in flight.
        """
        assert settings.model is not None
        if self.budget is None:
            return 0.0
        price = self.prices.find(settings.model)
        if price is None:
            raise no_price(settings.model)
        while True:
            with self._lock:
                tokens_out = settings.max_tokens or self._longest.get((settings.model, task), _FIRST_GUESS)
                cost = price.usd(size / _BYTES_PER_TOKEN, tokens_out)
                if self._cache.usd + cost > self.budget:
                    raise self._spent(settings.model, cost)
                if self._cache.usd + self._reserved + cost <= self.budget:
                    self._reserved += cost
                    return cost
            # Only near the end of the budget: calls in flight mostly turn out cheaper than what is put aside for them.
            await asyncio.sleep(_POLL)

    def release(self, reserved: float) -> None:
        """Gives back what was put aside."""
        with self._lock:
            self._reserved -= reserved

    def usd(self, model: str, tokens_in: int, tokens_out: int, factor: float = 1.0) -> float | None:
        """What tokens cost, times `factor` (0.5 for batches); None where the price is unknown."""
        price = self.prices.find(model)
        return None if price is None else factor * price.usd(tokens_in, tokens_out)

    def answered(self, model: str, task: str, reply: Reply, usd: float | None) -> None:
        """A call was made and answered."""
        with self._lock:
            count = self._counts[model, task]
            count.calls += 1
            count.tokens_in += reply.tokens_in
            count.tokens_out += reply.tokens_out
            count.usd += usd or 0.0
            self._longest[model, task] = max(self._longest.get((model, task), 1), reply.tokens_out)

    def cached(self, model: str, task: str) -> None:
        """An answer was there already, or on its way for somebody else."""
        with self._lock:
            self._counts[model, task].cached += 1

    def failed(self, model: str, task: str) -> None:
        """A call was made and not answered."""
        with self._lock:
            self._counts[model, task].failed += 1

    def repaired(self, model: str, task: str) -> None:
        """An answer was sent back."""
        with self._lock:
            self._counts[model, task].repaired += 1

    def asked(self, row: str, task: str) -> None:
        """Something was asked for a row, wherever the answer comes from."""
        with self._lock:
            self._rows[row][task] += 1

    def calls_of(self, row: str) -> dict[str, int]:
        """What was asked for a row by task, answers that were sent back included."""
        with self._lock:
            return dict(self._rows.get(row, {}))

    def unanswered(self, task: str, reason: str) -> None:
        """A row was given up."""
        with self._lock:
            self._unanswered[task, reason] += 1

    def report(self) -> dict[str, Any]:
        """What this process did, for report.json; `usd` is None where a model's price is unknown."""
        with self._lock:
            counts = sorted(self._counts.items())
            tasks = [
                {"task": task, "model": model} | asdict(count) | self._money(model, count)
                for (model, task), count in counts
            ]
            unanswered = [
                {"task": task, "reason": reason, "rows": rows}
                for (task, reason), rows in sorted(self._unanswered.items())
            ]
        return {"tasks": tasks, "unanswered": unanswered, "usd": self._cache.usd, "budget": self.budget}

    def _money(self, model: str, count: Count) -> dict[str, float | None]:
        return {"usd": None if self.prices.find(model) is None else count.usd}

    def _spent(self, model: str, cost: float) -> MagnetError:
        spent = self._cache.usd
        if spent == 0:
            return MagnetError(
                f"the budget of {_dollars(self.budget)} is too small for one call of {model}, "
                f"which may cost {_dollars(cost)}",
                do="Give a larger --budget, or a smaller max_tokens",
            )
        return MagnetError(
            f"the budget of {_dollars(self.budget)} is spent: {_dollars(spent)} are paid, "
            f"and the next call may cost {_dollars(cost)}",
            do="The same command with a larger --budget goes on; finished rows are kept, and no answer is paid twice",
        )


def _dollars(amount: float | None) -> str:
    return f"{amount or 0:.4g} USD"
