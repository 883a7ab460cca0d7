"""Ctrl-C while a model is trained: the step is finished and a checkpoint written, then it ends."""

from __future__ import annotations

import signal
import threading
from types import FrameType, TracebackType
from typing import Any, Self

from transformers import TrainerCallback


class Interrupt(TrainerCallback):  # type: ignore[misc]
    """Stops a training after its step, with a checkpoint; a second Ctrl-C stops at once.

    Used as a context around the training; outside the main thread signals are left alone.
    """

    def __init__(self) -> None:
        self.asked = False
        self._pressed = 0
        self._before: dict[int, Any] = {}

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Save and stop, if asked; with a point of the curves, which counts what was done since the last."""
        if self.asked:
            control.should_log = True
            control.should_save = True
            control.should_training_stop = True

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                self._before[number] = signal.signal(number, self._ask)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _ask(self, number: int, frame: FrameType | None) -> None:
        self.asked = True
        # A launcher that is told by Ctrl-C too sends SIGTERM after it: that is no second wish.
        self._pressed += number == signal.SIGINT
        if number == signal.SIGINT and self._pressed > 1:
            raise KeyboardInterrupt
