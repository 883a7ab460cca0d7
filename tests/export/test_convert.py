"""The forms of other tools hold the same dialogues."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from commands import invoked
from exported import Row, preference_rows, read_lines, sft_rows
from run_fixture import FinishedRun


@pytest.fixture
def run(finished_run: FinishedRun, tmp_path: Path) -> Path:
    return finished_run.copied(tmp_path / "quick")


def exported(run: Path, *options: str) -> Path:
    done = invoked("export", run, *options)
    assert done.code == 0
    named = [Path(line.split()[0]) for line in done.out.splitlines()]
    assert all(path.is_file() for path in named)
    assert len(named) == 2
    return named[0].parent


def test_trl_takes_messages_and_tools(run: Path, finished_run: FinishedRun) -> None:
    folder = exported(run)
    sft, pairs = sft_rows(finished_run), preference_rows(finished_run)
    assert read_lines(folder / "sft.jsonl") == [{key: row[key] for key in ("messages", "tools")} for row in sft]
    assert read_lines(folder / "preference.jsonl") == [
        {key: row[key] for key in ("prompt", "chosen", "rejected", "tools")} for row in pairs
    ]


def test_parquet_holds_what_json_lines_hold(run: Path) -> None:
    folder = exported(run, "--format", "trl", "--to", "jsonl")
    exported(run, "--format", "trl", "--to", "parquet")
    for name in ("sft", "preference"):
        written = pq.read_table(folder / f"{name}.parquet").to_pylist()
        lines = read_lines(folder / f"{name}.jsonl")
        assert [row.keys() for row in written] == [row.keys() for row in lines]
        assert [row["tools"] for row in written] == [row["tools"] for row in lines]
        assert [_contents(row) for row in written] == [_contents(row) for row in lines]


def test_openai_takes_lean_messages_and_tools_as_a_list(run: Path, finished_run: FinishedRun) -> None:
    folder = exported(run, "--format", "openai")
    for row, source in zip(read_lines(folder / "sft.jsonl"), sft_rows(finished_run), strict=True):
        assert row.keys() == {"messages", "tools"}
        assert row["tools"] == json.loads(source["tools"])
        _as_openai_wants(row["messages"], source["messages"])
    for row, source in zip(read_lines(folder / "preference.jsonl"), preference_rows(finished_run), strict=True):
        assert row.keys() == {"input", "preferred_output", "non_preferred_output"}
        assert row["input"]["tools"] == json.loads(source["tools"])
        _as_openai_wants(row["input"]["messages"], source["prompt"])
        _as_openai_wants(row["preferred_output"], source["chosen"])
        _as_openai_wants(row["non_preferred_output"], source["rejected"])


def test_the_export_itself_stays(run: Path, finished_run: FinishedRun) -> None:
    exported(run, "--format", "openai")
    for path in (finished_run.folder / "export").iterdir():
        assert (run / "export" / path.name).read_bytes() == path.read_bytes()
    assert invoked("check", run).code == 0


def _as_openai_wants(messages: list[Row], source: list[Row]) -> None:
    assert len(messages) == len(source)
    for message, original in zip(messages, source, strict=True):
        assert "name" not in message
        assert (message["content"] or "") == original["content"]
        assert message.get("tool_calls") == original.get("tool_calls")
        assert message.get("tool_call_id") == original.get("tool_call_id")
        if message["role"] == "assistant":
            assert message["content"] or message["tool_calls"]


def _contents(row: Row) -> list[list[str]]:
    return [[message["content"] for message in row[key]] for key in row if key != "tools"]
