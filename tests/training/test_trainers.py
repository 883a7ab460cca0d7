"""What the trainers are given, and how they compute: precision."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from taught import model, pair, tokenizer

from magnet_kg.student.template import fitted_tokenizer
from magnet_kg.training.encoding import encode_row
from magnet_kg.training.settings import MdpoSettings
from magnet_kg.training.trainers import mdpo_trainer


@pytest.mark.parametrize("packed", [True, False])
def test_both_models_of_a_preference_training_compute_in_the_same_precision(packed: bool, tmp_path: Path) -> None:
    fitted = fitted_tokenizer(tokenizer())
    settings = MdpoSettings(max_steps=1, precision="bf16", learning_rate=1e-3, pairs_per_batch=2, threads=1)
    examples = [encode_row(fitted, pair(at), "mdpo") for at in range(2)]
    trainer = mdpo_trainer(model(len(fitted)), model(len(fitted)), fitted, examples, settings, tmp_path, packed=packed)
    narrow: dict[str, set[bool]] = {"taught": set(), "reference": set()}

    def watch(name: str) -> Any:
        return lambda *_: narrow[name].add(torch.is_autocast_enabled(trainer.accelerator.device.type))

    trainer.model.model.register_forward_pre_hook(watch("taught"))
    trainer.ref_model.model.register_forward_pre_hook(watch("reference"))
    trainer.train()
    assert narrow == {"taught": {True}, "reference": {True}}
    assert trainer.state.log_history[0]["loss"] == pytest.approx(0.6931, abs=1e-3)
