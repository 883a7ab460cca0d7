"""The shelf of notes behind an address."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from serving_here import serving_here


@contextmanager
def notes_over_http() -> Iterator[str]:
    """The address of a server that runs in this process."""
    from notes_server import server

    app: Any = server.streamable_http_app()
    with serving_here(uvicorn.Config(app, port=0, log_level="error")) as address:
        yield f"{address}/mcp"
