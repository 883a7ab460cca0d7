"""A toolkit under watch: whatever its functions do that a run could not live with is noted, with its place."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import Any, get_type_hints

from magnet_kg.domain.errors import MagnetError
from magnet_kg.domain.fault import Fault
from magnet_kg.execution.finding import fault_in
from magnet_kg.execution.returned import differences
from magnet_kg.execution.signature import place_of
from magnet_kg.execution.tool_error import ToolError
from magnet_kg.execution.toolkit import ToolFunction, Toolkit
from magnet_kg.execution.toolkits import ToolkitExecutor
from magnet_kg.execution.world import SavedPart, World, part_digest

_UNSAVED = "Keep plain values, lists, dicts with text as keys, and dataclasses of these in the state"
_SEEDED = "Take everything random from `rng` and the world's seed, ids from `world.new_id`, the day from `world.today`"


@dataclass
class Watch:
    """Notes faults, the same one once.

    Args:
        toolkit: whose functions are watched.
    """

    toolkit: Toolkit
    faults: list[Fault] = field(default_factory=list)
    _noted: set[tuple[str, ...]] = field(default_factory=set)

    def note(self, fault: Fault, *key: str) -> None:
        """Keep a fault, unless one with the same key is there."""
        if key not in self._noted:
            self._noted.add(key)
            self.faults.append(fault)

    def watched(self) -> Toolkit:
        """A copy of the toolkit whose functions are watched; what they do stays the same."""
        copy = Toolkit(self.toolkit.name, category=self.toolkit.category, description=self.toolkit.description)
        copy.make_state = self.toolkit.make_state
        copy.functions = {one: replace(f, code=self._around(f)) for one, f in self.toolkit.functions.items()}
        copy.file = self.toolkit.file
        return copy

    def _around(self, function: ToolFunction) -> Callable[..., Any]:
        declared = get_type_hints(function.code, include_extras=True)["return"]
        name = function.record.name

        def call(world: World, **given: Any) -> Any:
            part = world.parts.get(self.toolkit.name)
            before = part if part is None or isinstance(part, SavedPart) else SavedPart(part)
            try:
                result = function.code(world, **given)
            except ToolError:
                self._state_after(function, world, before)
                raise
            except Exception as error:
                self._undo(world, before)
                raise self._crashed(function, error, given) from error
            told = list(differences(result, declared))
            for difference in told:
                what = f"it returns something else than it declares: {difference}"
                self.note(
                    function.fault(what, "Mend the return type or what is returned"), name, difference.split(" is ")[0]
                )
            self._state_after(function, world, before)
            if told:
                raise ToolError("wrong_result", told[0])
            return result

        return call

    def _crashed(self, function: ToolFunction, error: Exception, given: dict[str, Any]) -> ToolError:
        place = fault_in(error, self.toolkit.folder)
        arguments = ", ".join(f"{key}={value!r}" for key, value in given.items())
        name = function.record.name
        self.note(
            Fault(
                what=f"{name}({arguments}) ends in {place.what}", file=place.file, line=place.line, function=name,
                do="Raise ToolError(code, message) for what an API would answer",
            ),
            name, "crash", str(place.line),
        )  # fmt: skip
        return ToolError("crashed", place.what)

    def _state_after(self, function: ToolFunction, world: World, before: SavedPart | None) -> None:
        """What a call leaves behind must be fit to be saved, or nothing after it would work."""
        part = world.parts.get(self.toolkit.name)
        if part is None or isinstance(part, SavedPart):
            return
        unfit = unfit_state(part)
        if unfit is not None:
            self._undo(world, before)
            what = f"it leaves a state that {unfit}"
            self.note(function.fault(what, _UNSAVED), function.record.name, "state")
            raise ToolError("wrong_state", unfit)

    def _undo(self, world: World, before: SavedPart | None) -> None:
        if before is not None:
            world.parts[self.toolkit.name] = before


def unfit_state(state: object) -> str | None:
    """Why a toolkit's state cannot be saved, restored and compared; None where it can."""
    try:
        saved = SavedPart(state).opened()
    except (pickle.PicklingError, TypeError, AttributeError, ValueError, RecursionError) as error:
        return f"cannot be saved: {error}"
    try:
        same = part_digest(saved) == part_digest(state)
    except TypeError as error:
        return f"cannot be compared: {error}"
    return None if same else "is another one after it was saved and restored"


def check_worlds(executor: ToolkitExecutor, again: ToolkitExecutor, watch: Watch, seeds: range) -> bool:
    """Whether worlds with this toolkit's state can be made, saved and compared, the same from the same seed.

    Args:
        executor: with the toolkit under watch.
        again: the same, with no world made yet.
        watch: told what is wrong.
        seeds: of the worlds.
    """
    make = watch.toolkit.make_state
    if make is None:
        return True
    file, line = place_of(make)

    def fault(what: str, do: str) -> None:
        watch.note(Fault(what=what, file=file, line=line, function=make.__name__, do=do), "state")

    for seed in seeds:
        try:
            state = executor.open(seed).world.parts[watch.toolkit.name]
        except MagnetError as error:
            cause = error.__cause__
            place = fault_in(cause, watch.toolkit.folder) if cause is not None else None
            if place is not None and place.function is not None:
                what = f"no world can be made: {place.what}"
                watch.note(place.model_copy(update={"what": what}), "state")
            else:
                fault(f"the state cannot be saved: {place.what if place else error.what}", _UNSAVED)
            return False
        opened = state.opened() if isinstance(state, SavedPart) else state
        unfit = unfit_state(opened)
        if unfit is not None:
            fault(f"the state {unfit}", _UNSAVED)
            return False
        hidden = sorted(_hidden(opened))
        if hidden:
            fault(f"nothing compares the state's {hidden[0]}: names that begin with _ are left out", "Rename it")
        other = again.open(seed).world.parts[watch.toolkit.name]
        if part_digest(opened) != part_digest(other.opened() if isinstance(other, SavedPart) else other):
            fault("the same seed makes another state", _SEEDED)
            return False
    return True


def _hidden(state: object) -> set[str]:
    """Fields of dataclasses within a state that its digest leaves out."""
    if is_dataclass(state) and not isinstance(state, type):
        values = {f.name: getattr(state, f.name) for f in fields(state)}
        inside: list[object] = list(values.values())
        own = {f"{type(state).__name__}.{name}" for name in values if name.startswith("_")}
    else:
        inside = list(state.values() if isinstance(state, dict) else state if isinstance(state, list | tuple) else ())
        own = set()
    return own.union(*(_hidden(one) for one in inside))
