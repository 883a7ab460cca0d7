"""A process of its own that asks a model many questions, and says which were answered: `python asking.py FOLDER URL`.

Prints every address that it connects to, so that a test sees whom it talks to.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

from calling import opinion

from magnet_kg.domain.errors import MagnetError, Unanswered
from magnet_kg.teacher.llm.caller import open_caller
from magnet_kg.teacher.llm.office import Office
from magnet_kg.teacher.llm.request import Caller
from magnet_kg.teacher.settings import TeacherSettings

QUESTIONS = 300


def _tell_addresses(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.connect":
        print(f"connects to {arguments[1]}", flush=True)


async def _ask(caller: Caller, number: int) -> None:
    try:
        await caller.ask(opinion(f"number {number}"))
    except Unanswered as given_up:
        print(f"{given_up.reason}: {given_up.detail}", flush=True)
    print(f"answered {number}", flush=True)


async def _ask_all(folder: Path, url: str) -> None:
    settings = TeacherSettings(kind="llm", model="openai:small-1", base_url=url, concurrency=8)
    async with Office(folder, patience=0) as office:
        caller = open_caller(settings, office)
        await asyncio.gather(*(_ask(caller, number) for number in range(QUESTIONS)))
        print(office.report(), flush=True)


if __name__ == "__main__":
    sys.addaudithook(_tell_addresses)
    try:
        asyncio.run(_ask_all(Path(sys.argv[1]), sys.argv[2]))
    except MagnetError as error:
        print(error, file=sys.stderr)
        sys.exit(1)
