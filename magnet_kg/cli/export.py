"""`magnet-kg export`: a run's rows in the form that a trainer or a provider wants."""

from __future__ import annotations

from pathlib import Path

import click

from magnet_kg.export.convert import FORMATS, TARGETS, convert_export


@click.command(
    short_help="Write the rows as a trainer or provider wants them.",
    epilog="\b\nExamples:\n  magnet-kg export runs/quick --format openai\n"
    "  magnet-kg export runs/quick --format trl --to parquet",
)
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option(
    "--format", "form", type=click.Choice(FORMATS), default="trl", show_default=True,
    help="trl: messages and tools for SFTTrainer, prompt/chosen/rejected for DPOTrainer. "
    "openai: the provider's fine-tuning files.",
)  # fmt: skip
@click.option("--to", "target", type=click.Choice(TARGETS), default="jsonl", show_default=True)
def export(folder: Path, form: str, target: str) -> None:
    """Write the rows of DIR as DIR/export/FORMAT/sft.* and preference*.*, without the provenance."""
    written = 0
    for path, rows in convert_export(folder, form, target):
        written += 1
        click.echo(f"{path}  {rows:,} rows")
    if not written:
        click.echo("0 rows: the run has accepted none")
