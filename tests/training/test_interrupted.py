"""What a user can do after a training stopped: for want of memory, or in the middle of something."""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path
from typing import Any

import pytest
import torch
import transformers
from taught import pair, saved, sft_row, written

from magnet_kg.domain.errors import MagnetError
from magnet_kg.pipeline.progress import NoBars
from magnet_kg.training.interrupt import Interrupt
from magnet_kg.training.session import Interrupted, TrainTask, train
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


def full_disk(*_: Any) -> None:
    raise OSError("no space left")


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


class Signals(NoBars):
    """Signals that come when so many steps are done."""

    def __init__(self, step: int, *numbers: int) -> None:
        self.left, self.numbers = step, numbers

    def advance(self, stage: str, count: int = 1) -> None:
        self.left -= count
        if self.left == 0:
            for number in self.numbers:
                os.kill(os.getpid(), number)


def weights(out: Path) -> dict[str, Any]:
    return dict(transformers.AutoModelForCausalLM.from_pretrained(out).state_dict())


def assert_same_weights(one: Path, other: Path) -> None:
    wanted = weights(one)
    for name, got in weights(other).items():
        assert torch.allclose(wanted[name], got, atol=1e-6), name


@pytest.mark.parametrize(
    "settings", [MDPO, MDPO.model_copy(update={"lora": LORA}), SFT.model_copy(update={"lora": LORA})]
)
def test_pairs_and_adapters_go_on_to_the_same_weights(
    settings: SftSettings | MdpoSettings, home: Path, tmp_path: Path
) -> None:
    settings = settings.model_copy(update={"max_steps": 3, "batches_per_step": 1})
    train(task(home, tmp_path / "whole", settings))
    with pytest.raises(Interrupted):
        train(task(home, tmp_path / "broken", settings), Signals(2, signal.SIGINT))
    said: list[str] = []
    assert train(task(home, tmp_path / "broken", settings), say=said.append)["steps"] == 3
    assert said[-1] == "goes on after step 2"
    assert_same_weights(tmp_path / "whole", tmp_path / "broken")


def test_a_checkpoint_that_was_cut_off_is_passed_over(home: Path, tmp_path: Path) -> None:
    train(task(home, tmp_path / "whole", SFT, max_steps=3))
    with pytest.raises(Interrupted):
        train(task(home, tmp_path / "out", SFT, max_steps=3, save_steps=1), Signals(2, signal.SIGTERM))
    cut = tmp_path / "out" / "checkpoint-2"
    (cut / "trainer_state.json").write_bytes((cut / "trainer_state.json").read_bytes()[:100])
    (cut / "optimizer.pt").unlink()
    shutil.copytree(cut, tmp_path / "out" / "checkpoint-3")
    (tmp_path / "out" / "checkpoint-3" / "trainer_state.json").unlink()
    said: list[str] = []
    train(task(home, tmp_path / "out", SFT, max_steps=3), say=said.append)
    assert said[-1] == "goes on after step 1"
    assert_same_weights(tmp_path / "whole", tmp_path / "out")


def test_checkpoints_that_were_cut_off_take_no_whole_ones_place(home: Path, tmp_path: Path) -> None:
    for name in ("checkpoint-98", "checkpoint-99", "checkpoint-mine"):
        (tmp_path / "out" / name).mkdir(parents=True)
    with pytest.raises(Interrupted):
        train(task(home, tmp_path / "out", SFT, max_steps=3), Signals(1, signal.SIGINT))
    assert {place.name for place in (tmp_path / "out").glob("checkpoint-*")} == {"checkpoint-1", "checkpoint-mine"}


def test_a_training_that_is_interrupted_at_its_last_step_is_finished(home: Path, tmp_path: Path) -> None:
    done = train(task(home, tmp_path / "out", SFT), Signals(2, signal.SIGINT))
    assert done["finished"]
    assert done["steps"] == 2


@pytest.mark.parametrize("lora", [None, LORA])
def test_a_training_that_died_while_it_saved_takes_no_step_more(
    lora: LoraSettings | None, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = task(home, tmp_path / "out", SFT, save_steps=1, lora=lora)
    with monkeypatch.context() as patch:
        patch.setattr("magnet_kg.training.saving.save_taught", full_disk)
        with pytest.raises(OSError, match="no space left"):
            train(asked)
    with monkeypatch.context() as patch:
        patch.setattr(transformers.Trainer, "training_step", too_large(0))
        done = train(asked)
    assert done["steps"] == 2
    train(task(home, tmp_path / "whole", SFT, lora=lora))
    assert_same_weights(tmp_path / "whole", tmp_path / "out")


def test_a_second_ctrl_c_stops_at_once_and_a_launchers_signal_does_not() -> None:
    with Interrupt() as interrupt:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGTERM):
            os.kill(os.getpid(), number)
        assert interrupt.asked
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
