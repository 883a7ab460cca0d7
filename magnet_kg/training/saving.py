"""A taught model as a folder that serves, evaluates and goes on with: weights, configuration, tokenizer, template."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from transformers import AutoConfig


def save_taught(trainer: Any, tokenizer: Any, source: Path, out: Path, adapter: Path) -> None:
    """Save what a trainer has taught.

    Args:
        trainer: when it has ended.
        tokenizer: with the template that was trained.
        source: the model that it began with; weights are saved as finely as its own.
        out: for the model; adapters are merged into it.
        adapter: for the adapters by themselves, where there are some.
    """
    model = trainer.accelerator.unwrap_model(trainer.model)
    if hasattr(model, "merge_and_unload"):
        if trainer.is_world_process_zero():
            model.save_pretrained(adapter)
        model = model.merge_and_unload()
    if not trainer.is_world_process_zero():
        return
    _stop_at(model.generation_config, tokenizer)
    dtype = AutoConfig.from_pretrained(str(source), local_files_only=True).dtype
    if dtype is not None:
        model = model.to(dtype)
    model.save_pretrained(out)
    tokenizer.save_pretrained(out)


def _stop_at(generation: Any, tokenizer: Any) -> None:
    """Let what generates stop where the template ends a message, beside where the model stopped before."""
    before = generation.eos_token_id
    ends = [] if before is None else [before] if isinstance(before, int) else list(before)
    if tokenizer.eos_token_id not in ends:
        ends.insert(0, tokenizer.eos_token_id)
    generation.eos_token_id = ends[0] if len(ends) == 1 else ends
    generation.pad_token_id = tokenizer.pad_token_id
