"""Training: masks over a run's rows, multi-turn DPO on 64 pairs, and tokens a second against plain TRL.

    python benchmarks/training.py [--run runs/quick] [--model MODEL] [--rounds 2] [--only masks|mdpo|speed]

Masks: what is trained is decoded and compared with what the row's assistant says, written down here once more. mDPO:
pairs of the run, one epoch, accuracy over all of them afterwards. Speed: `SFTTrainer` as it is (rows of like length in
one padded batch), ours without sharing and ours with, in turns, on the same rows: those of the run as they are, and the
same requests asked over and over of the same tools, as in a recipe that does so. Rows up to --most tokens.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import click
from figures import Figures

from magnet_kg.student.tokens import Encoded, encode
from magnet_kg.training.encoding import Example, encode_row
from magnet_kg.training.rows import Method, rows_in
from magnet_kg.training.settings import MdpoSettings, SftSettings, default_rate

PAIRS, ACCURACY, FIRST = 64, 0.9, 0.6931
FAMILY = 6


def exported(run: Path, method: Method) -> list[dict[str, Any]]:
    name = "sft" if method == "sft" else "preference"
    return [row for _, row in rows_in(run / "export" / f"{name}.jsonl", method)]


def said(messages: Iterable[dict[str, Any]]) -> Iterator[str]:
    """What the assistant writes, message by message."""
    for message in messages:
        if message["role"] == "assistant":
            calls = []
            for call in message.get("tool_calls") or ():
                made = {"name": call["function"]["name"], "arguments": json.loads(call["function"]["arguments"])}
                told = json.dumps(made, ensure_ascii=False, separators=(",", ":"))
                calls.append(f"<tool_call>\n{told}\n</tool_call>")
            yield "\n".join([*filter(None, [(message["content"] or "").strip()]), *calls]) + "<|im_end|>"


def masks(figures: Figures, run: Path, tokenizer: Any) -> None:
    methods: tuple[tuple[Method, str], ...] = (("sft", "SFT"), ("mdpo", "mDPO"))
    for method, name in methods:
        right: dict[str, list[bool]] = {}
        for row in exported(run, method):
            sides = (
                [row["messages"]] if method == "sft" else [[*row["prompt"], *row[s]] for s in ("chosen", "rejected")]
            )
            same = all(
                [tokenizer.decode(side.ids[start:end]) for start, end in side.runs] == list(said(messages))
                for side, messages in zip(encode_row(tokenizer, row, method).sides, sides, strict=True)
            )
            right.setdefault(row["kind"], []).append(same)
        for kind, found in sorted(right.items()):
            share = sum(found) / len(found)
            figures.row(
                f"{name}, {kind}: trained is what the assistant says",
                f"{share:.1%} of {len(found):,}",
                "100 %",
                share == 1,
            )


def mdpo(figures: Figures, run: Path, tokenizer: Any, folder: Path) -> None:
    from magnet_kg.training.models import load_model
    from magnet_kg.training.trainers import mdpo_trainer

    examples = sorted((encode_row(tokenizer, row, "mdpo") for row in exported(run, "mdpo")), key=lambda one: one.tokens)
    rate = default_rate("mdpo", 0, False)
    settings = MdpoSettings(learning_rate=rate, log_steps=1, precision="fp32", save_steps=10_000)
    with tempfile.TemporaryDirectory() as out:
        trainer = mdpo_trainer(
            load_model(folder, settings), load_model(folder, settings), tokenizer, examples[:PAIRS], settings,
            Path(out), packed=True,
        )  # fmt: skip
        trainer.train()
        first = next(point["loss"] for point in trainer.state.log_history if "loss" in point)
        after = trainer.evaluate(eval_dataset=trainer.train_dataset)["eval_rewards/accuracies"]
    figures.row("mDPO, loss of the first step", f"{first:.4f}", "0.693", abs(first - FIRST) < 5e-4)
    figures.row(
        f"mDPO, accuracy of preference on {PAIRS} pairs after an epoch",
        f"{after:.3f}",
        f"≥ {ACCURACY}",
        after >= ACCURACY,
    )


def families(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same requests, so many at a time of the same person and tools."""
    made = []
    for at, row in enumerate(rows):
        first = rows[at - at % FAMILY]
        made.append({**row, "messages": [first["messages"][0], *row["messages"][1:]], "tools": first["tools"]})
    return made


