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
    "max_position_embeddings": 512,
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


@pytest.mark.parametrize("remember", [False, True])
@pytest.mark.parametrize("name", ARCHITECTURES)
def test_answers_of_every_length_are_as_one_by_one(name: str, remember: bool) -> None:
    made = model(name)
    # A state has no place for padding.
    same = name == "mamba"
    prompts = [
        Prompt(tuple((at * 7 + token * 11) % 56 + 4 for token in range(20 if same else 6 + at)), 10 + 9 * at, at)
        for at in range(12)
    ]
    generator = Generator(importlib.import_module("torch"), made, ENDS, 0.0, remember=remember)
    answers = generator.generate(prompts)
    assert answers == [one_by_one(made, prompt) for prompt in prompts]
    assert len({len(answer) for answer in answers}) > 2
    assert max(map(len, answers)) > 50


def test_what_is_known_of_a_dialogue_is_not_computed_again() -> None:
    """Each message of a dialogue begins with all that was said before: computing it anew is most of the time."""
    made = model("llama")
    computed: list[int] = []
    made.model.register_forward_pre_hook(
        lambda _, args, said: computed.append(int(said["input_ids"].shape[-1])), with_kwargs=True
    )
    generator = Generator(importlib.import_module("torch"), made, ENDS, 0.0, remember=True)
    dialogues = [tuple((at + token * 11) % 56 + 4 for token in range(300 + 40 * at)) for at in range(3)]
    said: list[tuple[int, ...]] = []
    for _ in range(3):
        computed.clear()
        answers = generator.generate([Prompt(ids, 9, 0) for ids in dialogues])
        said = dialogues
        # A result, or what a user says next.
        dialogues = [(*ids, *answer, 7, 8, 9, 10) for ids, answer in zip(dialogues, answers, strict=True)]
    assert max(computed) < 16, "only what is new"
    assert answers == [one_by_one(made, Prompt(ids, 9, 0)) for ids in said]
    assert generator.left(Prompt(dialogues[1], 9, 0)) < 16
    other = Prompt((5, *dialogues[1]), 9, 0)
    assert generator.left(other) == len(other.ids)
    assert generator.generate([other]) == [one_by_one(made, other)], "beside what is known"


def test_what_was_used_longest_ago_is_forgotten_first(monkeypatch: pytest.MonkeyPatch) -> None:
    made = model("llama")
    generator = Generator(importlib.import_module("torch"), made, ENDS, 0.0, remember=True)
    prompts = [Prompt(tuple((at + token * 7) % 56 + 4 for token in range(300)), 4, 0) for at in range(4)]
    generator.generate(prompts[:1])
    one = generator._prefixes._kept[0].bytes
    monkeypatch.setattr("magnet_kg.student.prefixes._MOST_BYTES", 2 * one + one // 2)
    for prompt in (prompts[1], prompts[0], prompts[2]):
        generator.generate([prompt])
    assert [generator.left(prompt) == 1 for prompt in prompts] == [True, False, True, False]
