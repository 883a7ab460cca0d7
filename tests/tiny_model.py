"""A model of a few thousand weights in a folder, which says one of a dozen words after another."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

TEMPLATE = (
    "{% for tool in tools or [] %}{{ tool.function.name }} {% endfor %}"
    "{% for message in messages %}{{ message.role }} {{ message.content }} "
    "{% for call in message.tool_calls or [] %}<tool_call>{{ call.function | tojson }}</tool_call> {% endfor %}"
    "{% endfor %}"
)


def saved(folder: Path, *, tokenizer: bool = True, template: str | None = TEMPLATE, context: int = 48) -> Path:
    """Saved with a context of so many tokens, and without what shall be missing."""
    from tokenizers import Tokenizer, models, pre_tokenizers

    torch: Any = importlib.import_module("torch")
    transformers: Any = importlib.import_module("transformers")

    words = ["[end]", "[unk]", "user", "assistant", "tool", "weather", "rome", "it", "is", "sunny", "{", "}"]
    config = transformers.LlamaConfig(
        vocab_size=len(words), hidden_size=16, intermediate_size=16, num_hidden_layers=1, num_attention_heads=2,
        max_position_embeddings=context, eos_token_id=0, bos_token_id=None, pad_token_id=0,
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
