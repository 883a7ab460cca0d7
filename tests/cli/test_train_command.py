"""`magnet-kg train` as a user gives it: flags, a file of settings, what it prints, and the preview of a row."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from commands import invoked
from taught import pair, saved, sft_row, written

from magnet_kg.domain.errors import MagnetError
from magnet_kg.training.settings import LoraSettings, load_settings


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("train")
    saved(home / "base")
    (home / "export").mkdir()
    written(home / "export" / "sft.jsonl", [sft_row(at) for at in range(4)])
    written(home / "export" / "preference.jsonl", [pair(at) for at in range(2)])
    return home


def test_preview_shows_what_is_trained_between_marks(home: Path) -> None:
    shown = invoked("train", "preview", home, "row-00000", "--model", home / "base")
    assert shown.code == 0, shown.err
    assert '⟦<tool_call>\n{"name":"get_weather_now","arguments":{"city":"Rome"}}\n</tool_call><|im_end|>⟧' in shown.out
    assert "⟦It is sunny in Rome.<|im_end|>⟧" in shown.out
    assert "<|im_start|>user\nHow is it in Rome?<|im_end|>" in shown.out
    assert "chat template: ours (Hermes form)" in shown.out


def test_preview_tells_that_a_row_ends_with_its_calls(home: Path) -> None:
    given = ("train", "preview", home, "row-00000", "--model", home / "base", "--until-calls")
    shown = invoked(*given)
    assert "row-00000.0, ends after the assistant's first calls" in shown.out
    assert shown.out.count("⟦") == 1
    assert "</tool_call><|im_end|>⟧" in shown.out
    assert json.loads(invoked(*given, "--json").out)["until_calls"]
    pairs = invoked("train", "preview", home / "export" / "preference.jsonl", *given[3:])
    assert pairs.code == 1


def test_preview_of_a_pair_has_both_sides(home: Path) -> None:
    preference = home / "export" / "preference.jsonl"
    shown = invoked("train", "preview", preference, "2", "--model", home / "base", "--json")
    sides = {side["side"]: side for side in json.loads(shown.out)["sides"]}
    assert set(sides) == {"chosen", "rejected"}
    assert "Never mind." in sides["rejected"]["text"]
    assert sum(sides["rejected"]["mask"]) == sides["rejected"]["trained"] > 0
    lines = invoked("train", "preview", preference, "2", "--model", home / "base", "--ids").out.splitlines()
    assert sum(line.endswith(" trained") for line in lines) == sum(side["trained"] for side in sides.values())


def test_flags_go_over_the_file_of_settings(home: Path, tmp_path: Path) -> None:
    config = tmp_path / "settings.yaml"
    config.write_text("max_steps: 5\nlearning_rate: 0.001\nlora: {rank: 2}\n")
    out = tmp_path / "out"
    given = ("--model", home / "base", "--out", out, "--config", config, "--max-steps", "1", "--threads", "1")
    done = invoked("train", "sft", home, *given)
    assert done.code == 0, done.err
    assert "4 of 4 rows" in done.out
    assert " 1 steps" in done.out
    record = json.loads((out / "training.json").read_text())
    assert record["settings"]["max_steps"] == 1
    assert record["settings"]["learning_rate"] == 0.001
    assert record["settings"]["lora"]["rank"] == 2
    config.write_text("lora: {rank: 2, dropout: 0.1, targets: [q_proj]}\n")
    over = load_settings("sft", config, {"lora": {"rank": 4, "alpha": 8}}).lora
    assert over == LoraSettings(rank=4, alpha=8, dropout=0.1, targets=("q_proj",))
    config.write_text("learning_speed: 1\n")
    with pytest.raises(MagnetError, match="learning_speed: extra inputs are not permitted"):
        load_settings("sft", config, {})


@pytest.mark.parametrize("more", [(), ("--json",)])
def test_of_several_processes_the_first_speaks_when_the_model_is_there(
    more: tuple[str, ...], home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another one goes on to the end without a word, and waits until the first has saved."""
    from accelerate import Accelerator

    waited: list[bool] = []
    real = Accelerator.wait_for_everyone

    def wait(self: Accelerator) -> None:
        waited.append((tmp_path / "out" / "model.safetensors").exists())
        real(self)

    monkeypatch.setattr(Accelerator, "wait_for_everyone", wait)
    out: tuple[str | Path, ...] = ("--out", tmp_path / "out", *more)
    given = ("train", "sft", home, "--model", home / "base", "--max-steps", "1", "--threads", "1")
    done = invoked(*given, *out, env={"RANK": "1"})
    assert done.code == 0, done.err
    assert done.out == ""
    assert waited[-1:] == [True]


@pytest.mark.parametrize("missing", ["torch", "trl", "peft"])
def test_what_is_not_installed_is_named_with_the_extra(
    missing: str, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    for command in (
        ("train", "sft", home, "--model", home / "base", "--out", tmp_path / "out"),
        ("train", "preview", home, "1", "--model", home / "base"),
    ):
        done = invoked(*command)
        assert done.code == 1
        assert f"training needs {missing}" in done.complaint
        assert "magnet-kg[train]" in done.complaint
