"""The mean of several taught models: its weights are the means of theirs.

Models that were taught from one another, or from the same one, lie in one valley of the loss; between them it is
flatter than where each of them stopped, and what one has forgotten by chance the others still know (Wortsman et al.
2022, arXiv 2203.05482).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson

from magnet_kg.domain.errors import MagnetError
from magnet_kg.export.files import written_whole
from magnet_kg.pipeline.progress import NoBars, Progress
from magnet_kg.student.loading import loaded
from magnet_kg.training.packages import require_packages, versions
from magnet_kg.training.record import model_digest

AVERAGE = "average.json"
# What a configuration tells of where and how finely a model was saved, which is another for the same form.
_NO_FORM = frozenset(["_name_or_path", "dtype", "torch_dtype", "transformers_version"])


def average(models: Sequence[Path], out: Path, progress: Progress | None = None) -> dict[str, Any]:
    """Write the mean of models; gives what `average.json` holds.

    Args:
        models: folders of two models or more, of one form and one tokenizer; one given twice weighs twice.
        out: becomes the model, as fine as the first one's weights, with that one's tokenizer and template.
        progress: told of each model that was added.

    Raises:
        MagnetError: fewer than two models, one that cannot be loaded, or that is not of the form or does not read as
            the first; a model is at `out` already.
    """
    require_packages()
    if len(models) < 2:
        raise MagnetError("a mean takes two models or more", do="Give the folder of another model")
    if (out / "config.json").exists():
        raise MagnetError("a model is here already", where=str(out), do="Give another --out")
    first = _form(models[0])
    for folder in models[1:]:
        for what, one in _form(folder).items():
            if one != first[what]:
                raise MagnetError(
                    f"its {what} is not that of {models[0]}",
                    where=str(folder),
                    do="Give models that were taught from the same one",
                )
    mean = _mean(models, progress or NoBars())
    record = {
        "models": [{"name": folder.resolve().name, "digest": model_digest(folder)} for folder in models],
        "versions": versions(),
    }
    out.mkdir(parents=True, exist_ok=True)
    mean.save_pretrained(out)
    loaded("AutoTokenizer", models[0], "tokenizer").save_pretrained(out)
    with written_whole(out / AVERAGE) as partial:
        partial.write_bytes(orjson.dumps(record, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    return record


def _form(folder: Path) -> dict[str, Any]:
    """What must be the same, by its name for the user: of two readings of a text a mean would know neither."""
    config = loaded("AutoConfig", folder, "configuration").to_dict()
    tokenizer = loaded("AutoTokenizer", folder, "tokenizer")
    return {
        "configuration": {key: one for key, one in config.items() if key not in _NO_FORM},
        "tokenizer": tokenizer.get_vocab(),
        "chat template": tokenizer.chat_template,
    }


def _mean(models: Sequence[Path], progress: Progress) -> Any:
    """The first model with the means in it; two models at a time are in memory."""
    import torch

    progress.start("average", len(models))
    mean = loaded("AutoModelForCausalLM", models[0], "model", dtype="auto")
    dtype = mean.dtype
    # A sum in 16 bits would lose the small differences that it is about.
    total = dict(mean.float().named_parameters())
    progress.advance("average")
    with torch.no_grad():
        for folder in models[1:]:
            other = loaded("AutoModelForCausalLM", folder, "model", dtype=torch.float32)
            for name, parameter in other.named_parameters():
                total[name] += parameter
            progress.advance("average")
        for parameter in total.values():
            parameter /= len(models)
    return mean.to(dtype)
