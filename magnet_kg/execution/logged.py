"""Sessions on things that can be begun anew but not copied: a cloud's account, a server's process.

Such a session is a log of calls. A snapshot is a place in the log; restoring moves there, and the thing itself is
begun anew and brought there only when a call is made that was not made from that place before. So a rehearsal that is
undone and then made for real costs one call, and reads are never repeated.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from enum import Enum, auto
from typing import Any, Protocol

import orjson

from magnet_kg.domain.context import Context
from magnet_kg.domain.function import Function
from magnet_kg.domain.record import canonical, content_hash
from magnet_kg.execution.session import Outcome, Snapshot


class Effect(Enum):
    """What a call did to the thing.

    NONE: it read. DONE: it succeeded, and may have changed something. TRIED: it failed, which counts as no change of
    state, but is repeated when the thing is brought to a later place. LOST: the thing is gone, and what the call did
    is not known; it is begun anew without this call.
    """

    NONE = auto()
    DONE = auto()
    TRIED = auto()
    LOST = auto()


class Live(Protocol):
    """A thing that calls change, begun anew at will."""

    @property
    def stands(self) -> bool:
        """Whether it is still as the last call left it."""

    async def begin(self) -> None:
        """Forget everything that calls did."""

    async def call(
        self, function: str, arguments: Mapping[str, Any], done: int, *, again: bool = False
    ) -> tuple[Outcome, Effect]:
        """Make a call, after `done` calls that succeeded. The same calls since `begin` give the same outcomes.

        `again` says that the call was made before, and is repeated after `begin`.
        """


class Moment:
    """A place in the log of a session: the calls that led here, and what was called from here on.

    Attributes:
        digest: of the calls that changed something, with what they returned.
        done: how many they are.
    """

    __slots__ = ("arguments", "before", "called", "digest", "done", "function")

    def __init__(self, digest: str) -> None:
        self.before: Moment | None = None
        self.function = ""
        self.arguments: Mapping[str, Any] = {}
        self.digest = digest
        self.done = 0
        self.called: dict[bytes, tuple[bytes, bool, Moment]] = {}

    def after(self, function: str, arguments: Mapping[str, Any], outcome: Outcome, effect: Effect) -> Moment:
        """Where a call leads."""
        if effect in (Effect.NONE, Effect.LOST):
            return self
        next = Moment(self.digest)
        next.before, next.function, next.arguments, next.done = self, function, arguments, self.done
        if effect is Effect.DONE:
            next.digest = content_hash([self.digest, function, arguments, outcome.output])
            next.done += 1
        return next

    def since(self, earlier: Moment) -> list[Moment] | None:
        """The moments after an earlier one up to this; None, where that one did not lead here."""
        moments: list[Moment] = []
        at: Moment | None = self
        while at is not None and at is not earlier:
            moments.append(at)
            at = at.before
        return None if at is None else moments[::-1]


class Log:
    """The calls made on one live thing, and the moment at which it stands.

    Args:
        live: what is called.
        context: of the world that it belongs to.
        digest: of what it is like before any call.
    """

    def __init__(self, live: Live, context: Context, digest: str) -> None:
        self.context = context
        self.first = Moment(digest)
        self._live = live
        self._at: Moment | None = None

    async def call(self, at: Moment, function: str, arguments: Mapping[str, Any]) -> tuple[Outcome, Moment]:
        """What a call gives at a moment, and the moment after it."""
        key = canonical([function, arguments])
        if key not in at.called:
            await self._bring_to(at)
            # Under way it stands nowhere: what is interrupted is begun anew.
            self._at = None
            outcome, effect = await self._live.call(function, arguments, at.done)
            next = at.after(function, arguments, outcome, effect)
            self._at = None if effect is Effect.LOST else next
            at.called[key] = (orjson.dumps(outcome.output), outcome.failed, next)
        output, failed, next = at.called[key]
        return Outcome(orjson.loads(output), failed), next

    async def _bring_to(self, moment: Moment) -> None:
        missing = moment.since(self._at) if self._at is not None and self._live.stands else None
        if missing is None:
            await self._live.begin()
            missing = moment.since(self.first) or []
        self._at = None
        for step in missing:
            assert step.before is not None
            await self._live.call(step.function, step.arguments, step.before.done, again=True)
        self._at = moment


class LoggedSession:
    """A session that is a log of calls; see `Session`.

    Args:
        functions: by id.
        log: the calls so far.
        names: see `Session.known`.
        turn: entered for the length of a call, where sessions share what they call.
    """

    def __init__(
        self,
        functions: Mapping[str, Function],
        log: Log,
        names: Callable[[Function], Mapping[str, Sequence[str]]],
        turn: Callable[[], AbstractAsyncContextManager[Any]] = nullcontext,
    ) -> None:
        self._functions = functions
        self._turn = turn
        self._names = names
        self._log = log
        self._at = log.first

    @property
    def context(self) -> Context:
        """What the system message states."""
        return self._log.context

    def known(self, function: str) -> Mapping[str, Sequence[str]]:
        """Names of what was there before the first call."""
        return self._names(self._functions[function])

    async def call(self, function: str, arguments: Mapping[str, Any]) -> Outcome:
        """Make a call, or give what it gave when it was made from here before."""
        if function not in self._functions:
            raise KeyError(function)
        async with self._turn():
            outcome, self._at = await self._log.call(self._at, function, arguments)
        return outcome

    def snapshot(self) -> tuple[Log, Moment]:
        """The place in the log."""
        return self._log, self._at

    def restore(self, snapshot: Snapshot) -> None:
        """Go to a place in the log, this session's or another's."""
        assert isinstance(snapshot, tuple)
        self._log, self._at = snapshot

    def digest(self) -> str:
        """A hash of the calls that changed something, with what they returned, and of what there was at first.

        Calls give the same when they are made again, so equal digests mean equal states. Two ways to one state have
        two digests.
        """
        return self._at.digest