def plain(tokenizer: Any, examples: Sequence[Example], folder: Path, steps: int) -> Any:
    """`SFTTrainer` as it comes, with its own collator and forward."""
    from datasets import Dataset
    from transformers import AutoModelForCausalLM
    from trl import SFTConfig, SFTTrainer

    rows = [one.sides[0] for one in sorted(examples, key=lambda one: one.tokens)]
    labels = [[int(one) if kept else -100 for one, kept in zip(row.ids, row.mask, strict=True)] for row in rows]
    config = SFTConfig(
        output_dir=tempfile.mkdtemp(), max_steps=steps, per_device_train_batch_size=3, use_cpu=True, bf16=False,
        activation_checkpointing=False, max_length=None, report_to=[], disable_tqdm=True, save_strategy="no",
        train_sampling_strategy="group_by_length", logging_steps=10_000,
    )  # fmt: skip
    return SFTTrainer(
        model=AutoModelForCausalLM.from_pretrained(folder),
        args=config,
        train_dataset=Dataset.from_dict({"input_ids": [row.ids.tolist() for row in rows], "labels": labels}),
        processing_class=tokenizer,
    )


def ours(tokenizer: Any, examples: Sequence[Example], folder: Path, steps: int, *, share: bool) -> Any:
    from magnet_kg.training.models import load_model
    from magnet_kg.training.trainers import sft_trainer

    settings = SftSettings(
        learning_rate=1e-5, max_steps=steps, precision="fp32", share_prefixes=share, save_steps=10_000,
        log_steps=10_000, batch_tokens=2048, batches_per_step=1,
    )  # fmt: skip
    return sft_trainer(
        load_model(folder, settings), tokenizer, examples, settings, Path(tempfile.mkdtemp()), packed=True
    )


def rate(trainer: Any) -> float:
    """Tokens of rows a second, from the beginning of training to its end."""
    began = time.monotonic()
    trainer.train()
    return float(trainer._total_train_tokens) / (time.monotonic() - began)


def speed(figures: Figures, run: Path, tokenizer: Any, folder: Path, most: int, rounds: int, steps: int) -> None:
    rows = [row for row in exported(run, "sft") if row["kind"] != "multi_turn"]
    for name, chosen in (("rows of the run", rows), (f"{FAMILY} requests of the same tools", families(rows))):
        encoded: list[Encoded] = [encode(tokenizer, row["messages"], row["tools"]) for row in chosen]
        examples = [Example(str(at), (one,)) for at, one in enumerate(encoded) if len(one) <= most]
        best: dict[str, float] = {}
        for _ in range(rounds):
            for who, trainer in (
                ("TRL", plain(tokenizer, examples, folder, steps)),
                ("ours, no sharing", ours(tokenizer, examples, folder, steps, share=False)),
                ("ours", ours(tokenizer, examples, folder, steps, share=True)),
            ):
                found = rate(trainer)
                figures.note(f"{name}, in turn: {who}", f"{found:,.0f} tokens/s")
                best[who] = max(best.get(who, 0), found)
        for who, found in best.items():
            if who == "TRL":
                figures.note(f"{name} ({len(examples)}): TRL", f"{found:,.0f} tokens/s")
            else:
                factor = found / best["TRL"]
                figures.row(f"{name}: {who}", f"{found:,.0f} tokens/s, {factor:.2f} of TRL's", "≥ 1.0", factor >= 1)


@click.command(help=__doc__)
@click.option("--run", type=click.Path(path_type=Path), default=Path("runs/quick"), show_default=True)
@click.option("--model", type=click.Path(path_type=Path), default=Path(".cache/models/SmolLM2-135M-Instruct"))
@click.option("--most", default=1024, show_default=True, help="Tokens of a row, for speed.")
@click.option("--rounds", default=2, show_default=True)
@click.option("--steps", default=6, show_default=True)
@click.option("--only", type=click.Choice(("masks", "mdpo", "speed")))
def main(run: Path, model: Path, most: int, rounds: int, steps: int, only: str | None) -> None:
    from magnet_kg.training.models import load_tokenizer

    figures = Figures()
    tokenizer, _ = load_tokenizer(model)
    if only in (None, "masks"):
        masks(figures, run, tokenizer)
    if only in (None, "mdpo"):
        mdpo(figures, run, tokenizer, model)
    if only in (None, "speed"):
        speed(figures, run, tokenizer, model, most, rounds, steps)
    sys.exit(not figures.hold)


if __name__ == "__main__":
    main()
