"""`magnet-kg decontaminate`: what is planted in rows is found, and only that."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from commands import invoked
from exported import preference_rows, read_lines, sft_rows
from planted import Row, benchmark, guilty, innocent, tool, with_call
from run_fixture import FinishedRun

from magnet_kg.evaluation.decontamination.benchmark import read_benchmark
from magnet_kg.evaluation.decontamination.cleaning import is_decontaminated
from magnet_kg.evaluation.decontamination.overlap import Overlaps


@pytest.fixture
def made_up(tmp_path: Path) -> Path:
    return benchmark(tmp_path / "made_up.jsonl")


def write(path: Path, rows: Sequence[Row]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def cleaned(out: Path, *given: Path | str) -> dict[str, Any]:
    done = invoked("decontaminate", *given, "--out", out, "--json")
    assert done.code == 0, done.err
    report: dict[str, Any] = json.loads(done.out)
    assert report == json.loads((out / "decontamination.json").read_text())
    return report


def test_everything_planted_is_found_and_nothing_else(finished_run: FinishedRun, made_up: Path, tmp_path: Path) -> None:
    rows = sft_rows(finished_run)
    planted = guilty(rows[:7])
    clean = rows[7:] + [{**row, "id": f"near-{row['id']}"} for row in innocent(rows[-8:])]
    mixed = [one for pair in zip([row for row, _ in planted.values()], clean[:7], strict=True) for one in pair]
    data = write(tmp_path / "rows.jsonl", [*mixed, *clean[7:]])
    report = cleaned(tmp_path / "out", data, "--benchmark", str(made_up))

    rules = {row: one["rule"] for one in report["overlaps"] for row in one["ids"]}
    assert rules == {row: rule for row, (_, rule) in planted.items()}
    lines = data.read_bytes().splitlines(keepends=True)
    kept = [line for line in lines if json.loads(line)["id"] not in planted]
    assert (tmp_path / "out" / "rows.jsonl").read_bytes() == b"".join(kept)

    assert (report["rows"], report["kept"], report["dropped"]) == (len(lines), len(kept), 7)
    assert report["share"] == round(7 / len(lines), 4)
    found = {"question": 1, "short_question": 2, "name_called": 2, "name_and_schema": 1, "schema": 1}
    assert report["by_rule"] == found
    assert report["by_benchmark"] == {"made_up.jsonl": 7}
    assert sum(report["by_kind"].values()) == 7
    assert [(one["rows"], one["kept"], one["dropped"]) for one in report["files"]] == [(len(lines), len(kept), 7)]
    assert {one["theirs"] for one in report["overlaps"]} == {
        "made-1", "made-2", "made-3", "polish_spoons", "ring_bell", "boats.rent",
    }  # fmt: skip
    assert report["rules"]["questions_too_short_to_compare"] == 1


def test_a_row_with_several_overlaps_counts_once(finished_run: FinishedRun, made_up: Path, tmp_path: Path) -> None:
    row = with_call(with_call(sft_rows(finished_run)[0], "ring_bell"), "polish_spoons")
    report = cleaned(tmp_path / "out", write(tmp_path / "rows.jsonl", [row]), "--benchmark", str(made_up))
    assert (report["dropped"], report["by_rule"]["name_called"]) == (1, 1)
    assert [one["rows"] for one in report["overlaps"]] == [1, 1]
    assert (tmp_path / "out" / "rows.jsonl").read_bytes() == b""


def test_both_sides_of_a_pair_are_looked_at(finished_run: FinishedRun, made_up: Path) -> None:
    overlaps = Overlaps([read_benchmark(str(made_up))])
    pair = preference_rows(finished_run)[0]
    call = {"id": "call_x", "type": "function", "function": {"name": "ring-bell", "arguments": "{}"}}
    assert not overlaps.of_row(pair)
    for side in ("chosen", "rejected"):
        wrong = {**pair, side: [{"role": "assistant", "content": "", "tool_calls": [call]}, *pair[side]]}
        assert [one.rule for one in overlaps.of_row(wrong)] == ["name_called"], side


def test_a_function_that_is_announced_later_is_on_offer(finished_run: FinishedRun, made_up: Path) -> None:
    overlaps = Overlaps([read_benchmark(str(made_up))])
    row = sft_rows(finished_run)[0]
    later = {"3": [tool("polish_spoons", "", "spoon_count", "paste", "shine")]}
    assert [one.rule for one in overlaps.of_row({**row, "tools_added": json.dumps(later)})] == ["name_and_schema"]


def test_a_run_keeps_its_form_and_its_card_says_so(finished_run: FinishedRun, made_up: Path, tmp_path: Path) -> None:
    run = finished_run.copied(tmp_path / "quick")
    rows = sft_rows(finished_run)
    write(run / "export" / "sft.jsonl", [with_call(rows[0], "ring_bell"), *rows[1:]])
    report = cleaned(tmp_path / "out", run, "--benchmark", str(made_up))
    assert [Path(one["file"]).name for one in report["files"]] == ["sft.jsonl", "preference.jsonl"]
    for name in ("sft", "preference"):
        kept = read_lines(tmp_path / "out" / f"{name}.jsonl")
        assert pq.read_table(tmp_path / "out" / f"{name}.parquet")["id"].to_pylist() == [row["id"] for row in kept]
    card = (tmp_path / "out" / "README.md").read_text()
    assert card.startswith((run / "export" / "README.md").read_text().rstrip())
    total = len(rows) + len(preference_rows(finished_run))
    assert f"Decontaminated against made_up.jsonl: 1 of {total} rows" in card
    assert invoked("check", tmp_path / "out").code == 0


def test_several_runs_do_not_write_over_each_other(finished_run: FinishedRun, made_up: Path, tmp_path: Path) -> None:
    rows = sft_rows(finished_run)
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        write(tmp_path / name / "sft.jsonl", rows[:3] if name == "one" else rows[3:5])
    report = cleaned(tmp_path / "out", tmp_path / "one", tmp_path / "two", "--benchmark", str(made_up))
    assert (report["rows"], report["dropped"]) == (5, 0)
    assert [len(read_lines(tmp_path / "out" / name / "sft.jsonl")) for name in ("one", "two")] == [3, 2]


def test_what_is_clean_is_known_by_its_rows_and_its_benchmark(
    finished_run: FinishedRun, made_up: Path, tmp_path: Path
) -> None:
    rows = write(tmp_path / "rows.jsonl", sft_rows(finished_run)[:3])
    theirs = tmp_path / "theirs.jsonl"
    theirs.write_bytes(made_up.read_bytes())

    def clean() -> bool:
        return is_decontaminated([rows], [read_benchmark(str(theirs))], tmp_path / "out")

    assert not clean()
    cleaned(tmp_path / "out", rows, "--benchmark", str(theirs))
    assert clean()
    write(rows, sft_rows(finished_run)[:4])
    assert not clean(), "other rows"
    write(rows, sft_rows(finished_run)[:3])
    assert clean()
    theirs.write_bytes(b"".join(theirs.read_bytes().splitlines(keepends=True)[1:]))
    assert not clean(), "the benchmark asks less"


def test_the_table_says_what_was_taken_out(finished_run: FinishedRun, made_up: Path, tmp_path: Path) -> None:
    row = with_call(sft_rows(finished_run)[0], "ring_bell")
    data = write(tmp_path / "rows.jsonl", [row, *sft_rows(finished_run)[1:4]])
    done = invoked("decontaminate", data, "--benchmark", made_up, "--out", tmp_path / "out")
    assert done.code == 0
    assert "1 of 4 rows taken out (25.0%)" in done.out
    assert "ring_bell (made_up.jsonl)" in done.out


# --- what cannot work


def refused(*given: str | Path, say: Sequence[str]) -> None:
    done = invoked("decontaminate", *given)
    assert done.code == 1, done
    for part in say:
        assert part in done.complaint, done.complaint


def test_a_benchmark_that_nobody_knows(made_up: Path, tmp_path: Path) -> None:
    data = write(tmp_path / "rows.jsonl", [])
    refused(data, "--benchmark", "bcfl", "--out", tmp_path / "out", say=["bcfl", "no such benchmark", "agentdojo"])
    assert not (tmp_path / "out").exists()


def test_a_benchmark_without_its_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("magnet_kg.evaluation.decontamination.benchmark.find_spec", lambda _: None)
    monkeypatch.setattr("magnet_kg.evaluation.environments.SOURCE", tmp_path)
    data = write(tmp_path / "rows.jsonl", [])
    refused(data, "--benchmark", "bfcl", "--out", "out", say=["bfcl_eval", "not installed", "make bfcl"])


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", ["no questions and no tools"]),
        ('{"id": "x", "answer": 3}\n', ["no questions and no tools"]),
        ('{"question": "What?"}\n\n{"question": \n', [":3", "not JSON"]),
        ('{"question": "What?"}\n["tools"]\n', [":2", "not a JSON object"]),
        ('{"tools": [{"description": "nameless"}]}\n', [":1", "not an entry"]),
    ],
)
def test_a_benchmark_file_that_cannot_be_read(content: str, says: Sequence[str], tmp_path: Path) -> None:
    file = tmp_path / "broken.jsonl"
    file.write_text(content)
    refused(tmp_path, "--benchmark", file, "--out", tmp_path / "out", say=[str(file), *says])


def test_rows_that_cannot_be_read(made_up: Path, finished_run: FinishedRun, tmp_path: Path) -> None:
    against = ("--benchmark", made_up, "--out", tmp_path / "out")
    row = sft_rows(finished_run)[0]
    refused(write(tmp_path / "empty.jsonl", []), *against, say=["empty.jsonl", "no rows"])
    refused(tmp_path / "nothing", *against, say=["nothing", "not rows"])
    refused(
        write(tmp_path / "odd.jsonl", [row, {**row, "tools": "[{"}]), *against, say=["odd.jsonl:2", "cannot be read"]
    )
    assert not list((tmp_path / "out").iterdir())
    lines = write(tmp_path / "rows.jsonl", [row])
    refused(lines, "--benchmark", made_up, "--out", tmp_path, say=["lie there already", "--out"])
    assert read_lines(lines) == [row]
