"""How a training goes, point by point: `curves.jsonl`, and a picture of it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson
from transformers import TrainerCallback

from magnet_kg.pipeline.progress import Progress

# What TRL's trainers call it, and what it is called here.
_NAMES = {
    "loss": "loss",
    "learning_rate": "learning_rate",
    "grad_norm": "gradient",
    "mean_token_accuracy": "token_accuracy",
    "rewards/accuracies": "preference_accuracy",
    "rewards/margins": "preference_margin",
}
_TITLES = {
    "loss": "loss",
    "preference_accuracy": "accuracy of preference",
    "token_accuracy": "accuracy of tokens",
    "learning_rate": "learning rate",
    "tokens_per_second": "tokens of rows a second",
}
_STAGE = "steps"


class Curves(TrainerCallback):  # type: ignore[misc]
    """Writes a line for each point that a trainer logs, and moves a bar.

    A point has step, epoch, loss, learning_rate, gradient (its length before clipping), token_accuracy, for pairs
    preference_accuracy and preference_margin, and since the last point: tokens (of rows), seconds, tokens_per_second.

    Args:
        file: JSON lines; what a resumed training repeats is taken out of it.
        progress: told of each step.
    """

    def __init__(self, file: Path, progress: Progress) -> None:
        self._file = file
        self._progress = progress
        self._since = 0.0
        self._tokens = 0.0

    def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Begin, or go on after the checkpoint's step."""
        self._since = time.monotonic()
        # A checkpoint has those of the command that wrote it.
        state.compute_steps(args, state.max_steps)
        if not state.is_world_process_zero:
            return
        kept = [point for point in read_curves(self._file) if point["step"] <= state.global_step]
        self._file.write_bytes(b"".join(map(_line, kept)))
        self._progress.start(_STAGE, state.max_steps)
        self._progress.advance(_STAGE, state.global_step)

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Move the bar; the last step has a point, whatever stands between points."""
        if state.global_step >= state.max_steps:
            control.should_log = True
        if state.is_world_process_zero:
            self._progress.advance(_STAGE)

    def on_log(self, args: Any, state: Any, control: Any, logs: Mapping[str, Any] | None = None, **_: Any) -> None:
        """Write a point."""
        if logs is None or "loss" not in logs or not state.is_world_process_zero:
            return
        now, tokens = time.monotonic(), float(logs.get("num_tokens", self._tokens))
        seconds, done = now - self._since, tokens - self._tokens
        point: dict[str, Any] = {"step": state.global_step, "epoch": round(float(state.epoch or 0), 4)}
        point |= {name: float(logs[key]) for key, name in _NAMES.items() if key in logs}
        point |= {"tokens": int(done), "seconds": round(seconds, 3), "tokens_per_second": round(done / seconds, 1)}
        self._since, self._tokens = now, tokens
        with self._file.open("ab") as file:
            file.write(_line(point))


def read_curves(file: Path) -> list[dict[str, Any]]:
    """The points of a training, in order; none where there is no file. A line that was cut off is left out."""
    if not file.exists():
        return []
    points = []
    for line in file.read_bytes().splitlines():
        try:
            points.append(orjson.loads(line))
        except orjson.JSONDecodeError:
            break
    return points


def draw_curves(points: list[dict[str, Any]], picture: Path) -> None:
    """A PNG with a panel for each curve; nothing where there are no points."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    shown = [name for name in _TITLES if any(name in point for point in points)]
    if not shown:
        return
    figure = Figure(figsize=(8, 2.2 * len(shown)), layout="constrained")
    FigureCanvasAgg(figure)
    panels = figure.subplots(len(shown), 1, sharex=True, squeeze=False)[:, 0]
    for panel, name in zip(panels, shown, strict=True):
        there = [point for point in points if name in point]
        panel.plot([point["step"] for point in there], [point[name] for point in there], linewidth=1.2)
        panel.set_ylabel(_TITLES[name], fontsize=8)
        panel.grid(alpha=0.3)
    panels[-1].set_xlabel("step")
    figure.savefig(picture, dpi=120)


def _line(point: Mapping[str, Any]) -> bytes:
    return orjson.dumps(point, option=orjson.OPT_APPEND_NEWLINE)
