"""A folder to start a toolkit from: three functions with state, an error, phrases and a test, all of which work."""

from __future__ import annotations

import keyword
from importlib.resources import files
from pathlib import Path

from magnet_kg.domain.errors import MagnetError
from magnet_kg.execution.finding import find_toolkits

# File of the template → file of the toolkit.
_FILES = {"toolkit.txt": "__init__.py", "phrases.txt": "phrases.yaml", "test.txt": "test_NAME.py"}


def new_toolkit(name: str, out: Path) -> list[Path]:
    """Write a folder `out/name` that is a toolkit; its files, in the order in which to read them.

    Raises:
        MagnetError: the name is no lower-case Python identifier or taken, or the folder is there already.
    """
    if not name.isidentifier() or keyword.iskeyword(name) or name != name.lower() or name.startswith("_"):
        do = "Use lower-case letters, digits and underscores, such as board_games"
        raise MagnetError(f"“{name}” cannot be the name of a toolkit", do=do)
    if name in {toolkit.name for toolkit in find_toolkits()}:
        raise MagnetError(f"there is a toolkit called {name} already", do="Choose another name")
    folder = out / name
    if folder.exists():
        raise MagnetError("this is there already; nothing was written", where=str(folder), do="Choose another name")
    folder.mkdir(parents=True)
    written = []
    for source, target in _FILES.items():
        text = files("magnet_kg.execution.template").joinpath(source).read_text(encoding="utf-8")
        path = folder / target.replace("NAME", name)
        path.write_text(text.replace("NAME", name), encoding="utf-8")
        written.append(path)
    return written
