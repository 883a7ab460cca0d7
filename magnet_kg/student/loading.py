"""What Hugging Face loads from a folder, or one sentence on why it cannot."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

from magnet_kg.domain.errors import MagnetError


def loaded(kind: str, folder: Path, what: str, **said: Any) -> Any:
    """A part of a model's folder.

    Args:
        kind: the class of transformers that loads it, "AutoTokenizer" or "AutoModelForCausalLM".
        folder: of the model; nothing is downloaded.
        what: its name for the user.
        said: for `from_pretrained`.

    Raises:
        MagnetError: it is not there, or cannot be read.
    """
    transformers, safetensors = import_module("transformers"), import_module("safetensors")
    # What is told of progress is told by the stage that loads.
    transformers.utils.logging.disable_progress_bar()
    try:
        return getattr(transformers, kind).from_pretrained(str(folder), local_files_only=True, **said)
    except (OSError, ValueError, KeyError, ImportError, safetensors.SafetensorError) as error:
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
        raise MagnetError(
            f"the folder has no {what} that can be loaded ({reason})",
            where=str(folder),
            do="Give a folder that save_pretrained has written, model and tokenizer",
        ) from error
