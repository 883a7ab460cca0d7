"""The rows of a finished run's export, for tests to read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from run_fixture import FinishedRun

Row = dict[str, Any]


def read_lines(path: Path) -> list[Row]:
    """The rows of a JSON lines file, read by another library than the one that wrote it."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def sft_rows(run: FinishedRun) -> list[Row]:
    """The rows of `sft.jsonl`."""
    return read_lines(run.folder / "export" / "sft.jsonl")


def preference_rows(run: FinishedRun) -> list[Row]:
    """The rows of `preference.jsonl`."""
    return read_lines(run.folder / "export" / "preference.jsonl")


def called(messages: list[Row]) -> list[tuple[int, str]]:
    """(message index, name) of every function that is called."""
    return [
        (index, call["function"]["name"])
        for index, message in enumerate(messages)
        for call in message.get("tool_calls") or ()
    ]
