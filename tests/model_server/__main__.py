"""`python -m model_server`: prints its address and serves until it is ended."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

import uvicorn

from model_server.script import Script, by_task, fitting, none_of_them
from model_server.server import ModelServer
from model_server.serving import configured
from model_server.settings import ServerSettings
from model_server.table import Table


async def _serve(server: uvicorn.Server) -> None:
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    print(f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}", flush=True)
    await task


def _script(recorded: Path | None) -> Script:
    plain = by_task({"judge": none_of_them}, otherwise=fitting)
    return plain if recorded is None else Table.load(recorded).script(plain)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="model_server")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--settings", type=ServerSettings.model_validate_json, default=ServerSettings())
    parser.add_argument("--recorded", type=Path)
    given = parser.parse_args()
    asyncio.run(_serve(uvicorn.Server(configured(ModelServer(_script(given.recorded), given.settings), given.port))))
