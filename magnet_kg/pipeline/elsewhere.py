"""The calls of dialogues made again in another process, where sets and hashes of texts have another order.

A run's workers are such processes: what depends on that order gives other rows with every run.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson

from magnet_kg.domain.dialogue import Dialogue
from magnet_kg.execution.finding import find_beside, load_toolkit, toolkit_folders
from magnet_kg.execution.toolkits import ToolkitExecutor
from magnet_kg.pipeline.watched import Watch

_DO = "Sort what comes out of a set before it is used"


def check_elsewhere(path: Path, others: Sequence[Path], dialogues: Sequence[Dialogue], watch: Watch) -> None:
    """Note the functions of a toolkit that give something else in another process.

    Args:
        path: the folder of the toolkit, or of several, as it was given.
        others: folders of toolkits that are there too.
        dialogues: whose calls are made again.
        watch: of the toolkit.
    """
    order = "2" if os.environ.get("PYTHONHASHSEED") == "1" else "1"
    asked = {
        "path": str(path.absolute()),
        "others": [str(other.absolute()) for other in others],
        "folder": str(watch.toolkit.folder),
        "dialogues": [
            [one.path.world, [[call.function, call.arguments] for turn in one.turns for call in turn.calls]]
            for one in dialogues
        ],
    }
    done = subprocess.run(
        [sys.executable, "-m", __name__],
        input=orjson.dumps(asked), capture_output=True, check=True, env={**os.environ, "PYTHONHASHSEED": order},
    )  # fmt: skip
    for one, outputs in zip(dialogues, orjson.loads(done.stdout), strict=True):
        made = [(c, o) for turn in one.turns for c, o in zip(turn.calls, turn.observations, strict=True)]
        for (call, seen), output in zip(made, outputs, strict=True):
            if output != seen.output:
                function = watch.toolkit.functions.get(call.function)
                if function is not None:
                    what = "another process, where sets have another order, gives something else for the same call"
                    watch.note(function.fault(what, _DO), call.function, "elsewhere")
                break


async def _outputs(executor: ToolkitExecutor, world: int, calls: list[tuple[str, dict[str, Any]]]) -> list[Any]:
    session = executor.open(world)
    return [(await session.call(function, arguments)).output for function, arguments in calls]


def main() -> None:
    """Read what to call from the standard input, write what it gave to the standard output."""
    asked = orjson.loads(sys.stdin.buffer.read())
    # What the toolkit's code prints must not get between the answers.
    answers, sys.stdout = sys.stdout, sys.stderr
    folders = toolkit_folders([Path(asked["path"])])
    loaded = [load_toolkit(folder) for folder in folders]
    own = next(toolkit for toolkit in loaded if str(toolkit.folder) == asked["folder"])
    beside = find_beside(folders, [Path(one) for one in asked["others"]])
    executor = ToolkitExecutor([*beside, *(toolkit for toolkit in loaded if toolkit is not own), own])
    made = [asyncio.run(_outputs(executor, world, calls)) for world, calls in asked["dialogues"]]
    answers.buffer.write(orjson.dumps(made))
    answers.flush()


if __name__ == "__main__":
    main()
