"""Files of training rows without what overlaps with a benchmark, and the report of what was taken out."""

from __future__ import annotations

import hashlib
import shutil
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from magnet_kg.domain.errors import MagnetError
from magnet_kg.evaluation.decontamination.benchmark import Benchmark
from magnet_kg.evaluation.decontamination.lines import json_lines
from magnet_kg.evaluation.decontamination.overlap import (
    LEAST_WHOLE,
    LEAST_WITHIN,
    NGRAM,
    RULES,
    SAME_DESCRIPTION,
    SAME_DESCRIPTION_MORE,
    SHARED_PARAMETERS,
    Overlap,
    Overlaps,
)
from magnet_kg.export.files import PREFERENCE_SCHEMA, SFT_SCHEMA, write_jsonl, write_parquet, written_whole
from magnet_kg.export.rows import export_files
from magnet_kg.pipeline.progress import Progress
from magnet_kg.pipeline.stored_functions import NAME as FUNCTIONS

REPORT = "decontamination.json"
_CARD = "README.md"


@dataclass
class _Found:
    """What was found so far."""

    files: list[dict[str, Any]] = field(default_factory=list)
    by_rule: Counter[str] = field(default_factory=Counter)
    by_benchmark: Counter[str] = field(default_factory=Counter)
    by_kind: Counter[str] = field(default_factory=Counter)
    rows_of: dict[Overlap, list[str]] = field(default_factory=lambda: defaultdict(list))

    def add(self, place: str, kind: str, overlaps: Sequence[Overlap]) -> None:
        """A row that is taken out."""
        self.by_rule.update({one.rule for one in overlaps})
        self.by_benchmark.update({one.benchmark for one in overlaps})
        self.by_kind[kind] += 1
        for one in overlaps:
            self.rows_of[one].append(place)


