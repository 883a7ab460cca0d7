"""A student in a folder: a real model of a few thousand weights, saved as Hugging Face saves them."""

from __future__ import annotations

import asyncio
import importlib
from pathlib import Path
from typing import Any

import pytest

from magnet_kg.domain.errors import MagnetError, Unanswered
from magnet_kg.teacher.llm.local_student import LocalStudent

torch = pytest.importorskip("torch", reason="the extra train is not installed")

TEMPLATE = (
    "{% for tool in tools or [] %}{{ tool.function.name }} {% endfor %}"
    "{% for message in messages %}{{ message.role }} {{ message.content }} "
    "{% for call in message.tool_calls or [] %}{{ call.function.arguments.city }} {% endfor %}{% endfor %}"
)
TOOLS = [{"type": "function", "function": {"name": "weather", "description": "", "parameters": {"type": "object"}}}]
ASKED = [{"role": "user", "content": "weather rome"}]


def saved(folder: Path, *, tokenizer: bool = True, template: str | None = TEMPLATE) -> Path:
    """A model that says one of a dozen words after another."""
    from tokenizers import Tokenizer, models, pre_tokenizers

    transformers: Any = importlib.import_module("transformers")

    words = ["[end]", "[unk]", "user", "assistant", "tool", "weather", "rome", "it", "is", "sunny", "{", "}"]
    config = transformers.LlamaConfig(
        vocab_size=len(words), hidden_size=16, intermediate_size=16, num_hidden_layers=1, num_attention_heads=2,
        max_position_embeddings=48, eos_token_id=0, bos_token_id=None, pad_token_id=0,
    )  # fmt: skip
    torch.manual_seed(1)
    transformers.LlamaForCausalLM(config).save_pretrained(folder)
    if tokenizer:
        made: Any = Tokenizer(models.WordLevel({word: at for at, word in enumerate(words)}, unk_token="[unk]"))
        made.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
        marks = {"eos_token": "[end]", "unk_token": "[unk]", "pad_token": "[end]"}
        fast = transformers.PreTrainedTokenizerFast(tokenizer_object=made, **marks)
        fast.chat_template = template
        fast.save_pretrained(folder)
    return folder


def said(student: LocalStudent, sample: int, messages: list[dict[str, Any]] = ASKED) -> str:
    return str(asyncio.run(student.chat(messages, TOOLS, sample))["content"])


def test_the_same_sample_says_the_same_whatever_was_said_before(tmp_path: Path) -> None:
    student = LocalStudent(saved(tmp_path / "tiny"), temperature=1.0)
    assert student.model == "tiny"
    first = [said(student, sample) for sample in range(4)]
    assert [said(student, sample) for sample in (3, 2, 1, 0)] == first[::-1]
    assert len(set(first)) > 1
    assert "[end]" not in "".join(first)


def test_calls_of_the_history_are_shown_to_the_template_as_objects(tmp_path: Path) -> None:
    student = LocalStudent(saved(tmp_path), temperature=0)
    call = {"id": "call_1", "type": "function", "function": {"name": "weather", "arguments": '{"city":"rome"}'}}
    told: list[dict[str, Any]] = [
        *ASKED,
        {"role": "assistant", "content": "", "tool_calls": [call]},
        {"role": "tool", "content": "sunny"},
    ]
    assert said(student, 0, told)


def test_a_dialogue_that_does_not_fit_is_told(tmp_path: Path) -> None:
    student = LocalStudent(saved(tmp_path), temperature=1.0)
    with pytest.raises(Unanswered, match="context"):
        said(student, 0, [{"role": "user", "content": "rome " * 60}])


def test_what_a_folder_lacks(tmp_path: Path) -> None:
    with pytest.raises(MagnetError, match="no tokenizer"):
        LocalStudent(saved(tmp_path / "bare", tokenizer=False), temperature=1.0)
    with pytest.raises(MagnetError, match="no chat template"):
        LocalStudent(saved(tmp_path / "base", template=None), temperature=1.0)
    weights = next((saved(tmp_path / "empty")).glob("*.safetensors"))
    weights.unlink()
    with pytest.raises(MagnetError, match="no model"):
        LocalStudent(tmp_path / "empty", temperature=1.0)
