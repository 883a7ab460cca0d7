"""A training from files to a folder: what is written, how it goes on where it stopped, what is wrong with files."""

from __future__ import annotations

import json
import os
import re
import signal
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from taught import model, pair, saved, sft_row, tokenizer, written

from magnet_kg.domain.errors import MagnetError
from magnet_kg.pipeline.progress import NoBars
from magnet_kg.student.template import check_template
from magnet_kg.training.rows import read_rows_of
from magnet_kg.training.session import Interrupted, TrainTask, train
from magnet_kg.training.settings import LoraSettings, MdpoSettings, SftSettings

SFT = SftSettings(max_steps=6, batch_tokens=600, batches_per_step=2, learning_rate=3e-3, log_steps=1, threads=1)
MDPO = MdpoSettings(epochs=3, pairs_per_batch=2, batches_per_step=2, learning_rate=3e-3, log_steps=1, threads=1)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model, rows of two toolkits and pairs."""
    home = tmp_path_factory.mktemp("training")
    saved(home / "base")
    rows = [sft_row(at, "weather" if at % 4 else "letters", 1 + at % 3) for at in range(24)]
    written(home / "sft.jsonl", rows)
    written(home / "preference.jsonl", [pair(at) for at in range(8)])
    return home


def sft_task(home: Path, out: Path, **changes: Any) -> TrainTask:
    return TrainTask("sft", (home / "sft.jsonl",), home / "base", out, SFT.model_copy(update=changes))


def points(out: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (out / "curves.jsonl").read_text().splitlines()]


def weights(out: Path) -> dict[str, Any]:
    from transformers import AutoModelForCausalLM

    return dict(AutoModelForCausalLM.from_pretrained(out).state_dict())


class InterruptedAt(NoBars):
    """Ctrl-C when so many steps are done."""

    def __init__(self, step: int) -> None:
        self.left = step

    def advance(self, stage: str, count: int = 1) -> None:
        self.left -= count
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGINT)


def test_sft_learns_and_leaves_a_model_that_is_asked_as_it_was_taught(home: Path, tmp_path: Path) -> None:
    from transformers import AutoTokenizer

    said: list[str] = []
    done = train(sft_task(home, tmp_path / "out"), say=said.append)
    losses = [point["loss"] for point in points(tmp_path / "out")]
    assert len(losses) == 6
    assert losses[-1] < losses[0] - 0.3
    assert check_template(AutoTokenizer.from_pretrained(tmp_path / "out")) == []
    assert said == ["chat template: ours (Hermes form), because the model's own is missing"]
    assert (tmp_path / "out" / "curves.png").stat().st_size > 5_000
    assert done == json.loads((tmp_path / "out" / "training.json").read_text())
    assert done["finished"]
    assert done["rows"] == {"read": 24, "trained": 24, "until_calls": 0, "left_out": {}}
    assert 0 < done["tokens"]["trained"] < done["tokens"]["rows"] < done["tokens_seen"]
    assert done["settings"]["precision"] in ("fp32", "bf16")
    assert train(sft_task(home, tmp_path / "out")) == done


def test_an_interrupted_training_goes_on_to_the_same_weights(home: Path, tmp_path: Path) -> None:
    train(sft_task(home, tmp_path / "whole"))
    with pytest.raises(Interrupted):
        train(sft_task(home, tmp_path / "broken"), InterruptedAt(3))
    assert not json.loads((tmp_path / "broken" / "training.json").read_text())["finished"]
    said: list[str] = []
    train(sft_task(home, tmp_path / "broken"), say=said.append)
    assert said[-1] == "goes on after step 3"
    assert [point["step"] for point in points(tmp_path / "broken")] == [1, 2, 3, 4, 5, 6]
    wanted = weights(tmp_path / "whole")
    assert all(torch.allclose(wanted[name], got, atol=1e-6) for name, got in weights(tmp_path / "broken").items())


def test_a_training_with_other_settings_does_not_go_on(home: Path, tmp_path: Path) -> None:
    with pytest.raises(Interrupted):
        train(sft_task(home, tmp_path / "out"), InterruptedAt(1))
    with pytest.raises(MagnetError, match=r"settings\.learning_rate was 0\.003 and is now 0\.001"):
        train(sft_task(home, tmp_path / "out", learning_rate=1e-3))


def test_a_model_is_known_by_its_files_not_by_its_place(home: Path, tmp_path: Path) -> None:
    for seed in (1, 2):
        saved(tmp_path / f"{seed}" / "base")
        model(len(tokenizer()), seed).save_pretrained(tmp_path / f"{seed}" / "base")
    done = train(replace(sft_task(home, tmp_path / "out", max_steps=1), model=tmp_path / "1" / "base"))
    with pytest.raises(MagnetError, match="the digest of the model's files was"):
        train(replace(sft_task(home, tmp_path / "out", max_steps=1), model=tmp_path / "2" / "base"))
    (tmp_path / "1" / "base").rename(tmp_path / "moved")
    assert train(replace(sft_task(home, tmp_path / "out", max_steps=1), model=tmp_path / "moved")) == done
    record = tmp_path / "out" / "training.json"
    by_name = {key: value for key, value in done.items() if key != "model"} | {
        "asked": done["asked"] | {"model": "moved"}
    }
    record.write_text(json.dumps(by_name))
    assert train(replace(sft_task(home, tmp_path / "out", max_steps=1), model=tmp_path / "moved")) == by_name


def test_a_training_that_began_before_a_setting_came_goes_on(home: Path, tmp_path: Path) -> None:
    with pytest.raises(Interrupted):
        train(sft_task(home, tmp_path / "out"), InterruptedAt(5))
    record = tmp_path / "out" / "training.json"
    began = json.loads(record.read_text())
    del began["asked"]["settings"]["until_calls"]
    record.write_text(json.dumps(began))
    with pytest.raises(MagnetError, match=r"settings\.until_calls was 0.0 and is now 1.0"):
        train(sft_task(home, tmp_path / "out", until_calls=1.0))
    settings = began["asked"]["settings"]
    record.write_text(json.dumps(began | {"asked": began["asked"] | {"settings": settings | {"gone": 3}}}))
    with pytest.raises(MagnetError, match=r"settings\.gone was 3 and is now null"):
        train(sft_task(home, tmp_path / "out"))
    record.write_text(json.dumps(began))
    assert train(sft_task(home, tmp_path / "out"))["finished"]


def test_sharing_and_packing_change_no_loss(home: Path, tmp_path: Path) -> None:
    found = []
    ways: tuple[dict[str, Any], ...] = ({}, {"share_prefixes": False}, {"attention": "eager"})
    for at, changes in enumerate(ways):
        train(sft_task(home, tmp_path / str(at), batches_per_step=100, max_steps=1, **changes))
        found.append(points(tmp_path / str(at))[0]["loss"])
    assert found == pytest.approx([found[0]] * 3, abs=1e-4)


def test_points_cover_every_step_and_checkpoints_go_when_it_is_finished(home: Path, tmp_path: Path) -> None:
    every = train(sft_task(home, tmp_path / "every"))
    done = train(sft_task(home, tmp_path / "out", log_steps=4))
    assert [point["step"] for point in points(tmp_path / "out")] == [4, 6]
    assert done["last"]["step"] == 6
    assert done["tokens_seen"] == every["tokens_seen"] == sum(point["tokens"] for point in points(tmp_path / "out"))
    with pytest.raises(Interrupted):
        train(sft_task(home, tmp_path / "broken", log_steps=4), InterruptedAt(3))
    assert [point["step"] for point in points(tmp_path / "broken")] == [3]
    assert list((tmp_path / "broken").glob("checkpoint-*"))
    assert train(sft_task(home, tmp_path / "broken", log_steps=4))["tokens_seen"] == every["tokens_seen"]
    assert not [*(tmp_path / "out").glob("checkpoint-*"), *(tmp_path / "broken").glob("checkpoint-*")]


def test_mdpo_begins_at_chance_and_learns_what_is_preferred(home: Path, tmp_path: Path) -> None:
    task = TrainTask("mdpo", (home / "preference.jsonl",), home / "base", tmp_path / "out", MDPO)
    done = train(task)
    curve = points(tmp_path / "out")
    assert curve[0]["loss"] == pytest.approx(0.6931, abs=1e-3)
    assert curve[-1]["preference_accuracy"] == 1.0
    assert done["rows"]["trained"] == 8


def test_adapters_are_trained_and_merged(home: Path, tmp_path: Path) -> None:
    lora = LoraSettings(rank=4, alpha=8)
    train(replace(sft_task(home, tmp_path / "sft"), settings=SFT.model_copy(update={"lora": lora})))
    assert (tmp_path / "sft" / "adapter" / "adapter_config.json").exists()
    before, after = weights(home / "base"), weights(tmp_path / "sft")
    assert set(before) == set(after)
    assert any(not torch.equal(before[name], after[name]) for name in before)
    settings = MDPO.model_copy(update={"lora": lora, "epochs": 1.0})
    train(TrainTask("mdpo", (home / "preference.jsonl",), tmp_path / "sft", tmp_path / "mdpo", settings))
    assert points(tmp_path / "mdpo")[0]["loss"] == pytest.approx(0.6931, abs=1e-3)


def test_what_is_held_out_or_too_long_is_counted(home: Path, tmp_path: Path) -> None:
    said: list[str] = []
    task = replace(sft_task(home, tmp_path / "out", max_tokens=330, max_steps=1), hold_out=("letters",))
    rows = train(task, say=said.append)["rows"]
    held = rows["left_out"]["held out: letters"]
    assert held == 6
    assert (long := rows["left_out"]["longer than 330 tokens"]) > 0
    assert rows["trained"] + sum(rows["left_out"].values()) == rows["read"] == 24
    assert "6 of 24 rows left out: held out: letters" in said
    (told,) = (one for one in said if "longer than" in one)
    assert told.startswith(f"{long} of 24 rows left out: longer than 330 tokens (")
    assert re.search(r"\d+% of (single|parallel|multiple|multi_turn|irrelevance)", told), "which kinds a bound takes"
    assert not any("provenance" in row for row in read_rows_of(task.data, "sft").rows), "it is as large as the row"


def test_so_many_tokens_are_trained_whatever_rows_they_come_from(home: Path, tmp_path: Path) -> None:
    drawn = []
    for at, seed in enumerate((1, 1, 2)):
        said: list[str] = []
        done = train(sft_task(home, tmp_path / str(at), max_steps=1, trained_tokens=301, seed=seed), say=said.append)
        assert done["tokens"]["trained"] == 301
        rows = done["rows"]
        assert 0 < rows["trained"] == 24 - rows["left_out"]["not drawn for 301 trained tokens"]
        assert any("not drawn for 301 trained tokens" in one for one in said)
        drawn.append((rows["trained"], done["tokens"]["rows"], points(tmp_path / str(at))[0]["loss"]))
    assert drawn[0] == drawn[1] != drawn[2], "the seed alone says which"
    settings = MDPO.model_copy(update={"trained_tokens": 301, "max_steps": 1})
    pairs = train(TrainTask("mdpo", (home / "preference.jsonl",), home / "base", tmp_path / "mdpo", settings))
    assert 0 < pairs["tokens"]["trained"] <= 301, "pairs stay whole"
    assert pairs["rows"]["trained"] < 8
    with pytest.raises(MagnetError, match="trained tokens, and 1,000,000 are wanted"):
        train(sft_task(home, tmp_path / "more", trained_tokens=1_000_000))


def test_single_turn_rows_may_end_with_their_calls(home: Path, tmp_path: Path) -> None:
    """What is summarised of simulated results is not trained; dialogues of several turns are trained whole."""
    whole = train(sft_task(home, tmp_path / "whole", max_steps=1))
    said: list[str] = []
    ended = train(sft_task(home, tmp_path / "ended", max_steps=1, until_calls=1.0), say=said.append)
    single = sum(json.loads(line)["kind"] == "single" for line in (home / "sft.jsonl").read_text().splitlines())
    assert ended["rows"] == {**whole["rows"], "until_calls": single}
    assert 0 < single < 24
    assert f"{single} of 24 rows end after the assistant's first calls" in said
    assert ended["tokens"]["trained"] < whole["tokens"]["trained"]
    half = train(sft_task(home, tmp_path / "half", max_steps=1, until_calls=0.5))
    assert half["rows"]["until_calls"] == single // 2
    assert ended["tokens"]["trained"] < half["tokens"]["trained"] < whole["tokens"]["trained"]


def test_what_is_wrong_is_said(home: Path, tmp_path: Path) -> None:
    good = sft_task(home, tmp_path / "out")
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty.jsonl").write_text("")
    bare = tmp_path / "bare"
    saved(bare)
    for name in ("tokenizer.json", "tokenizer_config.json"):
        (bare / name).unlink()
    for task, problem in (
        (replace(good, model=tmp_path / "nowhere"), "no such folder"),
        (replace(good, model=tmp_path / "empty"), "no tokenizer that can be loaded"),
        (replace(good, model=bare), "no tokenizer that can be loaded"),
        (replace(good, data=(tmp_path / "empty",)), "no sft.jsonl here"),
        (replace(good, data=(tmp_path / "empty.jsonl",)), "there are no rows"),
        (replace(good, data=(home / "preference.jsonl",)), "supervised training cannot use"),
        (replace(good, method="mdpo", settings=MDPO), "a row without a pair"),
        (replace(good, hold_out=("music",)), "no row has a function of music"),
        (replace(good, hold_out=("weather", "letters")), "all 24 rows are held out"),
        (replace(good, out=home / "base"), "a model is here already"),
        (sft_task(home, tmp_path / "out", max_tokens=20), "no row is left to train on (24 longer than 20 tokens)"),
        (sft_task(home, tmp_path / "out", max_tokens=5000), "the model takes 1,024 tokens at most"),
    ):
        with pytest.raises(MagnetError) as raised:
            train(task)
        assert problem in str(raised.value)
        assert raised.value.do
