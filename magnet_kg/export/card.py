"""The dataset card: what the export holds, how it was made and how each row can be checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from magnet_kg.export.rows import STUDENT


def dataset_card(recipe: dict[str, Any], report: dict[str, Any], student: Mapping[str, Any] | None = None) -> str:
    """A README.md for `export/`, with the front matter that dataset hubs read.

    Args:
        recipe: the resolved recipe.
        report: the run's figures, as in `report.json`.
        student: what a student did wrong on its dialogues, as in `mistakes_report.json`, where one was sampled.
    """
    own = student["pairs"]["written"] if student is not None else 0
    rows, pairs = sum(report["rows"].values()), sum(report["pairs"].values())
    multi = report["multi_turn"]
    lines = [
        "---",
        "license: apache-2.0",
        "task_categories: [text-generation]",
        "tags: [function-calling, tool-use, multi-turn, synthetic]",
        "configs:",
        *(
            f"  - config_name: {name}\n    data_files: {name}.parquet"
            for name, count in (("sft", rows), ("preference", pairs), (STUDENT, own))
            if count
        ),
        "---",
        f"# Tool-use dialogues: recipe `{recipe['name']}`, seed {recipe['seed']}",
        "",
        f"{rows:,} rows for SFT and {pairs:,} preference pairs, made by magnet-kg {recipe['version']} after the Magnet"
        " method (arXiv 2503.07826).",
        "Every call was executed in a simulated world; every argument has its origin in `provenance`;"
        " `magnet-kg check` verifies each row again from its own content.",
        *_written_by(report),
        "",
        "| kind | rows | pairs |",
        "|---|---|---|",
        *(
            f"| {kind} | {report['rows'].get(kind, 0):,} | {report['pairs'].get(kind, 0):,} |"
            for kind in sorted({*report["rows"], *report["pairs"]})
        ),
        "",
    ]
    if multi["turns"] is not None:
        lines += [
            f"Multi-turn rows have {multi['turns']} turns and {multi['calls']} calls on average"
            f" (the paper: {multi['paper']['turns']} and {multi['paper']['calls']}).",
            "",
        ]
    if student is not None and own:
        lines += [
            f"`{STUDENT}` holds {own:,} more pairs, whose rejected side goes wrong as {student['model']} did,"
            f" sampled on these dialogues (`injected: false`); its columns are those of `preference`.",
            "",
        ]
    lines += [
        "Fields: `messages` in the OpenAI chat form (arguments and tool results are JSON strings); `tools`: what is",
        "offered from the start, as a JSON string; `tools_added`: message index → tools that this message announces;",
        "`provenance`: path, operations, edges with their verdicts, the origin of every argument, hashes and seed.",
        "",
    ]
    return "\n".join(lines)


def _written_by(report: dict[str, Any]) -> list[str]:
    """The models that had a part in it; nothing, where rules wrote everything."""
    if "models" not in report:
        return []
    by_duty = [f"{duty}: {', '.join(names)}" for duty, names in report["models"]["teachers"].items()]
    return ["", f"Who judged and wrote ({'; '.join(by_duty)}) is named in each row, under `provenance.writers`."]
