"""The accepted rows of a finished run, with the dialogues that they come from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import orjson

from magnet_kg.distillation.sampling import ReferenceDialogue, Sampler
from magnet_kg.domain.dialogue import Dialogue
from magnet_kg.domain.errors import MagnetError
from magnet_kg.domain.trajectory import PreferencePair, Trajectory
from magnet_kg.export.chat import to_chat, tool_definitions
from magnet_kg.export.statistics import RowFacts
from magnet_kg.pipeline.rows import RowFile

_Item = TypeVar("_Item")


@dataclass
class AcceptedRows:
    """The rows of a run that a student can be led through.

    Args:
        folder: the run's folder.
        opened: closes the files that are opened.
    """

    folder: Path
    opened: ExitStack
    _files: dict[str, RowFile] = field(default_factory=dict)

    def ids(self, wanted: Callable[[RowFacts], bool]) -> list[str]:
        """The ids of those that are wanted, sorted."""
        accepted = self._file("accepted")
        facts = (RowFacts.model_validate_json(line) for _, line in accepted.read(list(accepted)))
        return sorted(one.row for one in facts if wanted(one))

    def dialogue(self, row: str) -> Dialogue:
        """What a row was made from."""
        return Dialogue.model_validate_json(self._file("dialogues").line(row))

    def trajectory(self, row: str) -> Trajectory:
        """The accepted trajectory of a row: for a pair its chosen side."""
        if row in self._file("trajectories"):
            return Trajectory.model_validate_json(self._file("trajectories").line(row))
        return PreferencePair.model_validate_json(self._file("preferences").line(row)).chosen

    async def prepared(self, sampler: Sampler, row: str) -> ReferenceDialogue | None:
        """A row with the worlds between its turns; None where what ran its calls cannot be put back."""
        trajectory = self.trajectory(row)
        if not trajectory.replays:
            return None
        functions = sampler.executor.functions
        tools = orjson.loads(tool_definitions(functions[one] for one in trajectory.tools))
        return await sampler.prepare(self.dialogue(row), trajectory, to_chat(trajectory.messages), tools)

    def _file(self, name: str) -> RowFile:
        if name not in self._files:
            self._files[name] = self.opened.enter_context(RowFile(self.folder / f"{name}.jsonl"))
        return self._files[name]


def require_run(folder: Path) -> None:
    """Make sure that a folder is that of a run which has dialogues.

    Raises:
        MagnetError: it is not.
    """
    if not (folder / "accepted.jsonl").is_file():
        raise MagnetError("there is no run here", where=str(folder), do="Give the folder of a run, such as runs/quick")
    if not (folder / "dialogues.jsonl").is_file():
        raise MagnetError(
            "this run has no dialogues", where=str(folder), do="dialogues.jsonl is needed: keep it beside the export"
        )


def evenly(items: Sequence[_Item], most: int | None) -> list[_Item]:
    """So many of them at most, spread over all."""
    if most is None or most >= len(items):
        return list(items)
    return [items[at * len(items) // most] for at in range(most)]
