"""A benchmark's environment that is missing, that breaks, and that does not come back."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from commands import invoked, magnet
from left_out import needing

from magnet_kg.domain.errors import MagnetError
from magnet_kg.evaluation.bfcl.benchmark import ENVIRONMENT
from magnet_kg.evaluation.bridge import Bridge, Environment, TooSlow
from magnet_kg.evaluation.world import World

built = needing("BFCL", ENVIRONMENT)


def test_an_environment_that_is_not_built_is_told_with_what_builds_it() -> None:
    with pytest.raises(MagnetError, match="not built") as told:
        Bridge(Environment("nowhere", "bfcl_side"))
    assert told.value.do == "make nowhere"


def test_an_environment_that_does_not_start_is_told(tmp_path: Path) -> None:
    python = tmp_path / ".cache" / "bfcl" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text("#!/bin/sh\necho it is broken >&2\nexit 3\n")
    python.chmod(0o755)
    done = magnet("evaluate", "bfcl", "--model", "http://127.0.0.1:9/v1", cwd=tmp_path)
    assert done.code == 1
    assert "it is broken" in done.complaint
    assert "make bfcl" in done.complaint


@built
def test_a_category_and_a_limit_that_cannot_be() -> None:
    done = invoked("evaluate", "bfcl", "--model", "http://127.0.0.1:9/v1", "--category", "arithmetic")
    assert done.code == 1
    assert "no category arithmetic" in done.complaint
    assert "multi_turn_base" in done.complaint
    assert invoked("evaluate", "bfcl", "--model", "x", "--limit", "0").code == 2


@built
def test_a_student_that_is_not_there(tmp_path: Path) -> None:
    nobody = invoked("evaluate", "bfcl", "--model", "http://127.0.0.1:9/v1", "--limit", "1")
    assert "no server answers here" in nobody.complaint
    folder = invoked("evaluate", "bfcl", "--model", tmp_path / "none", "--limit", "1")
    assert "there is no such student" in folder.complaint


@built
def test_calls_without_an_end_take_no_other_items_world_with_them() -> None:
    category = "multi_turn_base"

    async def with_tool(bridge: Bridge, name: str) -> str:
        for id in await bridge.ask("ids", category=category):
            item = await bridge.ask("item", category=category, id=id)
            if any(tool["function"]["name"] == name for tool in item["tools"]):
                return str(id)
        raise AssertionError(name)

    async def use() -> None:
        async with Bridge(ENVIRONMENT) as bridge:
            world = World(bridge, category, await with_tool(bridge, "mkdir"))
            made = await world.execute([{"mkdir": json.dumps({"dir_name": "kept"})}])
            assert "Error" not in made["outputs"][0]
            endless = [{"logarithm": json.dumps({"value": 3, "base": 7, "precision": 10**8})}]
            other = await with_tool(bridge, "logarithm")
            with pytest.raises(TooSlow):
                await bridge.ask("execute", 0.5, category=category, id=other, answer=endless)
            listed = await world.execute([{"ls": "{}"}])
            assert "kept" in listed["outputs"][0]

    asyncio.run(use())
