"""The card beside the data says what is really in it."""

from __future__ import annotations

import json
from collections import Counter

import pytest
import yaml
from exported import called, preference_rows, sft_rows
from run_fixture import FinishedRun

from magnet_kg.export.card import dataset_card


def test_the_card_counts_what_is_there(finished_run: FinishedRun) -> None:
    card = (finished_run.folder / "export" / "README.md").read_text()
    rows, pairs = sft_rows(finished_run), preference_rows(finished_run)
    assert f"{len(rows):,} rows for SFT and {len(pairs):,} preference pairs" in card
    of_rows, of_pairs = Counter(row["kind"] for row in rows), Counter(row["kind"] for row in pairs)
    for kind in of_rows | of_pairs:
        assert f"| {kind} | {of_rows[kind]:,} | {of_pairs[kind]:,} |" in card
    multi = [row["messages"] for row in rows if row["kind"] == "multi_turn"]
    turns = sum(message["role"] == "user" for messages in multi for message in messages) / len(multi)
    calls = sum(len(called(messages)) for messages in multi) / len(multi)
    assert f"{round(turns, 2)} turns and {round(calls, 2)} calls on average" in card
    assert "`quick`, seed 1" in card


def test_the_report_counts_what_is_there(finished_run: FinishedRun) -> None:
    report = json.loads((finished_run.folder / "report.json").read_text())
    rows, pairs = sft_rows(finished_run), preference_rows(finished_run)
    assert report["rows"] == Counter(row["kind"] for row in rows)
    assert report["pairs"] == Counter(row["kind"] for row in pairs)
    assert report["errors"] == Counter(error["error"] for row in pairs for error in row["errors"])
    assert report["wanted"] == len(rows) + len(pairs)
    rejected = (finished_run.folder / "rejected.jsonl").read_text().splitlines()
    assert sum(report["rejected"].values()) == len(rejected)


@pytest.mark.parametrize(("rows", "pairs"), [({"single": 3}, {}), ({}, {"single": 3})])
def test_the_card_names_only_files_that_there_are(rows: dict[str, int], pairs: dict[str, int]) -> None:
    report = {"rows": rows, "pairs": pairs, "multi_turn": {"turns": None}}
    card = dataset_card({"name": "mine", "seed": 1, "version": "0"}, report)
    front = yaml.safe_load(card.split("---")[1])
    assert [each["config_name"] for each in front["configs"]] == (["sft"] if rows else ["preference"])
