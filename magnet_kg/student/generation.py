"""Answers to many prompts at once, each as it would be alone.

Prompts are padded on the left, and every row has its own positions, its own random numbers and its own end; so what
else is in a batch reaches a row only through the order in which floating-point sums are taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from random import Random
from threading import Event
from typing import Any

from magnet_kg.student.prefixes import Prefixes

# A loop is told by its last tokens: so many times the same, over so many tokens at least, with a period of at most.
_LOOPS, _LOOPED, _PERIOD = 4, 96, 64
_LOOKED_AT_EVERY = 16


@dataclass(frozen=True)
class Prompt:
    """What one answer is generated from.

    Attributes:
        ids: tokens, 1 to the model's context.
        most: tokens to generate at most, ≥ 1.
        seed: of its random numbers.
    """

    ids: tuple[int, ...]
    most: int
    seed: int


class Generator:
    """A causal model that generates until an end mark, a bound, or a loop.

    Args:
        torch: the module.
        model: of transformers, on its device.
        ends: ids of the tokens that end an answer; any of them does.
        temperature: of sampling; 0 takes the likeliest token. No other setting of the model's has a part: a penalty or
            a top-p that somebody saved with it would make two models answer by two rules.
        alone: tokens from which a prompt is answered alone, and goes on from what was computed of the like; None for
            never. It pays where computing a prompt is what takes the time.
    """

    def __init__(self, torch: Any, model: Any, ends: Sequence[int], temperature: float, alone: int | None) -> None:
        transformers: Any = import_module("transformers")
        self._torch = torch
        self._model = model
        self._ends = list(ends)
        self._temperature = temperature
        self._alone = alone
        self._prefixes = Prefixes()
        self.stopped = Event()
        # What ends an answer also fills the rows that are done.
        filling = self._ends[0] if self._ends else 0
        model.generation_config = transformers.GenerationConfig(
            do_sample=False, eos_token_id=self._ends or None, pad_token_id=filling, use_cache=True
        )

    def next(self, prompts: Sequence[Prompt]) -> int:
        """Which of several prompts costs least to go on with: the one of which most is known, else the longest."""
        lengths = [len(prompt.ids) for prompt in prompts]
        if self._alone is None or max(lengths) < self._alone:
            return lengths.index(max(lengths))
        left = [self._prefixes.known(p.ids) - len(p.ids) if len(p.ids) >= self._alone else -(1 << 60) for p in prompts]
        return left.index(max(left))

    def alone(self, prompt: Prompt) -> bool:
        """Whether a prompt is answered alone."""
        return self._alone is not None and len(prompt.ids) >= self._alone

    def generate(self, prompts: Sequence[Prompt]) -> list[list[int]]:
        """The tokens of each answer, without the end mark.

        A batch that does not fit into memory is halved until it does.

        Raises:
            torch.OutOfMemoryError: one prompt alone does not fit.
        """
        try:
            return self._generate(prompts)
        except self._torch.OutOfMemoryError:
            if len(prompts) == 1:
                raise
            self._torch.cuda.empty_cache()
        middle = len(prompts) // 2
        return [*self.generate(prompts[:middle]), *self.generate(prompts[middle:])]

    def _generate(self, prompts: Sequence[Prompt]) -> list[list[int]]:
        torch, device = self._torch, self._model.device
        longest = max(len(prompt.ids) for prompt in prompts)
        gaps = [longest - len(prompt.ids) for prompt in prompts]
        ids = torch.tensor([[0] * gap + list(prompt.ids) for gap, prompt in zip(gaps, prompts, strict=True)])
        mask = torch.tensor([[0] * gap + [1] * len(p.ids) for gap, p in zip(gaps, prompts, strict=True)])
        draws = [Random(prompt.seed) for prompt in prompts]
        sampled = [_Drawing(torch, self._temperature, draws)] if self._temperature else []
        cache = self._prefixes.take(prompts[0].ids) if self.alone(prompts[0]) else None
        with torch.inference_mode():
            made = self._model.generate(
                input_ids=ids.to(device),
                attention_mask=mask.to(device),
                max_new_tokens=max(prompt.most for prompt in prompts),
                logits_processor=sampled,
                past_key_values=cache,
                return_dict_in_generate=True,
                stopping_criteria=[_Stopping(torch, [prompt.most for prompt in prompts], longest, self.stopped)],
            )
        if self.alone(prompts[0]):
            self._prefixes.put(made.sequences[0].tolist(), made.past_key_values)
        rows = made.sequences[:, longest:].tolist()
        return [self._cut(row, prompt.most) for row, prompt in zip(rows, prompts, strict=True)]

    def _cut(self, row: list[int], most: int) -> list[int]:
        ended = next((at for at, token in enumerate(row) if token in self._ends), len(row))
        return row[: min(ended, most)]


class _Drawing:
    """Leaves the token that a row's own random number draws."""

    def __init__(self, torch: Any, temperature: float, draws: Sequence[Random]) -> None:
        self._torch = torch
        self._temperature = temperature
        self._draws = draws

    def __call__(self, input_ids: Any, scores: Any) -> Any:
        """Scores of (rows, vocabulary): 0 for the token that is drawn, else minus infinity."""
        torch = self._torch
        numbers = torch.tensor([[draw.random()] for draw in self._draws], dtype=torch.float64, device=scores.device)
        reached = torch.softmax(scores.double() / self._temperature, dim=-1).cumsum(dim=-1)
        # Sums end a little off 1.
        drawn = torch.searchsorted(reached, numbers * reached[:, -1:], right=True).clamp_(max=scores.shape[-1] - 1)
        return torch.full_like(scores, float("-inf")).scatter_(1, drawn, 0.0)


class _Stopping:
    """Ends a row at its bound or in a loop, and all of them when nobody waits any more."""

    def __init__(self, torch: Any, most: Sequence[int], start: int, stopped: Event) -> None:
        self._torch = torch
        self._most = most
        self._start = start
        self._stopped = stopped
        self._done = [False] * len(most)

    def __call__(self, input_ids: Any, scores: Any, **_: Any) -> Any:
        """Of each row, whether it is done."""
        made = input_ids.shape[1] - self._start
        if self._stopped.is_set():
            self._done = [True] * len(self._done)
        elif made % _LOOKED_AT_EVERY == 0:
            tails = input_ids[:, max(self._start, input_ids.shape[1] - _LOOPS * _PERIOD) :].tolist()
            self._done = [done or loops(tail) for done, tail in zip(self._done, tails, strict=True)]
        done = [done or made >= most for done, most in zip(self._done, self._most, strict=True)]
        return self._torch.tensor(done, device=input_ids.device)


def loops(tokens: Sequence[int]) -> bool:
    """Whether the tokens end in something that is said over and over: four times, and 96 tokens long."""
    for period in range(1, _PERIOD + 1):
        length = max(_LOOPS * period, _LOOPED)
        if length <= len(tokens) and tokens[-length:-period] == tokens[len(tokens) - length + period :]:
            return True
    return False
