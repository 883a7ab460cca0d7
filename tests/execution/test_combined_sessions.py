"""Several executors as one: a snapshot is good in any session of the same executor."""

from __future__ import annotations

import asyncio

from magnet_kg.execution.combined import CombinedExecutor
from magnet_kg.execution.toolkits import ToolkitExecutor


def test_another_session_goes_on_from_a_snapshot_before_it_has_called_anything() -> None:
    executor = CombinedExecutor([ToolkitExecutor()])
    first, second = executor.open(1), executor.open(1)
    made = asyncio.run(first.call("tasks/create_task_list", {"list_name": "Errands"}))
    assert not made.failed, made.output
    second.restore(first.snapshot())
    assert second.digest() == first.digest()
    assert second.digest() != executor.open(1).digest()
