"""The packed forward pass gives what TRL's own gives, row by row: log-probabilities, metrics and gradients."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from taught import model, pair, sft_row, tokenizer
from trl.trainer.utils import add_fused_lm_head

from magnet_kg.student.template import fitted_tokenizer
from magnet_kg.training.collators import ITEM, CollatePairs, CollateRows
from magnet_kg.training.encoding import encode_row
from magnet_kg.training.forward import pack_forward, why_not_packed

OUTPUTS = ("log_probs", "entropy", "mean_logits", "is_top1")
VOCABULARY = 600


def batch(kind: str) -> dict[str, Any]:
    """Rows with the same beginning, of one and of three turns, one of them twice; or the two sides of pairs."""
    fitted = fitted_tokenizer(tokenizer())
    if kind == "pairs":
        made = CollatePairs([encode_row(fitted, pair(at), "mdpo") for at in range(2)], 0)([{ITEM: 0}, {ITEM: 1}])
        labels = made["input_ids"].masked_fill(made.pop("completion_mask") == 0, -100)
        return {**made, "labels": labels}
    rows = [sft_row(0), sft_row(1, turns=3), sft_row(2), sft_row(0), sft_row(1, turns=2)]
    return CollateRows([[encode_row(fitted, row, "sft").sides[0] for row in rows]], 0)([{ITEM: 0}])


@pytest.mark.parametrize("kind", ["rows", "pairs"])
@pytest.mark.parametrize(("share", "repeated"), [(True, False), (True, True), (False, False)])
def test_the_same_as_row_by_row(kind: str, share: bool, repeated: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("magnet_kg.training.forward._repeats_heads", lambda device: repeated)
    plain, packed = model(VOCABULARY), model(VOCABULARY)
    add_fused_lm_head(plain, outputs=OUTPUTS)
    pack_forward(packed, OUTPUTS, share=share)
    given = batch(kind)
    weights = torch.linspace(0.5, 1.5, len(given["labels"]))
    outcomes = []
    for one in (plain, packed):
        found = one(**given, fused_lm_head=True, use_cache=False)
        (found.log_probs.sum(1) * weights).sum().backward()
        outcomes.append(found)
    for name in (*OUTPUTS, "label_mask"):
        wanted, got = (getattr(one, name).float() for one in outcomes)
        assert torch.allclose(wanted, got, atol=1e-4), name
    assert outcomes[0].label_mask.sum() > 20
    for (name, wanted), (_, got) in zip(plain.named_parameters(), packed.named_parameters(), strict=True):
        assert torch.allclose(wanted.grad, got.grad, atol=1e-4, rtol=1e-4), name


def test_a_batch_without_a_label_is_a_step_of_zero() -> None:
    packed = model(VOCABULARY)
    pack_forward(packed, OUTPUTS, share=True)
    given = batch("rows")
    given["labels"] = torch.full_like(given["labels"], -100)
    found = packed(**given, fused_lm_head=True)
    found.log_probs.sum().backward()
    assert all(one.grad is None or not one.grad.any() for one in packed.parameters())


def test_what_generates_is_left_as_it_is() -> None:
    plain, packed = model(VOCABULARY), model(VOCABULARY)
    pack_forward(packed, OUTPUTS, share=True)
    ids = torch.tensor([[5, 6, 7, 8], [0, 0, 9, 10]])
    given = {"input_ids": ids, "attention_mask": (ids != 0).long(), "max_new_tokens": 8, "do_sample": False}
    assert plain.generate(**given).tolist() == packed.generate(**given).tolist()


def test_models_whose_rows_cannot_be_packed_are_known() -> None:
    from transformers import Gemma2Config, Gemma2ForCausalLM, MistralConfig, MistralForCausalLM

    small: dict[str, Any] = {
        "vocab_size": 50, "hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2,
        "num_key_value_heads": 1, "head_dim": 8,
    }  # fmt: skip
    assert why_not_packed(model(50)) is None
    assert "window" in str(why_not_packed(MistralForCausalLM(MistralConfig(**small, sliding_window=8))))
    assert why_not_packed(MistralForCausalLM(MistralConfig(**small, sliding_window=None))) is None
    assert why_not_packed(Gemma2ForCausalLM(Gemma2Config(**small))) is not None
