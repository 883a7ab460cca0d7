"""Folders that MCP servers work in: filled from a world's seed, and called `/workspace` in all that is said."""

from __future__ import annotations

import re
import shutil
import tempfile
import weakref
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from magnet_kg.domain.randomness import derived_rng
from magnet_kg.execution.world import make_core, words

WORKSPACE = "/workspace"
_IN_ARGUMENTS = re.compile(rf"(?<![\w./-]){WORKSPACE}(?![\w-])")


def seed_files(world: int) -> Mapping[str, str]:
    """The text files that a folder holds from the beginning, by their paths below it."""
    core, rng = make_core(world), derived_rng(world, "mcp", "files")
    names = rng.sample(words("first_names"), 4)
    people = [f"- {name}, {contact.city}" for name, contact in zip(names, core.contacts, strict=False)]
    prices = [f"{item},{rng.randrange(2, 90)}.{rng.choice(['00', '50', '90'])}" for item in rng.sample(_ITEMS, 4)]
    return {
        "notes/meeting.md": f"# Meeting with {names[0]}\n\n- Next one on {_day(rng)}\n- Ask for the invoice\n",
        "notes/ideas.txt": "\n".join(rng.sample(_IDEAS, 3)) + "\n",
        "guests.md": "# Guests\n\n" + "\n".join(people) + "\n",
        "prices.csv": "item,price\n" + "\n".join(prices) + "\n",
        "todo.txt": "\n".join(f"[{rng.choice(' x')}] {task}" for task in rng.sample(_TASKS, 4)) + "\n",
    }


def _day(rng: Any) -> str:
    return str(rng.choice(["Monday", "Tuesday", "Thursday", "Friday"]))


_ITEMS = ("lamp", "chair", "notebook", "kettle", "umbrella", "backpack", "clock")
_IDEAS = (
    "A map of all benches in town",
    "Soup swap on Sundays",
    "Paint the door green",
    "Learn to bind books",
    "A shelf for seeds",
)
_TASKS = (
    "water the plants",
    "renew the passport",
    "call the dentist",
    "return the books",
    "fix the bike",
    "buy stamps",
)


class Scratch:
    """A folder of its own, gone when this is."""

    def __init__(self) -> None:
        self.path = Path(tempfile.mkdtemp(prefix="magnet-kg-mcp-")).resolve()
        weakref.finalize(self, shutil.rmtree, self.path, ignore_errors=True)

    def fill(self, files: Mapping[str, str]) -> None:
        """Make these files all that is in the folder."""
        for entry in self.path.iterdir():
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            else:
                entry.unlink()
        for name, text in files.items():
            file = self.path / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")

    def inward(self, value: Any) -> Any:
        """Arguments with `/workspace` replaced by the folder."""
        return _mapped(value, lambda text: _IN_ARGUMENTS.sub(lambda _: str(self.path), text))

    def outward(self, value: Any) -> Any:
        """An output with the folder replaced by `/workspace`."""
        return _mapped(value, lambda text: text.replace(str(self.path), WORKSPACE))


def _mapped(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        return {change(name): _mapped(inner, change) for name, inner in value.items()}
    if isinstance(value, list):
        return [_mapped(inner, change) for inner in value]
    return value
