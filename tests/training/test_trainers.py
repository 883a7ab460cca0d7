"""How the trainers compute: precision, batches of models that cannot be packed, steps of several processes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from taught import model, pair, sft_row, tokenizer

from magnet_kg.domain.errors import MagnetError
from magnet_kg.student.template import fitted_tokenizer
from magnet_kg.training.collators import CollateRows
from magnet_kg.training.encoding import encode_row
from magnet_kg.training.processes import require_launcher
from magnet_kg.training.settings import MdpoSettings, SftSettings
from magnet_kg.training.trainers import mdpo_trainer, sft_trainer, steps_of


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


def supervised(settings: SftSettings, out: Path, *, packed: bool) -> Any:
    fitted = fitted_tokenizer(tokenizer())
    examples = [encode_row(fitted, sft_row(at, turns=1 + at % 3), "sft") for at in range(12)]
    return sft_trainer(model(len(fitted)), fitted, examples, settings, out, packed=packed)


def test_rows_that_cannot_be_packed_are_padded_to_as_many_tokens(tmp_path: Path) -> None:
    settings = SftSettings(max_steps=1, batch_tokens=1500, batches_per_step=100, learning_rate=1e-3, precision="fp32")
    losses = []
    for packed in (False, True):
        trainer = supervised(settings, tmp_path / str(packed), packed=packed)
        batches = list(trainer.get_train_dataloader())
        assert all(batch["input_ids"].numel() <= 1500 for batch in batches) or packed
        assert len(batches) < 8
        trainer.train()
        losses.append(trainer.state.log_history[0]["loss"])
    assert losses[0] == pytest.approx(losses[1], abs=1e-4)


def test_words_count_as_much_as_is_said(tmp_path: Path) -> None:
    """What a message without calls says may count less; calls, and whether to call, never do."""
    whole, light, none = (
        _loss(SftSettings(text_weight=weight, **_ONE_STEP), tmp_path / str(weight)) for weight in (1.0, 0.5, 1e-9)
    )
    assert 0 < none < light < whole
    assert light == pytest.approx((whole + none) / 2, abs=1e-4)
    padded = _loss(SftSettings(text_weight=0.5, **_ONE_STEP), tmp_path / "padded", packed=False)
    assert padded == pytest.approx(light, abs=1e-4), "rows that cannot be packed are weighed alike"


def test_what_decides_whether_to_call_counts_as_much_as_is_said(tmp_path: Path) -> None:
    """Nothing but the first token of each message, however little words count."""
    once, thrice, more = (
        _loss(SftSettings(text_weight=1e-9, opening_weight=weight, **_ONE_STEP), tmp_path / str(weight))
        for weight in (1.0, 3.0, 5.0)
    )
    assert once < thrice < more
    assert thrice == pytest.approx((once + more) / 2, abs=1e-4)
    fitted = fitted_tokenizer(tokenizer())
    row = encode_row(fitted, sft_row(0, turns=3), "sft").sides[0]
    told = CollateRows([[row]], 0, 0.5, 4.0)([{"item": 0}])["weights"][0]
    assert [at for at, weight in enumerate(told) if weight == 4] == [
        at for at in range(1, len(row)) if row.mask[at] and not row.mask[at - 1]
    ]


_ONE_STEP: dict[str, Any] = {"max_steps": 1, "batches_per_step": 100, "learning_rate": 1e-3, "precision": "fp32"}


def _loss(settings: SftSettings, out: Path, *, packed: bool = True) -> float:
    trainer = supervised(settings, out, packed=packed)
    trainer.train()
    return float(trainer.state.log_history[0]["loss"])


def test_several_processes_share_the_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Warm-up, points and checkpoints are shares of the steps that are really taken."""
    assert steps_of(SftSettings(epochs=10), 12, 2) == 60
    monkeypatch.setenv("WORLD_SIZE", "3")
    assert steps_of(SftSettings(epochs=10), 12, 2) == 20
    assert steps_of(SftSettings(max_steps=7), 12, 2) == 7


def test_several_gpus_need_a_launcher(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WORLD_SIZE", raising=False)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    with pytest.raises(MagnetError, match=r"CUDA_VISIBLE_DEVICES=0.*accelerate launch"):
        require_launcher()
    monkeypatch.setenv("WORLD_SIZE", "2")
    require_launcher()
    monkeypatch.delenv("WORLD_SIZE")
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)
    require_launcher()
