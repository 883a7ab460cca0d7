"""Masked rows: the names that a model sees must be one another's, and a reader must get the real ones back."""

from __future__ import annotations

import orjson
from dialogues import bench
from run_fixture import FinishedRun

from magnet_kg.domain.trajectory import Trajectory
from magnet_kg.export.rows import read_record, read_rows
from magnet_kg.export.sft import read_sft_row, sft_row


def trajectories(run: FinishedRun) -> list[Trajectory]:
    read = [read_record(row, where) for where, row in read_rows(run.folder / "export" / "sft.jsonl")]
    return [one for one in read if isinstance(one, Trajectory) and one.calls and not one.tools_added]


def test_a_masked_row_is_read_as_it_was_made(finished_run: FinishedRun) -> None:
    functions = bench().executor.functions
    for trajectory in trajectories(finished_run)[:40]:
        row = sft_row(trajectory, functions, masked=1.0)
        assert "masks" in orjson.loads(row["provenance"])
        assert read_sft_row(row) == trajectory


def test_calls_of_a_masked_row_use_the_names_that_it_offers(finished_run: FinishedRun) -> None:
    functions = bench().executor.functions
    for trajectory in trajectories(finished_run)[:40]:
        row = sft_row(trajectory, functions, masked=1.0)
        offered = {tool["function"]["name"]: tool["function"]["parameters"] for tool in orjson.loads(row["tools"])}
        assert len(offered) == len(trajectory.tools)
        for message in row["messages"]:
            for call in message.get("tool_calls") or ():
                given = orjson.loads(call["function"]["arguments"])
                assert given.keys() <= offered[call["function"]["name"]].get("properties", {}).keys()
