"""An item's world in a benchmark's environment, which outlives the process that holds it."""

from __future__ import annotations

from typing import Any

from magnet_kg.evaluation.bridge import Bridge

# Seconds for the calls of one step; some arguments keep an executor busy for ever.
_STEP = 20.0
# Our own kind of error, beside those of the benchmarks.
_ENDLESS = "executor:endless"


class World:
    """The world of one item, at its beginning when it is first used.

    Args:
        bridge: to the benchmark.
        category: of the item.
        id: of the item.
    """

    def __init__(self, bridge: Bridge, category: str, id: str) -> None:
        self._bridge = bridge
        self._item = {"category": category, "id": id}
        self._executed: list[Any] = []
        self._lost = -1

    async def execute(self, answer: Any) -> Any:
        """What an answer's calls give, in the benchmark's form.

        Raises:
            TooSlow: they come to no end.
            MagnetError: the environment does not work.
        """
        done = await self._in_it("execute", answer)
        self._executed.append(answer)
        return done

    async def judge(self, answer: Any) -> dict[str, Any]:
        """The benchmark's verdict on the world as it stands; raises what `execute` does."""
        verdict: dict[str, Any] = await self._in_it("judge", answer)
        return verdict

    async def _in_it(self, do: str, answer: Any) -> Any:
        """Another item's calls may take the process with them, and this world: then it is made once more."""
        while True:
            if self._lost != self._bridge.lost:
                self._lost = self._bridge.lost
                await self._ask("begin")
                for earlier in self._executed:
                    await self._ask("execute", answer=earlier)
            done = await self._ask(do, answer=answer)
            if self._lost == self._bridge.lost:
                return done

    async def _ask(self, do: str, **given: Any) -> Any:
        return await self._bridge.ask(do, _STEP, **self._item, **given)


def endless() -> dict[str, Any]:
    """The verdict on calls that come to no end."""
    return {"valid": False, "error_type": _ENDLESS, "error": f"no end within {_STEP:g} seconds"}
