"""A tiny model, its tokenizer, and short rows: what is trained in tests, made in the process."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

Row = dict[str, Any]
SYSTEM = {"role": "system", "content": "You help with the weather and with letters."}
CITIES = ("Rome", "Lima", "Oslo", "Quito", "Cairo", "Turin", "Kyoto", "Malmö")
MARKS = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]


def tool(name: str, toolkit: str = "weather") -> Row:
    """A tool's definition in OpenAI's form."""
    parameters = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
    return {
        "type": "function",
        "function": {"name": name, "description": f"Of {toolkit}.", "parameters": parameters},
    }


def call(name: str, **arguments: Any) -> Row:
    """A message with a call."""
    function = {"name": name, "arguments": json.dumps(arguments, ensure_ascii=False)}
    return {
        "role": "assistant",
        "content": "",
        "tool_calls": [{"id": "call_1", "type": "function", "function": function}],
    }


def turn(city: str, sky: str) -> list[Row]:
    """What is asked, called, returned and answered."""
    return [
        {"role": "user", "content": f"How is it in {city}?"},
        call("get_weather_now", city=city),
        {"role": "tool", "content": json.dumps({"sky": sky}), "tool_call_id": "call_1", "name": "get_weather_now"},
        {"role": "assistant", "content": f"It is {sky} in {city}."},
    ]


def provenance(toolkit: str) -> Row:
    """As much as tells which toolkit a row touches."""
    return {
        "tools": [f"{toolkit}/get_weather_now"],
        "calls": [{"id": "call_1", "function": f"{toolkit}/get_weather_now"}],
    }


def sft_row(at: int, toolkit: str = "weather", turns: int = 1) -> Row:
    """A row as an export has it, of so many turns."""
    messages = [SYSTEM]
    for nth in range(turns):
        messages += turn(CITIES[(at + nth) % len(CITIES)], ("sunny", "cloudy")[at % 2])
    return {
        "id": f"row-{at:05}.0",
        "kind": "single" if turns == 1 else "multi_turn",
        "messages": messages,
        "tools": json.dumps([tool("get_weather_now", toolkit)]),
        "tools_added": "{}",
        "simulated": False,
        "provenance": json.dumps(provenance(toolkit)),
    }


def pair(at: int) -> Row:
    """A pair whose rejected side does not look, and says what nobody said."""
    asked, *right = turn(CITIES[at % len(CITIES)], "sunny")
    more = turn(CITIES[(at + 1) % len(CITIES)], "cloudy")
    wrong = [{"role": "assistant", "content": "Never mind."}]
    return {
        "id": f"pair-{at:05}.0",
        "kind": "multi_turn",
        "prompt": [SYSTEM, asked],
        "chosen": [*right, *more],
        "rejected": [*wrong, *more],
        "tools": json.dumps([tool("get_weather_now")]),
        "tools_added": "{}",
        "simulated": False,
        "errors": [],
        "provenance": json.dumps({"chosen": provenance("weather"), "rejected": provenance("weather")}),
    }


def written(path: Path, rows: Iterable[Row]) -> Path:
    """The rows as JSON lines."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def tokenizer(template: str | None = None) -> Any:
    """A byte-level tokenizer with a few merges, and with the marks that chat models have."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    made: Any = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=600, special_tokens=MARKS, initial_alphabet=alphabet, show_progress=False)
    made.train_from_iterator((json.dumps(sft_row(at)) for at in range(8)), trainer)
    fast = PreTrainedTokenizerFast(tokenizer_object=made, eos_token=MARKS[2], bos_token=MARKS[1], pad_token=MARKS[0])
    fast.chat_template = template
    return fast


def model(vocabulary: int, seed: int = 1) -> Any:
    """A Llama of two layers with weights drawn by the seed."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(seed)
    return LlamaForCausalLM(
        LlamaConfig(
            vocab_size=vocabulary, hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4,
            num_key_value_heads=2, max_position_embeddings=1024, eos_token_id=2, bos_token_id=1, pad_token_id=0,
        )
    )  # fmt: skip


def saved(folder: Path, template: str | None = None) -> Path:
    """The tiny model with its tokenizer, as Hugging Face saves them."""
    made = tokenizer(template)
    model(len(made)).save_pretrained(folder)
    made.save_pretrained(folder)
    return folder
