"""How many calls are in flight: found quickly, hardly ever refused, and never more than was allowed."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from magnet_kg.teacher.llm.limiter import Limiter, Slot


@dataclass
class Clock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Rounds:
    """A server that answers all it took after a second, and refuses at once what is more than `room`."""

    limiter: Limiter
    clock: Clock
    room: int
    asked: int = 0
    refused: int = 0
    most: int = 0

    async def serve(self, calls: int) -> int:
        """The seconds that it takes until all calls are answered."""
        seconds, left = 0, calls
        while left:
            taken: list[Slot] = []
            refused: list[Slot] = []
            while self.limiter.in_flight < self.limiter.limit and len(taken) + len(refused) < left:
                (taken if len(taken) < self.room else refused).append(await self.limiter.enter())
                self.asked += 1
                self.most = max(self.most, self.limiter.in_flight)
            self.refused += len(refused)
            for slot in refused:
                self.limiter.rejected(slot, None)
            self.clock.now += 1
            for slot in taken:
                self.limiter.succeeded(slot)
            left -= len(taken)
            seconds += 1
        return seconds


def rounds(room: int, concurrency: int = 64) -> Rounds:
    clock = Clock()
    return Rounds(Limiter(concurrency, clock), clock, room)


def test_half_of_what_was_allowed_is_found_at_once_and_kept() -> None:
    server = rounds(32)
    assert asyncio.run(server.serve(512)) <= 1.12 * 512 / 32
    assert server.refused / server.asked < 0.1


@settings(max_examples=40, deadline=None)
@given(room=st.integers(1, 80), concurrency=st.integers(1, 80))
def test_whatever_a_server_takes_is_found(room: int, concurrency: int) -> None:
    server = rounds(room, concurrency)
    most = min(room, concurrency)
    seconds = asyncio.run(server.serve(60 * most))
    assert server.most <= concurrency
    assert server.limiter.in_flight == 0
    assert seconds <= 1.25 * 60 + 5
    # Two bursts at the most while it is found, and a probe now and then.
    assert server.refused <= 2 * concurrency + 4


def test_a_server_that_takes_more_again_gets_more_again() -> None:
    server = rounds(4, 16)
    asyncio.run(server.serve(40))
    assert server.limiter.limit == 4
    server.room = 16
    asyncio.run(server.serve(16 * 60))
    assert server.limiter.limit == 16


def test_a_server_that_takes_nothing_is_asked_less_each_time() -> None:
    async def run() -> list[int]:
        limiter, limits = Limiter(64), []
        for _ in range(8):
            for slot in [await limiter.enter() for _ in range(limiter.limit)]:
                limiter.rejected(slot, None)
            limits.append(limiter.limit)
        return limits

    assert asyncio.run(run()) == [32, 16, 8, 4, 2, 1, 1, 1]


def test_nobody_goes_while_the_server_wants_to_be_left_alone() -> None:
    async def run() -> float:
        limiter, loop = Limiter(4), asyncio.get_running_loop()
        begun = loop.time()
        limiter.rejected(await limiter.enter(), 0.2)
        await limiter.enter()
        return loop.time() - begun

    assert asyncio.run(run()) >= 0.19


def test_calls_go_in_the_order_of_asking_and_those_called_off_lose_no_slot() -> None:
    async def run() -> list[int]:
        limiter, went = Limiter(1), []
        first = await limiter.enter()

        async def go(number: int) -> None:
            slot = await limiter.enter()
            went.append(number)
            limiter.left(slot)

        tasks = [asyncio.create_task(go(number)) for number in range(2000)]
        await asyncio.sleep(0)
        for task in tasks[:1990]:
            task.cancel()
        limiter.left(first)
        tasks[1990].cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert limiter.in_flight == 0
        return went

    assert asyncio.run(run()) == list(range(1991, 2000))


@pytest.mark.parametrize("room", [1, 3])
def test_threads_with_event_loops_of_their_own_share_one_limit(room: int) -> None:
    limiter, lock = Limiter(room), threading.Lock()
    inside, most = 0, 0

    async def calls() -> None:
        async def one() -> None:
            nonlocal inside, most
            slot = await limiter.enter()
            with lock:
                inside += 1
                most = max(most, inside)
            await asyncio.sleep(0.001)
            with lock:
                inside -= 1
            limiter.succeeded(slot)

        await asyncio.gather(*(one() for _ in range(20)))

    threads = [threading.Thread(target=lambda: asyncio.run(calls())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert not any(thread.is_alive() for thread in threads)
    assert (most, limiter.in_flight) == (room, 0)
