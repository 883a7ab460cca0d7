"""Calls in a toolkit's code that no seed decides: the clock, global randomness. Running rarely shows them all."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from magnet_kg.domain.fault import Fault
from magnet_kg.execution.toolkit import Toolkit

_CLOCK = re.compile(
    r"^(datetime\.)?(datetime\.(now|utcnow|today)|date\.today)$|^time\.(time|time_ns|localtime|gmtime|monotonic)$"
)
_CHANCE = re.compile(r"^random\.(?!Random$)\w+$|^secrets\.\w+$|^uuid\.uuid[14]$|^os\.urandom$")


def find_unseeded(toolkit: Toolkit) -> list[Fault]:
    """Each such call in the files of a toolkit that can be read, with its line."""
    if toolkit.file is None:
        return []
    several = toolkit.file.name == "__init__.py"
    files = sorted(toolkit.folder.rglob("*.py")) if several else [toolkit.file]
    return [fault for path in files if not path.name.startswith("test_") for fault in _in_file(path)]


def _in_file(path: Path) -> Iterator[Fault]:
    try:
        tree = ast.parse(path.read_text(encoding="utf-8"))
    except (SyntaxError, UnicodeDecodeError):
        return
    for function, call in _calls(tree, None):
        name = ast.unparse(call.func)
        what = do = None
        if _CLOCK.match(name):
            what, do = f"{name}() reads the clock of this machine", "Use world.today or world.now"
        elif _CHANCE.match(name):
            what, do = f"{name}() draws what no seed decides", "Use the state's `rng`, `derived_rng` or world.new_id"
        if what is not None:
            yield Fault(what=what, file=str(path), line=call.lineno, function=function, do=do)


def _calls(node: ast.AST, function: str | None) -> Iterator[tuple[str | None, ast.Call]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Call):
            yield function, child
        inside = child.name if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef) else function
        yield from _calls(child, inside)
