"""The executor of toolkits: opens sessions on worlds made from seeds."""

from __future__ import annotations

import pickle
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from magnet_kg.domain.context import Context
from magnet_kg.domain.errors import MagnetError
from magnet_kg.domain.fault import raise_first
from magnet_kg.domain.function import Function
from magnet_kg.domain.randomness import derived_rng
from magnet_kg.execution.finding import clashes, fault_in, find_toolkits
from magnet_kg.execution.session import Outcome, Snapshot
from magnet_kg.execution.toolkit import ToolFunction, Toolkit
from magnet_kg.execution.world import SavedPart, World, make_core


@dataclass(frozen=True, slots=True)
class SavedWorld:
    """A world's state. What a dialogue has not touched is shared by all that were saved since."""

    core: bytes
    parts: Mapping[str, SavedPart]
    context: Context

    @classmethod
    def of(cls, world: World) -> SavedWorld:
        """Save a world; its own parts are replaced by saved ones."""
        parts = {n: p if isinstance(p, SavedPart) else SavedPart(p) for n, p in world.parts.items()}
        world.parts = {}
        core = pickle.dumps(world, protocol=5)
        world.parts = dict(parts)
        return cls(core, parts, world.context)

    def opened(self) -> World:
        """A copy that may be changed."""
        world: World = pickle.loads(self.core)
        world.parts = dict(self.parts)
        return world


class ToolkitSession:
    """A session in a world of its own; see `Session`."""

    def __init__(self, functions: Mapping[str, ToolFunction], saved: SavedWorld) -> None:
        self._functions = functions
        # The state is held saved, opened, or as both while nothing has been called: most snapshots and restores
        # happen around no call at all and then cost nothing.
        self._saved: SavedWorld | None = saved
        self._opened: World | None = None

    @property
    def context(self) -> Context:
        """What the system message states."""
        return self._saved.context if self._saved is not None else self.world.context

    @property
    def world(self) -> World:
        """The world as it is, for looking into it."""
        if self._opened is None:
            assert self._saved is not None
            self._opened = self._saved.opened()
        return self._opened

    def known(self, function: str) -> Mapping[str, Sequence[str]]:
        """Nothing: what a person knows of these worlds is told by the toolkits' phrases."""
        return {}

    async def call(self, function: str, arguments: Mapping[str, Any]) -> Outcome:
        """Run a function of the toolkits in this world."""
        world = self.world
        self._saved = None
        called = self._functions[function]
        try:
            return called.call(world, arguments)
        except MagnetError:
            raise
        except Exception as error:
            raise _broken(error, Path(called.file).parent, called.record.name) from error

    def snapshot(self) -> SavedWorld:
        """The state."""
        if self._saved is None:
            self._saved = SavedWorld.of(self.world)
        return self._saved

    def restore(self, snapshot: Snapshot) -> None:
        """Put the world back."""
        assert isinstance(snapshot, SavedWorld)
        self._saved = snapshot
        self._opened = None

    def digest(self) -> str:
        """The hash of the state."""
        return self.world.digest()


class ToolkitExecutor:
    """Runs the functions of toolkits; see `Executor`.

    Args:
        toolkits: which toolkits share the world; all that are installed, by default.

    Raises:
        MagnetError: a function lacks something, or two have the same name; with file, line and function.
    """

    def __init__(self, toolkits: Sequence[Toolkit] | None = None) -> None:
        self._toolkits = tuple(toolkits) if toolkits is not None else find_toolkits()
        self._functions: dict[str, ToolFunction] = {}
        for toolkit in self._toolkits:
            self._functions.update(toolkit.functions)
        faults = [fault for toolkit in self._toolkits for fault in toolkit.faults]
        raise_first([*faults, *clashes(self._toolkits)], all_with="magnet-kg toolkit check PATH")
        self._records = {key: f.record for key, f in sorted(self._functions.items())}
        # Worlds come from a pool of seeds and are opened several times a row: making one costs more than copying it.
        self._initial = lru_cache(maxsize=4096)(self._make)

    @property
    def toolkits(self) -> tuple[Toolkit, ...]:
        """The toolkits that share the world."""
        return self._toolkits

    @property
    def functions(self) -> Mapping[str, Function]:
        """The functions by id, sorted."""
        return self._records

    def runner(self, function: str) -> str:
        """Always "toolkit"."""
        return "toolkit"

    def replays(self, function: str) -> bool:
        """Always: toolkits know no other clock and no other randomness than their world's."""
        return True

    def open(self, world: int) -> ToolkitSession:
        """A session in a fresh copy of the world with this seed."""
        return ToolkitSession(self._functions, self._initial(world))

    def _make(self, seed: int) -> SavedWorld:
        world = make_core(seed)
        for toolkit in self._toolkits:
            if toolkit.make_state is not None:
                # Each part has its own generator: one more toolkit leaves the others' worlds as they were.
                try:
                    state = toolkit.make_state(world, derived_rng(seed, toolkit.name))
                    world.parts[toolkit.name] = SavedPart(state)
                except Exception as error:
                    raise _broken(error, toolkit.folder, toolkit.make_state.__name__) from error
        return SavedWorld.of(world)


def _broken(error: Exception, folder: Path, function: str) -> MagnetError:
    """A fault of a toolkit's code, which is no answer of an API, as what its author can act on."""
    fault = fault_in(error, folder)
    do = f"Mend it; `magnet-kg toolkit check {folder}` finds what else there is"
    return fault.model_copy(update={"function": function, "do": do}).error
