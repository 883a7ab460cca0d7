"""`magnet-kg ladder` from a recipe to the table, with a tiny model, two seeds and real toolkits."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from commands import Done, invoked
from taught import saved

from magnet_kg.training.record import model_digest

RECIPE = """\
name: small
toolkits: [conversions, places, tasks]
worlds: 20
paths: {offered: 3, steps: 3, shortest: 2, merge: 0.5, again: 0.1, insert: 0.8, split: 0.8}
sft: {multi_turn: 4, single: 2}
preference: {single: 2}
"""
RUNGS = ("graph", "merge", "insert", "split", "mdpo")
SEEDS = ("1", "2")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model that takes long rows, the recipe, settings, and a benchmark that asks for a function."""
    home = tmp_path_factory.mktemp("ladder")
    config = saved(home / "base") / "config.json"
    config.write_text(json.dumps(json.loads(config.read_text()) | {"max_position_embeddings": 16384}))
    (home / "small.yaml").write_text(RECIPE)
    settings = "learning_rate: 0.001\nthreads: 1\n"
    (home / "mdpo.yaml").write_text(settings)
    (home / "sft.yaml").write_text(f"{settings}batch_tokens: 400\nbatches_per_step: 1\nuntil_calls: 1\n")
    (home / "theirs.jsonl").write_text(asking_for("convert_time_zone"))
    return home


def asking_for(*functions: str) -> str:
    """A benchmark with these functions."""
    tools = [{"name": name, "description": "", "parameters": {}} for name in functions]
    return json.dumps({"id": "theirs", "tools": tools}) + "\n"


def climbed(home: Path, *given: str | Path) -> Done:
    return invoked(
        "ladder", home / "small.yaml", "--model", home / "base", "--out", home / "out", "--workers", "1",
        "--graph", f"ladybug:{home / 'graph'}", "--hold-out", "tasks", "--limit", "1", "--max-tokens", "4",
        "--config", home / "sft.yaml", "--mdpo-config", home / "mdpo.yaml",
        "--decontaminate", home / "theirs.jsonl", *given,
    )  # fmt: skip


def operations(run: Path) -> Counter[str]:
    """What shaped the accepted rows; backward insertion, which every rung needs, apart."""
    found: Counter[str] = Counter()
    accepted = {json.loads(line)["row"] for line in (run / "accepted.jsonl").read_text().splitlines()}
    for line in (run / "paths.jsonl").read_text().splitlines():
        path = json.loads(line)
        if path["row"] in accepted:
            found.update(one["operation"] for one in path.get("operations", ()) if one.get("detail") != "backward")
    return found


def rows(folder: Path, name: str = "sft") -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / f"{name}.jsonl").read_text().splitlines()]


def written_at(out: Path) -> dict[str, int]:
    """When everything was written that costs something."""
    dear = ("run-*/**/*.jsonl", "rows/*", "model/*", "tokens.json")
    found = {file for one in dear for file in out.glob(f"*/*/{one}")} | set((out / "cache").rglob("*.jsonl"))
    return {str(file.relative_to(out)): file.stat().st_mtime_ns for file in found if file.is_file()}


@dataclass(frozen=True)
class Finished:
    """A ladder that was climbed to the end."""

    home: Path
    done: Done
    report: dict[str, Any]

    def copied(self, to: Path) -> Path:
        """It and all that it was made of, for a test that changes something."""
        return Path(copytree(self.home, to))


@pytest.fixture(scope="module")
def finished(home: Path) -> Finished:
    done = climbed(home)
    assert done.code == 0, done.err
    return Finished(home, done, json.loads((home / "out" / "ladder.json").read_text()))


