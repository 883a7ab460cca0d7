"""A forward pass without padding, with shared beginnings computed once and logits where something is trained.

TRL's trainers ask a model for the log-probability of each label (`fused_lm_head=True`). `pack_forward` answers that
question for a padded batch by way of a `PrefixTree`: the body of the model sees each different token once, the head
sees the trained positions alone. What comes out is what TRL's own forward gives, in the same shapes.
"""

from __future__ import annotations

import functools
import inspect
from dataclasses import dataclass
from types import MethodType
from typing import Any

import numpy as np
import torch
from torch.nn.functional import scaled_dot_product_attention
from transformers import AttentionInterface, AttentionMaskInterface
from transformers.integrations.sdpa_attention import repeat_kv, sdpa_attention_forward
from transformers.masking_utils import sdpa_mask
from trl.kernels import ChunkedLogProbFunction
from trl.trainer.utils import FusedCausalLMOutput

from magnet_kg.training.packing import PrefixTree, prefix_tree

ATTENTION = "magnet_kg_prefix_tree"
_TILE = 32768
# What changes logits after the head; none of it is done here.
_SCALING = ("final_logit_softcapping", "logit_scale", "logits_scaling", "output_multiplier", "lm_head_multiplier")


@dataclass(frozen=True)
class _Segment:
    """A branch on the model's device: `keys` is None for one that starts a row, else where its whole path stands."""

    start: int
    end: int
    keys: torch.Tensor | None
    mask: torch.Tensor | None


def why_not_packed(model: Any) -> str | None:
    """Why a model's rows cannot stand in one sequence; None where they can.

    They can where tokens meet in full causal attention alone, computed by transformers' common interface, with
    positions that are told, and with logits that are the head's output as it is.
    """
    config = model.config.get_text_config()
    kinds = set(getattr(config, "layer_types", None) or ())
    if getattr(model, "_is_stateful", False) or kinds - {"full_attention"}:
        return "its layers are not all of full attention"
    if getattr(config, "sliding_window", None) is not None and getattr(config, "use_sliding_window", True):
        return "its attention has a sliding window"
    if any(getattr(config, key, None) is not None for key in _SCALING):
        return "its logits are scaled"
    if hasattr(config, "output_router_logits"):
        return "it balances experts over padded batches"
    if not model._can_set_attn_implementation() or config._attn_implementation not in ("sdpa", ATTENTION):
        return "its attention is not sdpa"
    if "position_ids" not in inspect.signature(model.base_model.forward).parameters:
        return "it does not take positions"
    return None


def pack_forward(model: Any, outputs: tuple[str, ...], *, share: bool) -> None:
    """Let a model answer `fused_lm_head=True` by way of a prefix tree. Its other calls stay as they are.

    Args:
        model: a causal language model for which `why_not_packed` says nothing, after TRL has prepared it.
        outputs: what TRL's trainer wants beside log-probabilities: "entropy", "is_top1", "mean_logits".
        share: compute what rows of a batch begin with only once.
    """
    AttentionInterface.register(ATTENTION, _attention)
    AttentionMaskInterface.register(ATTENTION, sdpa_mask)
    model.set_attn_implementation(ATTENTION)
    original = model.forward

    @functools.wraps(type(model).forward)
    def forward(self: Any, *args: Any, fused_lm_head: bool = False, **kwargs: Any) -> Any:
        if not fused_lm_head:
            return original(*args, **kwargs)
        return _scored(self, kwargs["input_ids"], kwargs["attention_mask"], kwargs["labels"], outputs, share)

    model.forward = MethodType(forward, model)


