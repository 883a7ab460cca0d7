"""A model and its tokenizer from a folder, and what they can do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

from magnet_kg.domain.errors import MagnetError
from magnet_kg.student.loading import loaded
from magnet_kg.student.template import TemplateChoice, choose_template, fitted_tokenizer
from magnet_kg.training.settings import TrainSettings

# Where a configuration says nothing.
_CONTEXT = 4096


def load_tokenizer(folder: Path) -> tuple[Any, TemplateChoice]:
    """The tokenizer of a model, fitted with a template that trains what the model writes, and which template that is.

    Raises:
        MagnetError: the folder is not there, has no tokenizer, or one that cannot say where a text's tokens stand.
    """
    if not folder.is_dir():
        raise MagnetError("there is no such folder", where=str(folder), do="Give the folder of a model")
    tokenizer = loaded("AutoTokenizer", folder, "tokenizer")
    if not tokenizer.is_fast:
        raise MagnetError(
            "the tokenizer cannot say where the assistant's tokens stand",
            where=str(folder),
            do="Give a model with a tokenizer.json",
        )
    choice = choose_template(tokenizer)
    return fitted_tokenizer(tokenizer, choice), choice


def load_model(folder: Path, settings: TrainSettings) -> Any:
    """The model: in 32 bits, or in bf16 where only adapters on it are trained.

    Raises:
        MagnetError: the folder has no model, or one that cannot be loaded as the settings say.
    """
    narrow = settings.precision == "bf16" and settings.lora is not None
    said = {} if settings.attention is None else {"attn_implementation": settings.attention}
    dtype = torch.bfloat16 if narrow else torch.float32
    return loaded("AutoModelForCausalLM", folder, "model", dtype=dtype, **said)


def load_config(folder: Path) -> Any:
    """The model's configuration.

    Raises:
        MagnetError: the folder has none.
    """
    return loaded("AutoConfig", folder, "configuration")


def context_of(config: Any) -> int:
    """Tokens that the model takes at most."""
    return int(getattr(config.get_text_config(), "max_position_embeddings", None) or _CONTEXT)


def has_bf16() -> bool:
    """Whether the hardware multiplies bf16 at least as fast as 32 bits."""
    if torch.cuda.is_available():
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    return bool(torch.cpu._is_amx_tile_supported())


def hardware() -> dict[str, Any]:
    """What is trained on, in neutral words."""
    if torch.cuda.is_available():
        one = torch.cuda.get_device_properties(0)
        return {"device": "cuda", "devices": torch.cuda.device_count(), "gpu": one.name, "gib": one.total_memory >> 30}
    return {"device": "cpu", "threads": torch.get_num_threads()}