def decontaminate(data: Sequence[Path], overlaps: Overlaps, out: Path, progress: Progress) -> dict[str, Any]:
    """Write the rows that share nothing with the benchmarks, and what the others share.

    Args:
        data: folders of runs, of exports, or JSON lines files with rows.
        overlaps: what they are held against.
        out: the folder that is written: the files under their own names, below the data's name where there are several,
            with Parquet and dataset card where the source has them; and `decontamination.json`.
        progress: told how far it is.

    Returns:
        The report, as in `decontamination.json`. A row counts under each of its rules, once among `dropped`.

    Raises:
        MagnetError: there are no rows, a row cannot be read, or `out` is where the rows lie.
    """
    sources = list(_sources(data, out))
    found = _Found()
    progress.start("rows", sum(source.stat().st_size for source, _ in sources))
    for source, target in sources:
        target.parent.mkdir(parents=True, exist_ok=True)
        rows = found.by_kind.total()
        kept = write_jsonl(target, _clean(source, overlaps, found, progress))
        dropped = found.by_kind.total() - rows
        if kept + dropped == 0:
            target.unlink()
            raise MagnetError("there are no rows in it", where=str(source), do="Give a finished export")
        counts = {"rows": kept + dropped, "kept": kept, "dropped": dropped}
        found.files.append({"file": str(source), "digest": _digest(source), **counts})
        _write_beside(source, target)
    report = _report(overlaps, found)
    for folder in {target.parent: source.parent for source, target in sources}.items():
        _write_card(*folder, report)
    with written_whole(out / REPORT) as partial:
        partial.write_bytes(orjson.dumps(report, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    return report


def is_decontaminated(data: Sequence[Path], benchmarks: Sequence[Benchmark], out: Path) -> bool:
    """Whether `out` has what `decontaminate` made of these very rows and benchmarks, as its report says.

    Raises:
        MagnetError: as `decontaminate`, of the rows.
    """
    if not (out / REPORT).exists():
        return False
    report = orjson.loads((out / REPORT).read_bytes())
    # A report of before there were digests has none, and tells nothing.
    rows = [(Path(one["file"]).name, one.get("digest")) for one in report["files"]]
    against = [(one["name"], one.get("digest")) for one in report["benchmarks"]]
    return rows == [(source.name, _digest(source)) for source, _ in _sources(data, out)] and against == [
        (one.name, one.digest) for one in benchmarks
    ]


def decontamination_note(report: dict[str, Any]) -> str:
    """What a dataset card says of it, a paragraph."""
    names = " and ".join(one["name"] for one in report["benchmarks"])
    rules = ", ".join(f"{rule.replace('_', ' ')} {count:,}" for rule, count in report["by_rule"].items() if count)
    return (
        f"Decontaminated against {names}: {report['dropped']:,} of {report['rows']:,} rows ({report['share']:.1%}) were"
        f" taken out{f' ({rules})' if rules else ''}; {report['kept']:,} are left. `{REPORT}` says which, and why."
    )


def _sources(data: Sequence[Path], out: Path) -> Iterator[tuple[Path, Path]]:
    """(file, where its clean rows go)."""
    names: Counter[str] = Counter()
    for given in data:
        if given.is_dir():
            files = export_files(given)
        elif given.suffix == ".jsonl" and given.is_file():
            files = [given]
        else:
            raise MagnetError(
                "not rows that can be read", where=str(given), do="Give the folder of a finished run, or a .jsonl file"
            )
        if not files:
            raise MagnetError("this run made no row", where=str(given), do="rejected.jsonl in it says why")
        folder = files[0].resolve().parent
        name = folder.parent.name if folder.name == "export" else folder.name
        names[name] += 1
        own = name if names[name] == 1 else f"{name}-{names[name]}"
        for source in files:
            target = (out / own if len(data) > 1 else out) / source.name
            if target.resolve() == source.resolve():
                raise MagnetError("the rows lie there already", where=str(out), do="Give another folder with --out")
            yield source, target


def _digest(source: Path) -> str:
    """16 hexadecimal digits of a file's content."""
    with source.open("rb") as opened:
        return hashlib.file_digest(opened, lambda: hashlib.blake2b(digest_size=8)).hexdigest()


def _clean(source: Path, overlaps: Overlaps, found: _Found, progress: Progress) -> Iterator[bytes]:
    """The lines of the rows that may stay, as they are."""
    for where, line, row in json_lines(source):
        try:
            shared = overlaps.of_row(row)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            reason = f"{type(error).__name__}: {' '.join(str(error).split())}"[:200]
            raise MagnetError(
                f"the row cannot be read ({reason})", where=where, do="Rows have messages in OpenAI's form, and tools"
            ) from error
        progress.advance("rows", len(line))
        if shared:
            found.add(str(row.get("id", where)), str(row.get("kind", "unknown")), shared)
        else:
            yield line if line.endswith(b"\n") else line + b"\n"


def _write_beside(source: Path, target: Path) -> None:
    """What lies beside an export's rows: the same as Parquet, and the functions of its catalogs."""
    if source.with_suffix(".parquet").exists():
        schema = SFT_SCHEMA if source.stem == "sft" else PREFERENCE_SCHEMA
        write_parquet(target.with_suffix(".parquet"), target, schema)
    if (source.parent / FUNCTIONS).exists():
        shutil.copyfile(source.parent / FUNCTIONS, target.parent / FUNCTIONS)


def _write_card(folder: Path, source: Path, report: dict[str, Any]) -> None:
    """The source's dataset card, and what was taken out of it."""
    if not (source / _CARD).exists():
        return
    card = (source / _CARD).read_text(encoding="utf-8").rstrip()
    with written_whole(folder / _CARD) as partial:
        partial.write_text(f"{card}\n\n{decontamination_note(report)}\n", encoding="utf-8")


def _report(overlaps: Overlaps, found: _Found) -> dict[str, Any]:
    rows, kept = (sum(one[key] for one in found.files) for key in ("rows", "kept"))
    by_rows = sorted(found.rows_of.items(), key=lambda item: (-len(item[1]), RULES.index(item[0].rule), item[0].theirs))
    return {
        "benchmarks": [_described(one) for one in overlaps.benchmarks],
        "rules": {
            "words_in_a_row": NGRAM,
            "least_words_within_a_message": LEAST_WITHIN,
            "least_words_of_a_whole_message": LEAST_WHOLE,
            "questions_too_short_to_compare": overlaps.skipped,
            "shared_parameters": SHARED_PARAMETERS,
            "same_description": {
                **{str(count): share for count, share in SAME_DESCRIPTION.items()},
                "more": SAME_DESCRIPTION_MORE,
            },
        },
        "rows": rows,
        "kept": kept,
        "dropped": rows - kept,
        "share": round((rows - kept) / rows, 4),
        "files": found.files,
        "by_rule": {rule: found.by_rule[rule] for rule in RULES},
        "by_benchmark": {one.name: found.by_benchmark[one.name] for one in overlaps.benchmarks},
        "by_kind": dict(sorted(found.by_kind.items())),
        "overlaps": [
            {
                "rule": one.rule,
                "benchmark": one.benchmark,
                "ours": one.ours,
                "theirs": one.theirs,
                "rows": len(ids),
                "ids": ids,
            }
            for one, ids in by_rows
        ],
    }


def _described(benchmark: Benchmark) -> dict[str, Any]:
    return {
        "name": benchmark.name,
        "source": str(benchmark.source),
        "digest": benchmark.digest,
        "questions": len(benchmark.questions),
        "functions": len(benchmark.tools),
    }
