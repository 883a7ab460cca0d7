"""A web server in a thread of this process."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from until import wait_until


@contextmanager
def serving_here(config: uvicorn.Config, *, abruptly: bool = False) -> Iterator[str]:
    """The address of the server, such as http://127.0.0.1:8123; `abruptly`: requests under way end with it."""
    running = uvicorn.Server(config)
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    wait_until(lambda: running.started or not thread.is_alive(), "the server starts")
    assert running.started, "the server did not start"
    try:
        yield f"http://127.0.0.1:{running.servers[0].sockets[0].getsockname()[1]}"
    finally:
        running.should_exit = True
        running.force_exit = abruptly
        thread.join(timeout=10)
