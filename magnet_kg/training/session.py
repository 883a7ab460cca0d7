"""One training from files to a model: what `magnet-kg train` does, in order."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from magnet_kg.domain.errors import MagnetError
from magnet_kg.pipeline.progress import NoBars, Progress
from magnet_kg.training.encoding import Draw, Examples, encode_rows
from magnet_kg.training.memory import keep_freed, memory_told
from magnet_kg.training.packages import require_packages, versions
from magnet_kg.training.processes import is_first, require_launcher
from magnet_kg.training.record import (
    CURVES,
    PICTURE,
    checkpoints,
    model_digest,
    read_record,
    read_state,
    remove_checkpoints,
    require_same,
    write_record,
)
from magnet_kg.training.rows import Method, Rows, end_at_calls, read_rows_of
from magnet_kg.training.settings import MdpoSettings, SftSettings, TrainSettings, default_rate

_ADAPTER = "adapter"
# Settings that change nothing of what is learned: a training may go on with others.
_FREE = frozenset(["threads", "save_steps", "log_steps", "gradient_checkpointing"])


@dataclass(frozen=True)
class TrainTask:
    """What is to be trained, and where it goes.

    Attributes:
        method: "sft" or "mdpo".
        data: runs' folders, export folders or files.
        model: the folder of the model to begin with.
        out: the folder that becomes the taught model; beside it curves and `training.json`, until the end checkpoints.
        settings: of the method.
        hold_out: toolkits that are kept out.
    """

    method: Method
    data: tuple[Path, ...]
    model: Path
    out: Path
    settings: SftSettings | MdpoSettings
    hold_out: tuple[str, ...] = ()


class Interrupted(Exception):  # noqa: N818  (the user's wish, not a fault)
    """The training was interrupted; its last step is in a checkpoint."""


def train(
    task: TrainTask, progress: Progress | None = None, say: Callable[[str], None] = lambda text: None
) -> dict[str, Any]:
    """Train a model, or go on with it; gives what `training.json` holds (of several processes, to the first).

    Args:
        task: what is to be trained.
        progress: told of each step.
        say: told in a sentence what the user should know: the template, rows left out, where it goes on.

    Raises:
        MagnetError: see the module's parts; out of memory, with what to change.
        Interrupted: by Ctrl-C, after a checkpoint was written.
    """
    require_packages()
    before = read_record(task.out)
    if before is None and (task.out / "config.json").exists():
        raise MagnetError("a model is here already", where=str(task.out), do="Give another --out")
    rows = rows_for(task)
    asked = _asked(task, rows)
    # Where no checkpoint is, nothing has begun that other settings could spoil.
    if before is not None and (before["finished"] or checkpoints(task.out)):
        # A setting that has come since then had its default.
        settings = _binding(type(task.settings)()) | before["asked"]["settings"]
        was = before["asked"] | {"settings": {key: one for key, one in settings.items() if key not in _FREE}}
        # A record without a name for the model was written when that name was all that was asked of it.
        known_by_name = {} if "model" in before else {"model": task.model.resolve().name}
        require_same(task.out, was, asked | known_by_name)
        if before["finished"]:
            say(f"{task.out} is finished already")
            return before
    require_launcher()
    return _Session(task, rows, asked, progress or NoBars(), say).run()


def rows_for(task: TrainTask) -> Rows:
    """The rows of a training, as long as its settings want them.

    Raises:
        MagnetError: as `read_rows_of`.
    """
    rows = read_rows_of(task.data, task.method, task.hold_out)
    share = task.settings.until_calls if isinstance(task.settings, SftSettings) else 0
    return end_at_calls(rows, share) if share else rows


class _Session:
    def __init__(
        self, task: TrainTask, rows: Rows, asked: dict[str, Any], progress: Progress, say: Callable[[str], None]
    ) -> None:
        self.task, self.rows, self.asked, self.progress = task, rows, asked, progress
        # One of several processes speaks and writes, those of `accelerate launch` included.
        self.first = is_first()
        self.say: Callable[[str], None] = say if self.first else lambda text: None

    def run(self) -> dict[str, Any]:
        import torch

        from magnet_kg.training.forward import why_not_packed
        from magnet_kg.training.models import context_of, load_config, load_model, load_tokenizer

        task = self.task
        if not torch.cuda.is_available():
            keep_freed()
        if task.settings.threads is not None:
            torch.set_num_threads(task.settings.threads)
        tokenizer, choice = load_tokenizer(task.model)
        self.say(f"chat template: {choice}")
        context = context_of(load_config(task.model))
        settings = _resolved(task.settings, context)
        draw = None if settings.trained_tokens is None else Draw(settings.trained_tokens, settings.seed)
        examples = encode_rows(tokenizer, self.rows, task.method, settings.max_tokens or context, draw)
        for reason, count in examples.left_out.items():
            told = f"{count:,} of {self.rows.read:,} rows left out: {reason}"
            self.say(told + _of_kinds(examples.lost.get(reason, {})))
        if self.rows.ended:
            self.say(f"{self.rows.ended:,} of {self.rows.read:,} rows end after the assistant's first calls")
        with memory_told(task.settings, task.out):
            model = load_model(task.model, settings)
        if settings.learning_rate is None:
            rate = default_rate(task.method, model.num_parameters(), settings.lora is not None)
            settings = settings.model_copy(update={"learning_rate": rate})
        why_not = why_not_packed(model)
        if why_not is not None:
            self.say(f"rows are not packed: {why_not}")
        record = self._record(settings, examples, str(choice), why_not)
        task.out.mkdir(parents=True, exist_ok=True)
        if self.first:
            write_record(task.out, record)
        with memory_told(task.settings, task.out):
            trainer = self._trained(model, tokenizer, examples, settings, packed=why_not is None)
        return self._finish(trainer, tokenizer, record)

    def _trained(self, model: Any, tokenizer: Any, examples: Examples, settings: Any, *, packed: bool) -> Any:
        from transformers import PrinterCallback

        from magnet_kg.training.curves import Curves
        from magnet_kg.training.interrupt import Interrupt
        from magnet_kg.training.models import load_model
        from magnet_kg.training.trainers import mdpo_trainer, sft_trainer

        # TRL reads a name that transformers is giving up; nothing that the user could change.
        warnings.filterwarnings("ignore", ".*gradient_checkpointing.*", FutureWarning)
        task, interrupt = self.task, Interrupt()
        said: dict[str, Any] = {"packed": packed, "callbacks": (Curves(task.out / CURVES, self.progress), interrupt)}
        if isinstance(settings, SftSettings):
            trainer = sft_trainer(model, tokenizer, examples.examples, settings, task.out, **said)
        else:
            reference = load_model(task.model, settings) if settings.lora is None else None
            trainer = mdpo_trainer(model, reference, tokenizer, examples.examples, settings, task.out, **said)
        trainer.remove_callback(PrinterCallback)
        if self.first:
            # The trainer keeps two, those of the most steps, whether they are whole or not.
            remove_checkpoints(task.out, cut=True)
        last = next(reversed(checkpoints(task.out)), None)
        if last is not None:
            self.say(f"goes on after step {last.name.rpartition('-')[2]}")
        with interrupt:
            _go_on(trainer, last)
        if interrupt.asked and trainer.state.global_step < trainer.state.max_steps:
            raise Interrupted
        return trainer

    def _record(
        self, settings: TrainSettings, examples: Examples, template: str, why_not: str | None
    ) -> dict[str, Any]:
        from magnet_kg.training.models import hardware

        return {
            "finished": False,
            "model": self.task.model.resolve().name,
            "asked": self.asked,
            "settings": settings.model_dump(mode="json"),
            "template": template,
            "packed": why_not is None,
            "rows": {
                "read": self.rows.read,
                "trained": len(examples.examples),
                "until_calls": self.rows.ended,
                "left_out": dict(sorted(examples.left_out.items())),
            },
            "tokens": {"rows": examples.tokens, "trained": examples.trained},
            "hardware": hardware(),
            "versions": versions(),
        }

    def _finish(self, trainer: Any, tokenizer: Any, record: dict[str, Any]) -> dict[str, Any]:
        from magnet_kg.training.curves import draw_curves, read_curves
        from magnet_kg.training.saving import save_taught

        out = self.task.out
        save_taught(trainer, tokenizer, self.task.model, out, out / _ADAPTER)
        # Who leaves while the first one saves is taken for one that died.
        trainer.accelerator.wait_for_everyone()
        if not self.first:
            return record
        points = read_curves(out / CURVES)
        draw_curves(points, out / PICTURE)
        seconds, tokens = sum(point["seconds"] for point in points), sum(point["tokens"] for point in points)
        done = record | {
            "finished": True,
            "steps": trainer.state.global_step,
            "seconds": round(seconds, 1),
            "tokens_seen": tokens,
            "tokens_per_second": round(tokens / seconds, 1) if seconds else None,
            "last": points[-1] if points else None,
        }
        write_record(out, done)
        # They are for going on, and each is three times as large as the model.
        remove_checkpoints(out)
        return done


def _of_kinds(lost: Mapping[str, float]) -> str:
    """ " (52% of parallel, 4% of single)", or nothing where rows have no kind."""
    shares = sorted(((share, kind) for kind, share in lost.items() if kind), reverse=True)
    return f" ({', '.join(f'{share:.0%} of {kind}' for share, kind in shares)})" if shares else ""


def _go_on(trainer: Any, last: Path | None) -> None:
    """Train from a checkpoint, or from the beginning; where the checkpoint is of the last step, it is all there is."""
    if last is None:
        trainer.train()
        return
    state = read_state(last)
    if state is not None and state["global_step"] >= state["max_steps"]:
        # The trainer would take one step more.
        trainer._load_from_checkpoint(str(last))
        trainer.state = type(trainer.state)(**state)
    else:
        trainer.train(resume_from_checkpoint=str(last))


def _asked(task: TrainTask, rows: Rows) -> dict[str, Any]:
    """What must be the same for a training to go on."""
    return {
        "method": task.method,
        "model": model_digest(task.model),
        "data": rows.digest,
        "hold_out": sorted(task.hold_out),
        "settings": _binding(task.settings),
    }


def _binding(settings: TrainSettings) -> dict[str, Any]:
    """The settings that must be the same."""
    return settings.model_dump(mode="json", exclude=set(_FREE))


def _resolved(settings: Any, context: int) -> Any:
    """Settings with what the hardware and the model decide."""
    from magnet_kg.training.models import has_bf16

    if settings.max_tokens is not None and settings.max_tokens > context:
        raise MagnetError(
            f"the model takes {context:,} tokens at most, and max_tokens is {settings.max_tokens:,}",
            do="Give a smaller --max-tokens",
        )
    precision = settings.precision
    if precision == "auto":
        precision = "bf16" if has_bf16() else "fp32"
    return settings.model_copy(update={"max_tokens": settings.max_tokens or context, "precision": precision})
