"""A preview shows a row's text as it is, whatever the tokenizer makes of spaces and signs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from taught import MARKS, sft_row, tokenizer, written

from magnet_kg.training.preview import preview_row

SAYS = "Là, it is sunny — 🌦️ in Malmö."


def with_spaces_in_tokens() -> Any:
    """A tokenizer in SentencePiece's manner: a word's token has the space before it."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    made: Any = Tokenizer(models.BPE(byte_fallback=True))
    made.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="first")
    made.decoder = decoders.Sequence([decoders.ByteFallback(), decoders.Metaspace(prepend_scheme="first")])
    fallback = [f"<0x{byte:02X}>" for byte in range(256)]
    trainer = trainers.BpeTrainer(vocab_size=800, special_tokens=[*MARKS, *fallback], show_progress=False)
    made.train_from_iterator((json.dumps(sft_row(at)) for at in range(8)), trainer)
    return PreTrainedTokenizerFast(tokenizer_object=made, eos_token=MARKS[2], pad_token=MARKS[0])


@pytest.mark.parametrize("kind", ["bytes", "spaces"])
def test_the_pieces_of_the_tokens_are_the_text(kind: str, tmp_path: Path) -> None:
    (tokenizer() if kind == "bytes" else with_spaces_in_tokens()).save_pretrained(tmp_path / "model")
    row = sft_row(0)
    row["messages"][-1]["content"] = SAYS
    file = written(tmp_path / "rows.jsonl", [row])
    (side,) = preview_row(file, "1", tmp_path / "model").sides
    assert len(side.pieces) == len(side.encoded)
    assert "".join(side.pieces) == side.text
    assert "How is it in Rome?" in side.text
    trained = ["".join(side.pieces[start:end]) for start, end in side.encoded.runs]
    assert trained[-1] == f"{SAYS}<|im_end|>"
