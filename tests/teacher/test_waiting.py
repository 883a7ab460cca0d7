"""Much that waits at once comes back in order, and stops without losing what is finished."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from magnet_kg.domain.errors import MagnetError
from magnet_kg.teacher.waiting import InOrder


class Desk:
    """Work that takes as many turns of the event loop as an item says, and counts what is under way."""

    def __init__(self, stops_at: int | None = None) -> None:
        self.under_way = self.most = 0
        self.ended: list[int] = []
        self._stops_at = stops_at

    async def work(self, item: int) -> int:
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        try:
            # Results come in another order than they are asked for.
            for _ in range(100 + item * 37 % 100):
                await asyncio.sleep(0)
            if item == self._stops_at:
                raise MagnetError("the budget is spent")
            self.ended.append(item)
            return item
        finally:
            self.under_way -= 1


def numbers(count: int) -> Callable[[], int | None]:
    left = iter(range(count))
    return lambda: next(left, None)


async def drained(under_way: InOrder[int, int]) -> list[int]:
    found: list[int] = []
    while results := await under_way.next():
        found += results
    return found


@pytest.mark.parametrize("at_once", [1, 7, 64])
def test_results_come_in_the_order_of_the_items(at_once: int) -> None:
    desk = Desk()
    assert asyncio.run(drained(InOrder(desk.work, numbers(200), at_once))) == list(range(200))
    assert desk.most == at_once
    assert at_once == 1 or desk.ended != sorted(desk.ended)


def test_a_slow_item_holds_back_no_more_than_is_kept_for_it() -> None:
    async def main() -> tuple[int, list[int]]:
        begun: list[int] = []
        gate = asyncio.Event()

        async def work(item: int) -> int:
            begun.append(item)
            if item == 0:
                await gate.wait()
            return item

        under_way = InOrder(work, numbers(500), at_once=4, ahead=20)
        waiting = asyncio.ensure_future(drained(under_way))
        for _ in range(500):
            await asyncio.sleep(0)
        held = len(begun)
        gate.set()
        return held, await waiting

    held, found = asyncio.run(main())
    assert held == 20
    assert found == list(range(500))


def test_results_may_bring_new_items() -> None:
    async def main() -> list[int]:
        desk = Desk()
        waiting = [1, 2, 3]
        under_way = InOrder(desk.work, lambda: waiting.pop(0) if waiting else None, at_once=8)
        found: list[int] = []
        while results := await under_way.next():
            found += results
            waiting.extend(10 * one for one in results if one < 100)
        return found

    assert asyncio.run(main()) == [1, 2, 3, 10, 20, 30, 100, 200, 300]


def test_what_fails_stops_the_rest_and_what_is_paid_for_comes_first() -> None:
    desk = Desk(stops_at=30)

    async def main() -> list[int]:
        under_way = InOrder(desk.work, numbers(1000), at_once=8)
        found: list[int] = []
        try:
            while results := await under_way.next():
                found += results
        except MagnetError:
            assert desk.under_way == 0, "an answer under way was not waited for"
            return found
        raise AssertionError("nothing stopped it")

    assert asyncio.run(main()) == list(range(30))
    assert len(desk.ended) < 60


def test_what_is_cancelled_gives_what_is_finished() -> None:
    async def main() -> list[int]:
        desk = Desk()
        under_way = InOrder(desk.work, numbers(1000), at_once=8)
        found = await under_way.next()
        await under_way.cancel()
        assert desk.under_way == 0
        return found + under_way.finished()

    found = asyncio.run(main())
    assert found == list(range(len(found)))
    assert len(found) < 100
