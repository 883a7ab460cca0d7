"""A model in a folder through the leaderboard."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from commands import Done, invoked
from left_out import needing
from tiny_model import saved

from magnet_kg.evaluation.bfcl.benchmark import ENVIRONMENT

pytest.importorskip("torch", reason="the extra train is not installed")
pytestmark = needing("BFCL", ENVIRONMENT)


def evaluated(folder: Path, cache: Path, *options: str) -> Done:
    chosen = ("--category", "simple_python", "--category", "multi_turn_base", "--limit", "2")
    return invoked(
        "evaluate", "bfcl", "--model", folder, *chosen, "--max-tokens", "8", "--json", *options,
        env={"XDG_CACHE_HOME": str(cache)},
    )  # fmt: skip


def test_a_folder_is_evaluated_once_and_dialogues_too_long_for_it_are_told(tmp_path: Path) -> None:
    folder = saved(tmp_path / "tiny", context=600)
    done = evaluated(folder, tmp_path)
    report = json.loads(done.out)
    assert {one["category"]: one["share"] for one in report["scores"]}["simple_python"] == 0
    (folder / "tokenizer.json").rename(folder / "gone.bak")
    assert "no tokenizer" in evaluated(folder, tmp_path).complaint
    (folder / "gone.bak").rename(folder / "tokenizer.json")
    again = evaluated(folder, tmp_path)
    assert json.loads(again.out) == report


def test_a_context_that_is_too_small_is_counted(tmp_path: Path) -> None:
    report = json.loads(evaluated(saved(tmp_path / "small", context=10), tmp_path).out)
    (student,) = report["students"].values()
    assert student["unanswered"] == {"the context is too long": 4}
    assert student["errors"]["multi_turn_base"] == {"multi_turn:inference_error": 2}
