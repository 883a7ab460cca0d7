"""What a user does after a training stopped: for want of memory, or in the middle of something."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
import transformers
from taught import pair, saved, sft_row, written

from magnet_kg.domain.errors import MagnetError
from magnet_kg.training.session import TrainTask, train
from magnet_kg.training.settings import LoraSettings, MdpoSettings, SftSettings

SFT = SftSettings(max_steps=2, batch_tokens=600, learning_rate=3e-3, threads=1)
MDPO = MdpoSettings(max_steps=2, pairs_per_batch=2, batches_per_step=1, learning_rate=3e-3, threads=1)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model, rows and pairs."""
    home = tmp_path_factory.mktemp("interrupted")
    saved(home / "base")
    written(home / "sft.jsonl", [sft_row(at) for at in range(6)])
    written(home / "preference.jsonl", [pair(at) for at in range(4)])
    return home


def task(home: Path, out: Path, settings: SftSettings | MdpoSettings, **changes: Any) -> TrainTask:
    method, file = ("sft", "sft") if isinstance(settings, SftSettings) else ("mdpo", "preference")
    changed = settings.model_copy(update=changes)
    return TrainTask(method, (home / f"{file}.jsonl",), home / "base", out, changed)  # type: ignore[arg-type]


def too_large(after: int) -> Any:
    """A step that runs out of memory when so many are done."""
    real = transformers.Trainer.training_step

    def step(self: Any, *args: Any, **said: Any) -> Any:
        if self.state.global_step >= after:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")
        return real(self, *args, **said)

    return step


LORA = LoraSettings(rank=2, alpha=4)


@pytest.mark.parametrize(
    ("settings", "advice"),
    [
        (SFT, "Give --gradient-checkpointing, or give a smaller --batch-tokens, a smaller --max-tokens or --lora."),
        (MDPO, "Give --gradient-checkpointing, or give a smaller --pairs-per-batch, a smaller --max-tokens or --lora."),
        (
            MDPO.model_copy(update={"pairs_per_batch": 1, "lora": LORA}),
            "Give --gradient-checkpointing, or give a smaller --max-tokens.",
        ),
    ],
)
def test_what_takes_less_memory_is_said_for_each_method_and_may_be_given(
    settings: SftSettings | MdpoSettings, advice: str, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(transformers.Trainer, "training_step", too_large(0))
        with pytest.raises(MagnetError) as raised:
            train(task(home, tmp_path / "out", settings))
    assert str(raised.value) == f"out of memory on the GPU. {advice}"
    smaller: dict[str, Any] = {"batch_tokens": 400} if isinstance(settings, SftSettings) else {"pairs_per_batch": 1}
    assert train(task(home, tmp_path / "out", settings, **smaller, max_tokens=900))["finished"]


def test_memory_that_ends_later_leaves_what_may_go_on(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(transformers.Trainer, "training_step", too_large(1))
        with pytest.raises(MagnetError, match="--gradient-checkpointing to go on, or give another --out with a small"):
            train(task(home, tmp_path / "out", SFT, save_steps=1))
    with pytest.raises(MagnetError, match=r"settings\.batch_tokens was 600 and is now 400"):
        train(task(home, tmp_path / "out", SFT, batch_tokens=400))
    said: list[str] = []
    free = {"gradient_checkpointing": True, "log_steps": 1, "threads": None}
    assert train(task(home, tmp_path / "out", SFT, **free), say=said.append)["finished"]
    assert "goes on after step 1" in said
