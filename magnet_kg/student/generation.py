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

from magnet_kg.student.prefixes import Past, Prefixes

# A loop is told by its last tokens: so many times the same, over so many tokens at least, with a period of at most.
_LOOPS, _LOOPED, _PERIOD = 4, 96, 64
# Tokens after which answers that are done leave their batch.
_ROUND = 24


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
        remember: compute each prompt by itself, going on from what is known of the like. It pays where computing a
            prompt is what takes the time, as on a processor.
    """

    def __init__(self, torch: Any, model: Any, ends: Sequence[int], temperature: float, *, remember: bool) -> None:
        transformers: Any = import_module("transformers")
        self._torch = torch
        self._model = model
        self._ends = list(ends)
        self._temperature = temperature
        self._caches = import_module("magnet_kg.student.caches")
        self._prefixes = Prefixes()
        self.remembers = remember and not model._is_stateful
        # The head of most models can be told that one token's logits are enough.
        self._one_logit = {"logits_to_keep": 1} if model._supports_logits_to_keep() else {}
        self.stopped = Event()
        # What ends an answer also fills the rows that are done.
        filling = self._ends[0] if self._ends else 0
        model.generation_config = transformers.GenerationConfig(
            do_sample=False, eos_token_id=self._ends or None, pad_token_id=filling, use_cache=True
        )

    def left(self, prompt: Prompt) -> int:
        """How many tokens of a prompt are to be computed."""
        return len(prompt.ids) - (self._prefixes.known(prompt.ids) if self.remembers else 0)

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
        ids = torch.tensor([[0] * gap + list(prompt.ids) for gap, prompt in zip(gaps, prompts, strict=True)]).to(device)
        mask = torch.tensor([[0] * gap + [1] * len(p.ids) for gap, p in zip(gaps, prompts, strict=True)]).to(device)
        answers = [_Answer(prompt.most, Random(prompt.seed)) for prompt in prompts]
        going, rows = answers, list(range(len(prompts)))
        with torch.inference_mode():
            cache = self._computed(prompts)
            remembered = cache is not None
            while going and not self.stopped.is_set():
                made = self._model.generate(
                    input_ids=ids,
                    attention_mask=mask,
                    max_new_tokens=min(_ROUND, max(one.most - len(one.tokens) for one in going)),
                    logits_processor=[_Drawing(torch, self._temperature, going)] if self._temperature else [],
                    past_key_values=cache,
                    return_dict_in_generate=True,
                )
                ids, cache = made.sequences, made.past_key_values if self._goes_on(made.past_key_values) else None
                for one, row in zip(going, ids[:, mask.shape[1] :].tolist(), strict=True):
                    one.add(row, self._ends)
                mask = torch.nn.functional.pad(mask, (0, ids.shape[1] - mask.shape[1]), value=1)
                left = [at for at, one in enumerate(going) if not one.done]
                if remembered:
                    for at, row in enumerate(rows):
                        if at not in left:
                            self._keep(cache, at, gaps[row], [*prompts[row].ids, *answers[row].tokens])
                if 0 < len(left) < len(going):
                    chosen = torch.tensor(left, device=device)
                    ids, mask = ids[chosen], mask[chosen]
                    if cache is not None:
                        cache.batch_select_indices(chosen)
                going, rows = [going[at] for at in left], [rows[at] for at in left]
        return [one.tokens for one in answers]

    def _computed(self, prompts: Sequence[Prompt]) -> Any:
        """A cache of all but the last token of each prompt; None where nothing is remembered."""
        if not self.remembers or any(len(one.ids) == 1 for one in prompts):
            return None
        pasts = []
        for prompt in prompts:
            past = self._past(prompt.ids)
            if past is None:
                self.remembers = False
                return None
            pasts.append(past)
        if self.stopped.is_set():
            return None
        cache = self._caches.cache_of(pasts)
        self._caches.grow_in_place(cache)
        return cache

    def _past(self, ids: tuple[int, ...]) -> Past | None:
        """What attention keeps of all but the last token; None for a model that keeps otherwise."""
        known = self._prefixes.take(ids)
        rest = ids[len(known.ids) : -1]
        if not rest or self.stopped.is_set():
            return known
        made = self._model(
            input_ids=self._torch.tensor([rest], device=self._model.device),
            past_key_values=self._caches.cache_of([known]) if known.ids else None,
            use_cache=True,
            **self._one_logit,
        )
        cache = made.get("past_key_values")
        if not self._caches.keeps_all(cache):
            return None
        past: Past = self._caches.past_of(cache, 0, 0, ids[:-1])
        # Another sample of the same dialogue may be next.
        self._prefixes.put(past)
        return past

    def _keep(self, cache: Any, row: int, gap: int, ids: Sequence[int]) -> None:
        """Keep what was computed of a prompt and its answer, whose last token need not have been."""
        self._prefixes.put(self._caches.past_of(cache, row, gap, ids[: cache.get_seq_length() - gap]))

    def _goes_on(self, cache: Any) -> bool:
        """Whether the next round can go on from a cache, then made ready for it; else it computes everything again.

        States of recurrent layers hold their rows together, and some models keep them out of sight.
        """
        if cache is None or self._model._is_stateful:
            return False
        if not all(hasattr(layer, "batch_select_indices") for layer in cache.layers):
            return False
        self._caches.grow_in_place(cache)
        return True


class _Answer:
    """An answer as far as it is made."""

    def __init__(self, most: int, draws: Random) -> None:
        self.most = most
        self.draws = draws
        self.tokens: list[int] = []
        self.done = False

    def add(self, made: Sequence[int], ends: Sequence[int]) -> None:
        """Add tokens up to the first that ends an answer; those after it fill a batch."""
        if self.done:
            return
        ended = next((at for at, token in enumerate(made) if token in ends), None)
        self.tokens = [*self.tokens, *made[:ended]][: self.most]
        self.done = ended is not None or len(self.tokens) == self.most or loops(self.tokens)


class _Drawing:
    """Leaves the token that a row's own random number draws."""

    def __init__(self, torch: Any, temperature: float, answers: Sequence[_Answer]) -> None:
        self._torch = torch
        self._temperature = temperature
        self._answers = answers

    def __call__(self, input_ids: Any, scores: Any) -> Any:
        """Scores of (rows, vocabulary): 0 for the token that is drawn, else minus infinity."""
        torch = self._torch
        numbers = torch.tensor(
            [[one.draws.random()] for one in self._answers], dtype=torch.float64, device=scores.device
        )
        reached = torch.softmax(scores.double() / self._temperature, dim=-1).cumsum(dim=-1)
        # Sums end a little off 1.
        drawn = torch.searchsorted(reached, numbers * reached[:, -1:], right=True).clamp_(max=scores.shape[-1] - 1)
        return torch.full_like(scores, float("-inf")).scatter_(1, drawn, 0.0)


def loops(tokens: Sequence[int]) -> bool:
    """Whether the tokens end in something that is said over and over: four times, and 96 tokens long."""
    for period in range(1, _PERIOD + 1):
        length = max(_LOOPS * period, _LOOPED)
        if length <= len(tokens) and tokens[-length:-period] == tokens[len(tokens) - length + period :]:
            return True
    return False
