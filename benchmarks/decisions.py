"""Whether a model calls or answers where a dialogue's reference does, by probability and by greedy decoding.

    python benchmarks/decisions.py RUN --model MODEL [--limit 40] [--max-tokens 3500]

RUN has dialogues that the model was not taught, such as those of `magnet-kg evaluate heldout`. The model reads the
reference up to each message of the assistant. A call begins with one token and an answer with many, so that greedy
decoding may call although answers together are more probable.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

import click
import numpy as np
import torch

from magnet_kg.student.loading import loaded
from magnet_kg.student.tokens import Encoded, encode
from magnet_kg.training.models import load_tokenizer
from magnet_kg.training.rows import row_files, rows_in

# (more than half of the probability, the likeliest token) is on what the reference does.
Decision = tuple[bool, bool]


def decisions(model: Any, row: Encoded, called: list[bool], openers: set[int]) -> list[Decision]:
    """What the model would do at the beginning of each of the assistant's messages."""
    with torch.no_grad():
        logits = model(torch.from_numpy(row.ids.astype("int64"))[None]).logits[0].float()
    made = []
    for (first, _), right in zip(row.runs, called, strict=True):
        calls = float(logits[first - 1].softmax(0)[list(openers)].sum())
        made.append(((calls > 0.5) == right, (int(logits[first - 1].argmax()) in openers) == right))
    return made


@click.command(help=__doc__)
@click.argument("run", type=click.Path(path_type=Path, exists=True))
@click.option("--model", "folder", type=click.Path(path_type=Path, exists=True, file_okay=False), required=True)
@click.option("--limit", type=int, default=40, show_default=True, help="Dialogues.")
@click.option("--max-tokens", type=int, default=3500, show_default=True, help="Longer dialogues are left out.")
def main(run: Path, folder: Path, limit: int, max_tokens: int) -> None:
    tokenizer, _ = load_tokenizer(folder)
    model = loaded("AutoModelForCausalLM", folder, "model", dtype=torch.bfloat16).eval()
    read = []
    for _, row in islice(rows_in(row_files(run, "sft")[0], "sft"), limit):
        encoded = encode(tokenizer, row["messages"], row["tools"])
        after = [before["role"] for before, one in pairwise(row["messages"]) if one["role"] == "assistant"]
        called = [bool(one.get("tool_calls")) for one in row["messages"] if one["role"] == "assistant"]
        if len(encoded) <= max_tokens:
            read.append((encoded, after, called))
    openers = {
        int(encoded.ids[first])
        for encoded, _, called in read
        for (first, _), calls in zip(encoded.runs, called, strict=True)
        if calls
    }
    found: dict[tuple[str, str], list[Decision]] = defaultdict(list)
    for encoded, after, called in read:
        for role, right, decision in zip(after, called, decisions(model, encoded, called, openers), strict=True):
            found[role, "call" if right else "answer"].append(decision)
    print("| after | due | places | more than half on it | greedy takes it |\n|---|---|---|---|---|")
    for (role, due), several in sorted(found.items()):
        half, greedy = np.mean(several, axis=0)
        print(f"| {role} | {due} | {len(several)} | {half:.0%} | {greedy:.0%} |")


if __name__ == "__main__":
    main()
