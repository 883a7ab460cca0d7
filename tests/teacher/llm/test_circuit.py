"""A provider that is down: probed by one call at a time, and given up after a while."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import pytest

from magnet_kg.domain.errors import MagnetError
from magnet_kg.teacher.llm.circuit import Circuit


@dataclass
class Clock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


async def fail(circuit: Circuit, times: int) -> None:
    for _ in range(times):
        probe = await circuit.enter()
        circuit.failed("it was reset", probe)
        circuit.left(probe)


async def fail_for_good(circuit: Circuit, clock: Clock) -> None:
    while True:
        clock.now += 17
        await fail(circuit, 1)


def test_single_failures_stop_nobody() -> None:
    async def run() -> None:
        circuit = Circuit("openai at 127.0.0.1")
        for _ in range(20):
            await fail(circuit, 4)
            assert not await circuit.enter()
            circuit.succeeded()

    asyncio.run(run())


def test_a_server_that_comes_back_is_found_by_one_call_while_the_others_wait() -> None:
    async def run() -> None:
        clock = Clock()
        circuit = Circuit("openai at 127.0.0.1", clock=clock)
        circuit.succeeded()
        await fail(circuit, 10)
        clock.now += 2
        assert await circuit.enter(), "the first is a probe"
        other = asyncio.create_task(circuit.enter())
        await asyncio.sleep(0.25)
        assert not other.done()
        circuit.succeeded()
        circuit.left(True)
        assert await other is False

    asyncio.run(run())


def test_a_probe_that_is_called_off_is_followed_by_another() -> None:
    async def run() -> None:
        clock = Clock()
        circuit = Circuit("openai at 127.0.0.1", clock=clock)
        await fail(circuit, 5)
        clock.now += 2
        assert await circuit.enter()
        circuit.left(True)
        assert await circuit.enter()

    asyncio.run(run())


@pytest.mark.parametrize(("answered", "seconds"), [(False, 8), (True, 60)])
def test_a_server_that_stays_down_stops_every_call(answered: bool, seconds: int) -> None:
    async def run() -> float:
        clock = Clock()
        circuit = Circuit("openai at 127.0.0.1", clock=clock)
        if answered:
            circuit.succeeded()
        await fail(circuit, 10 if answered else 5)
        with pytest.raises(MagnetError, match=r"openai at 127.0.0.1 is down: .* it was reset"):
            await fail_for_good(circuit, clock)
        with pytest.raises(MagnetError, match="same command again"):
            await circuit.enter()
        return clock.now

    assert seconds <= asyncio.run(run()) <= seconds + 2 * 17
