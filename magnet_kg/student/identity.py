"""Which model it is: by what its folder holds, wherever the folder lies and whatever it is called."""

from __future__ import annotations

import hashlib
from pathlib import Path

_WEIGHTS_AND_WORDS = ("*.safetensors", "*.bin", "*.json", "*.jinja", "*.model", "*.txt")


def folder_identity(folder: Path) -> str:
    """Changes with anything in a model's folder that has a part in its answers, and with the template that we add."""
    digest = hashlib.blake2b(digest_size=16)
    templates = Path(__file__).parent.glob("*.jinja")
    files = {file for pattern in _WEIGHTS_AND_WORDS for file in folder.glob(pattern)}
    for file in [*sorted(files), *sorted(templates)]:
        with file.open("rb") as opened:
            digest.update(file.name.encode() + b"\0" + hashlib.file_digest(opened, "blake2b").digest())
    return digest.hexdigest()