def _scored(
    model: Any, ids: torch.Tensor, attended: torch.Tensor, labels: torch.Tensor, outputs: tuple[str, ...], share: bool
) -> Any:
    """TRL's output for a batch, padded at the right: ids, attended and labels have the shape (rows, tokens)."""
    lengths = attended.sum(1).tolist()
    rows = [row[:length] for row, length in zip(ids.cpu().numpy().astype(np.int32), lengths, strict=True)]
    tree = prefix_tree(rows, share=share)
    hidden = _body(model, tree, ids.device)
    where = torch.zeros(ids.shape, dtype=torch.long)
    for at, path in enumerate(tree.paths):
        where[at, : len(path)] = torch.from_numpy(path)
    shifted = labels[:, 1:]
    trained = shifted != -100
    head = model.get_output_embeddings()
    per_token = ChunkedLogProbFunction.apply(
        hidden[where.to(ids.device)[:, :-1][trained]].to(head.weight.device),
        head.weight,
        head.bias,
        shifted[trained],
        1.0,
        _TILE,
        None,
        1.0,
        outputs,
    )
    # Connected to the model even where nothing is trained, so that a step without labels is a step of zero.
    log_probs, entropy, _, mean_logits, is_top1 = (
        None if one is None else one.new_zeros(trained.shape).masked_scatter(trained, one) for one in per_token
    )
    return FusedCausalLMOutput(
        log_probs=log_probs, entropy=entropy, mean_logits=mean_logits, is_top1=is_top1, label_mask=trained
    )


def _body(model: Any, tree: PrefixTree, device: torch.device) -> torch.Tensor:
    """The last hidden state of each token of a tree, shape (tokens, width)."""
    made = model.base_model(
        input_ids=torch.from_numpy(tree.ids.astype(np.int64))[None].to(device),
        position_ids=torch.from_numpy(tree.positions)[None].to(device),
        # With four dimensions a mask is left as it is; the tree says who attends to whom.
        attention_mask=torch.ones((1, 1, 1, 1), dtype=torch.bool, device=device),
        use_cache=False,
        prefix_tree=tuple(_segments(tree, device)),
    )
    return made.last_hidden_state[0]


def _segments(tree: PrefixTree, device: torch.device) -> list[_Segment]:
    segments = []
    for branch in tree.branches:
        keys = mask = None
        if len(branch.before):
            own = branch.end - branch.start
            path = np.concatenate([branch.before, np.arange(branch.start, branch.end)])
            keys = torch.from_numpy(path).to(device)
            mask = torch.ones((own, len(path)), dtype=torch.bool, device=device).tril(len(branch.before))
        segments.append(_Segment(branch.start, branch.end, keys, mask))
    return segments


def _attention(
    module: Any, query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, attention_mask: Any, **kwargs: Any
) -> tuple[torch.Tensor, None]:
    """Attention along the paths of a tree, or plain `sdpa` where there is none.

    Args:
        module: the layer.
        query: shape (1, heads, tokens, width); `key` and `value` may have fewer heads.
        key: see `query`.
        value: see `query`.
        attention_mask: of plain attention.
        kwargs: as transformers' attention functions take them, and `prefix_tree`.

    Returns:
        Shape (1, tokens, heads, width), and no weights.
    """
    segments = kwargs.pop("prefix_tree", None)
    if segments is None:
        if attention_mask is not None and attention_mask.numel() == 1 < query.shape[2]:
            raise RuntimeError("the model does not hand on what its attention is told")
        return sdpa_attention_forward(module, query, key, value, attention_mask, **kwargs)  # type: ignore[no-any-return]
    said = {"dropout_p": kwargs.get("dropout", 0.0), "scale": kwargs.get("scaling")}
    groups = query.shape[1] // key.shape[1]
    repeated = groups > 1 and _repeats_heads(query.device)
    parts = []
    for one in segments:
        asked = query[:, :, one.start : one.end]
        if one.keys is None:
            keys, values = key[:, :, one.start : one.end], value[:, :, one.start : one.end]
            parts.append(
                scaled_dot_product_attention(asked, keys, values, is_causal=True, enable_gqa=groups > 1, **said)
            )
        else:
            keys, values = key.index_select(2, one.keys), value.index_select(2, one.keys)
            if repeated:
                keys, values = repeat_kv(keys, groups), repeat_kv(values, groups)
            grouped = groups > 1 and not repeated
            parts.append(
                scaled_dot_product_attention(asked, keys, values, attn_mask=one.mask, enable_gqa=grouped, **said)
            )
    return torch.cat(parts, 2).transpose(1, 2).contiguous(), None


def _repeats_heads(device: torch.device) -> bool:
    """Whether heads of keys are repeated where there is a mask.

    GPUs have fast kernels for grouped heads or for masks, not for both at once; a processor has, and repeating would
    make its attention a quarter slower.
    """
    return bool(device.type == "cuda")