def test_every_rung_is_made_trained_and_measured_and_nothing_twice(finished: Finished) -> None:
    home, done, report = finished.home, finished.done, finished.report
    out = home / "out"
    assert [rung["name"] for rung in report["rungs"]] == list(RUNGS)
    told = {rung["name"]: rung["seeds"] for rung in report["rungs"]}
    supervised = {told[rung][seed]["trained_tokens"] for rung in RUNGS[:-1] for seed in SEEDS}
    assert len(supervised) == 1, "the same number of trained tokens at each rung"
    assert all(0 < told["mdpo"][seed]["trained_tokens"] <= max(supervised) for seed in SEEDS)
    for rung in RUNGS:
        for seed in SEEDS:
            record = json.loads((out / rung / seed / "model" / "training.json").read_text())
            assert record["finished"]
            assert record["tokens"]["trained"] == told[rung][seed]["trained_tokens"]
            if rung != "mdpo":
                assert record["steps"] > 1
                assert record["tokens_seen"] == record["tokens"]["rows"], "each row once, and none left at the end"
            assert record["asked"]["settings"]["seed"] == int(seed)
            assert not list((out / rung / seed / "model").glob("checkpoint-*"))

    shaped = {rung: sum((operations(out / rung / s / f"run-{rung}-{s}") for s in SEEDS), Counter()) for rung in RUNGS}
    assert set(shaped["graph"]) == set()
    assert set(shaped["merge"]) == {"merge"}
    assert set(shaped["insert"]) == {"merge", "insert"}
    assert set(shaped["split"]) == {"merge", "insert", "split"}

    for rung in RUNGS:
        for seed in SEEDS:
            kept = rows(out / rung / seed / "rows", "preference" if rung == "mdpo" else "sft")
            assert not [row for row in kept if "convert_time_zone" in called_in(row)], "the benchmark's function"
            functions = {one.partition("/")[0] for row in kept for one in _functions(row)}
            assert functions <= {"conversions", "places"}, "tasks is held out"
    assert sum(told[rung][seed]["dropped"] for rung in RUNGS for seed in SEEDS) > 0

    for figure in ("heldout turn success", "heldout call accuracy"):
        standings = report["figures"][figure]
        assert [one["rung"] for one in standings] == ["base", *RUNGS]
        assert all(set(one["seeds"]) == set(SEEDS) for one in standings[1:])
        assert [one["gain"]["over"] for one in standings[1:]] == ["base", *RUNGS[:-1]]
        assert figure in done.out
        assert figure in (out / "ladder.md").read_text()
    assert "not shown to help" in done.out
    assert (out / "ladder.png").stat().st_size > 5_000

    before = written_at(out)
    for name in ("ladder.json", "ladder.md", "ladder.png"):
        (out / name).unlink()
    again = climbed(home)
    assert again.code == 0, again.err
    assert written_at(out) == before
    assert json.loads((out / "ladder.json").read_text()) == report
    assert (out / "ladder.png").exists()

    assert "fewer than the others" in climbed(home, "--tokens", "1000000").complaint
    assert "made with another recipe" in climbed(home, "--rows", "9").complaint


def test_a_ladder_goes_on_with_more_items_and_from_a_rung_that_was_trained_again(
    finished: Finished, tmp_path: Path
) -> None:
    home = finished.copied(tmp_path / "home")
    out = home / "out"
    split = out / "split" / "1" / "model"
    (split / "config.json").write_text((split / "config.json").read_text() + "\n")
    before = written_at(out)
    done = climbed(home, "--limit", "2")
    assert done.code == 0, done.err
    assert "mdpo, seed 1: once more" in done.err
    assert "mdpo, seed 2: once more" not in done.err
    record = json.loads((out / "mdpo" / "1" / "model" / "training.json").read_text())
    assert record["finished"]
    assert record["asked"]["model"] == model_digest(split)
    after = written_at(out)
    made = {file for file in before if after.get(file) != before[file] and not file.startswith("cache/")}
    assert made
    assert all(file.startswith("mdpo/1/model/") for file in made), "nothing else was made again"
    few, many = (
        report["figures"]["heldout turn success"][0]["items"]
        for report in (finished.report, json.loads((out / "ladder.json").read_text()))
    )
    assert many == 2 * few > 0


def test_rows_are_cleaned_again_once_the_benchmark_asks_for_more(finished: Finished, tmp_path: Path) -> None:
    """The file has the name that it had: rows that were clean are not, and models have learnt from them."""
    home = finished.copied(tmp_path / "home")
    place = home / "out" / "split" / "1" / "rows"
    kept = rows(place)
    (home / "theirs.jsonl").write_text(asking_for("convert_time_zone", *called_in(kept[0])))
    assert climbed(home).code == 1
    assert len(rows(place)) < len(kept)


def called_in(row: dict[str, Any]) -> set[str]:
    """The functions that a row, or one side of a pair, calls."""
    messages = [one for part in ("messages", "chosen", "rejected") for one in row.get(part, ())]
    return {call["function"]["name"] for one in messages for call in one.get("tool_calls") or ()}


def _functions(row: dict[str, Any]) -> list[str]:
    proven = json.loads(row["provenance"])
    sides = [proven[side] for side in ("chosen", "rejected") if side in proven] or [proven]
    return [one for side in sides for one in side["tools"]]
