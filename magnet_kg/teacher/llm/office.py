"""What all callers of a process share: answers, accounts, limits, and connections."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

from magnet_kg.teacher.llm.accounts import Accounts
from magnet_kg.teacher.llm.cache import AnswerCache
from magnet_kg.teacher.llm.circuit import Circuit
from magnet_kg.teacher.llm.keys import redact
from magnet_kg.teacher.llm.limiter import Limiter
from magnet_kg.teacher.llm.prices import load_prices
from magnet_kg.teacher.llm.providers import ChatClient, Place, connect
from magnet_kg.teacher.llm.reply import Reply
from magnet_kg.teacher.settings import TeacherSettings

_Loops = dict[asyncio.AbstractEventLoop, dict[Any, Any]]


class Office:
    """One for a process. It outlives event loops: each stage of a run may have its own.

    Args:
        cache_folder: where answers are, and what they cost; other processes may share it.
        budget: US dollars for everything that was and will be paid through this folder; None: no limit.
        prices: the user's own table of prices.
        patience: seconds for which a server that is down is tried; see `Circuit`.

    Raises:
        MagnetError: the folder or the table cannot be used.
    """

    def __init__(
        self,
        cache_folder: Path,
        budget: float | None = None,
        prices: Path | None = None,
        *,
        patience: float | None = None,
    ) -> None:
        table = load_prices(prices)
        self.cache = AnswerCache(cache_folder)
        self.accounts = Accounts(self.cache, budget, table)
        # Answer types for which a server, by (place, type), has turned out to have no schema mode.
        self.without_schema: set[tuple[Place, str]] = set()
        # Models that have answered: what they do not take afterwards is the question's fault, not the settings'.
        self.answering: set[Place] = set()
        self._patience = patience
        self._lock = Lock()
        self._limiters: dict[Place, Limiter] = {}
        self._circuits: dict[tuple[str, str], Circuit] = {}
        self._clients: _Loops = {}
        self._flights: _Loops = {}

    def limiter(self, place: Place, concurrency: int) -> Limiter:
        """Of one model at one address; the smallest `concurrency` that anybody gave holds for all."""
        with self._lock:
            limiter = self._limiters.setdefault(place, Limiter(concurrency))
        limiter.lower(concurrency)
        return limiter

    def circuit(self, place: Place) -> Circuit:
        """Of one server, over all of its models."""
        server = f"{place.provider} at {urlsplit(redact(place.address)).netloc or place.address}"
        with self._lock:
            return self._circuits.setdefault((place.provider, place.address), Circuit(server, self._patience))

    async def client(self, place: Place, settings: TeacherSettings, key: str) -> ChatClient:
        """The client of the running event loop; its connections are closed when the loop ends."""
        clients = _of_this_loop(self._clients)
        if settings not in clients:
            client = connect(place, settings, key)
            # An event loop that `asyncio.run` ends closes its asynchronous generators: the one place from which
            # connections can be closed in time, without a word from whoever runs the loop.
            keeper = _kept(client)
            await anext(keeper)
            clients[settings] = (client, keeper)
        found: ChatClient = clients[settings][0]
        return found

    async def once(self, key: bytes, work: Callable[[], Awaitable[Reply]]) -> tuple[Reply, bool]:
        """The outcome of `work`, done once for all who ask for the same at once; whether somebody else did it."""
        flights = _of_this_loop(self._flights)
        shared = key in flights
        if not shared:
            # A task of its own: whoever else waits is not called off together with the first.
            flights[key] = asyncio.ensure_future(work())
            flights[key].add_done_callback(lambda ended: (flights.pop(key), ended.cancelled() or ended.exception()))
        return await asyncio.shield(flights[key]), shared

    def report(self) -> dict[str, Any]:
        """Calls, tokens, money and rows without an answer, by task and model."""
        return self.accounts.report()

    async def close(self) -> None:
        """Writes what is left to write; connections are closed with their event loop."""
        await asyncio.to_thread(self.cache.close)

    async def __aenter__(self) -> Office:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


def _of_this_loop(table: _Loops) -> dict[Any, Any]:
    loop = asyncio.get_running_loop()
    if loop not in table:
        for ended in [each for each in table if each.is_closed()]:
            table.pop(ended, None)
    return table.setdefault(loop, {})


async def _kept(client: ChatClient) -> AsyncIterator[None]:
    try:
        yield
    finally:
        await client.aclose()
