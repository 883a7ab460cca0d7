"""Answers generated together: nobody wants an answer that depends on who else asked."""

from __future__ import annotations

import importlib
from typing import Any

import pytest

from magnet_kg.student.generation import Generator, Prompt, loops

pytest.importorskip("torch", reason="the extra train is not installed")

COMMON: dict[str, Any] = {
    "vocab_size": 60,
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 256,
    "initializer_range": 0.3,
}
# How they keep what they have computed: all of the past, the last tokens of it, a state beside it, a state alone.
ARCHITECTURES: dict[str, dict[str, Any]] = {
    "llama": {},
    "gemma2": {"head_dim": 8, "sliding_window": 16},
    "lfm2": {"layer_types": ["conv", "full_attention"], "block_ff_dim": 48},
    "mamba": {"state_size": 4},
}
ENDS = (1, 2, 3)


def model(name: str) -> Any:
    torch, transformers = importlib.import_module("torch"), importlib.import_module("transformers")
    torch.manual_seed(3)
    config = transformers.AutoConfig.for_model(name, **{**COMMON, **ARCHITECTURES[name]})
    return transformers.AutoModelForCausalLM.from_config(config).eval()


def one_by_one(model: Any, prompt: Prompt) -> list[int]:
    """The likeliest token after the other, everything computed anew for each."""
    torch: Any = importlib.import_module("torch")
    made: list[int] = []
    # A loop is looked for now and then.
    while len(made) < prompt.most and (len(made) % 24 or not loops(made)):
        with torch.inference_mode():
            token = int(model(torch.tensor([[*prompt.ids, *made]]), use_cache=False).logits[0, -1].argmax())
        if token in ENDS:
            break
        made.append(token)
    return made


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_answers_of_every_length_are_as_one_by_one(name: str) -> None:
    made = model(name)
    # A state has no place for padding.
    same = name == "mamba"
    prompts = [
        Prompt(tuple((at * 7 + token * 11) % 56 + 4 for token in range(20 if same else 6 + at)), 10 + 9 * at, at)
        for at in range(12)
    ]
    generator = Generator(importlib.import_module("torch"), made, ENDS, 0.0, None)
    answers = generator.generate(prompts)
    assert answers == [one_by_one(made, prompt) for prompt in prompts]
    assert len({len(answer) for answer in answers}) > 2
    assert max(map(len, answers)) > 50
