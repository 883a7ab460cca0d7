"""HTTP for very many calls at once."""

from __future__ import annotations

import itertools
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from magnet_kg.teacher.llm.keys import is_loopback

# A pool looks at all of its connections for each call: at 64 in flight, a fifth of a call's whole work.
_POOLS = 32


class SpreadTransport:
    """Spreads calls over several small pools of connections, without a limit: how many go is the limiter's business.

    Args:
        http: httpx, or httpx2, which has the same names.
    """

    def __init__(self, http: ModuleType) -> None:
        # Made once: each pool would otherwise read all certificates.
        context = http.create_ssl_context()
        limits = http.Limits(max_connections=None, max_keepalive_connections=None)
        self._pools = [http.AsyncHTTPTransport(verify=context, limits=limits) for _ in range(_POOLS)]
        self._turns = itertools.cycle(self._pools)

    async def handle_async_request(self, request: Any) -> Any:
        """What a client of httpx calls for each request."""
        return await next(self._turns).handle_async_request(request)

    async def aclose(self) -> None:
        """Closes all connections, in the loop that opened them."""
        for pool in self._pools:
            await pool.aclose()

    def close(self) -> None:
        """Nothing: a client without a loop has opened no connection."""

    async def __aenter__(self) -> SpreadTransport:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()


def is_behind_proxy(address: str) -> bool:
    """Whether the environment names a proxy for `address`; a server on this machine is never behind one."""
    parts = urlsplit(address)
    if is_loopback(address) or proxy_bypass(parts.hostname or ""):
        return False
    return bool({parts.scheme or "https", "all"} & set(getproxies()))
