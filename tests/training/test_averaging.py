"""The mean of two models: its weights, how it reads, and what has no mean."""

from __future__ import annotations

import json
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
import torch
from commands import invoked
from taught import model, saved, sft_row, tokenizer, written

from magnet_kg.domain.errors import MagnetError
from magnet_kg.training.averaging import average
from magnet_kg.training.record import model_digest

TEMPLATE = "{% for message in messages %}{{ message.content }}{% endfor %}"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two models of one form and one tokenizer."""
    home = tmp_path_factory.mktemp("averaging")
    saved(home / "one", TEMPLATE)
    copytree(home / "one", home / "two")
    model(len(tokenizer()), seed=2).save_pretrained(home / "two")
    return home


def weights(folder: Path) -> dict[str, Any]:
    from transformers import AutoModelForCausalLM

    return dict(AutoModelForCausalLM.from_pretrained(folder).named_parameters())


def test_every_weight_is_the_mean_and_text_is_read_as_before(home: Path, tmp_path: Path) -> None:
    from transformers import AutoTokenizer

    record = average([home / "one", home / "two"], tmp_path / "out")
    one, two, mean = weights(home / "one"), weights(home / "two"), weights(tmp_path / "out")
    assert mean.keys() == one.keys()
    assert not all(torch.equal(one[name], two[name]) for name in one)
    for name in one:
        assert torch.allclose(mean[name], (one[name] + two[name]) / 2, atol=1e-7)
    reads, read = AutoTokenizer.from_pretrained(tmp_path / "out"), AutoTokenizer.from_pretrained(home / "one")
    assert reads.chat_template == TEMPLATE
    assert reads.get_vocab() == read.get_vocab()
    assert [one["name"] for one in record["models"]] == ["one", "two"]
    assert record["models"][1]["digest"] == model_digest(home / "two")
    assert record == json.loads((tmp_path / "out" / "average.json").read_text())


def test_a_model_given_twice_weighs_twice(home: Path, tmp_path: Path) -> None:
    average([home / "one", home / "two", home / "two"], tmp_path / "out")
    one, two, mean = weights(home / "one"), weights(home / "two"), weights(tmp_path / "out")
    assert all(torch.allclose(mean[name], (one[name] + 2 * two[name]) / 3, atol=1e-7) for name in one)


def test_it_is_as_fine_as_the_first_one_and_can_be_taught_on(home: Path, tmp_path: Path) -> None:
    copytree(home / "one", tmp_path / "narrow")
    model(len(tokenizer())).to(torch.bfloat16).save_pretrained(tmp_path / "narrow")
    average([tmp_path / "narrow", home / "two"], tmp_path / "out")
    assert json.loads((tmp_path / "out" / "config.json").read_text())["dtype"] == "bfloat16"
    rows = written(tmp_path / "sft.jsonl", [sft_row(at) for at in range(4)])
    given = ("--model", tmp_path / "out", "--out", tmp_path / "taught", "--max-steps", "1", "--threads", "1")
    assert invoked("train", "sft", rows, *given).code == 0


def test_the_command_says_what_it_made_and_writes_over_no_model(home: Path, tmp_path: Path) -> None:
    given = ("train", "average", home / "one", home / "two", "--out", tmp_path / "out")
    done = invoked(*given)
    assert done.code == 0, done.err
    assert "the mean of 2 models" in done.out
    again = invoked(*given)
    assert again.code == 1
    assert "a model is here already" in again.complaint


def test_models_without_a_mean_are_told_apart(home: Path, tmp_path: Path) -> None:
    with pytest.raises(MagnetError, match="two models or more"):
        average([home / "one"], tmp_path / "out")
    with pytest.raises(MagnetError, match="no configuration that can be loaded"):
        average([home / "one", tmp_path / "nowhere"], tmp_path / "out")
    copytree(home / "one", tmp_path / "wider")
    model(len(tokenizer()) + 8).save_pretrained(tmp_path / "wider")
    with pytest.raises(MagnetError, match="its configuration is not that of"):
        average([home / "one", tmp_path / "wider"], tmp_path / "out")
    copytree(home / "one", tmp_path / "spoken")
    tokenizer(TEMPLATE + "!").save_pretrained(tmp_path / "spoken")
    with pytest.raises(MagnetError, match="its chat template is not that of"):
        average([home / "one", tmp_path / "spoken"], tmp_path / "out")
    assert not (tmp_path / "out").exists()
