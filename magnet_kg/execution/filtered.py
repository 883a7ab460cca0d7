"""Some of many functions, without going through all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from magnet_kg.domain.function import Function


class Filtered(Mapping[str, Function]):
    """Those of some functions that pass a test, looked at when they are asked for; listed in the order of their ids."""

    def __init__(self, functions: Mapping[str, Function], keeps: Callable[[Function], bool]) -> None:
        self._functions = functions
        self._keeps = keeps

    def __getitem__(self, key: str) -> Function:
        function = self._functions[key]
        if not self._keeps(function):
            raise KeyError(key)
        return function

    def __contains__(self, key: object) -> bool:
        try:
            return self._keeps(self._functions[str(key)])
        except KeyError:
            return False

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(key for key, function in self._functions.items() if self._keeps(function)))

    def __len__(self) -> int:
        return sum(1 for _ in self)
