"""Where the environments of benchmarks are, which `make` builds."""

from __future__ import annotations

from pathlib import Path

FOLDER = ".cache"
# Where the source lies that runs; nothing is there where the package is installed.
SOURCE = Path(__file__).parents[2]


def environments(benchmark: str) -> tuple[Path, ...]:
    """The folders that may be a benchmark's environment, the first that is there counts: below here, and the source."""
    return tuple(root / FOLDER / benchmark for root in (Path.cwd(), SOURCE))
