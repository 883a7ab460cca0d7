"""Where toolkits come from: the package, entry points of installed packages, and folders that the user names.

Code of other people is run only where the user asked for it: by naming its folder, or by installing a package with
an entry point of the group `magnet_kg.toolkits`.
"""

from __future__ import annotations

import pkgutil
import sys
import traceback
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

from magnet_kg.domain.errors import MagnetError
from magnet_kg.domain.fault import Fault
from magnet_kg.domain.record import content_hash
from magnet_kg.execution.toolkit import Toolkit

GROUP = "magnet_kg.toolkits"
_PACKAGE = "magnet_kg.toolkits"
_START = "`magnet-kg toolkit new NAME` makes a folder to start from"


class ToolkitImportError(MagnetError):
    """A toolkit whose code cannot be run; the fault says where.

    Args:
        fault: what is wrong.
    """

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        error = fault.error
        super().__init__(error.what, where=error.where, do=error.do)


def find_toolkits(paths: Sequence[Path] = ()) -> tuple[Toolkit, ...]:
    """Every toolkit there is, by name: the package's own, those of entry points, and those in the user's folders.

    Args:
        paths: folders of toolkits; each is one toolkit, or holds several.

    Raises:
        MagnetError: one of them cannot be imported, or two have the same name, or functions of the same name.
    """
    found = (*_installed(), *(load_toolkit(one) for one in toolkit_folders(paths)))
    for clash in clashes(found):
        raise clash.error
    return tuple(sorted(found, key=lambda toolkit: toolkit.name))


def find_beside(folders: Sequence[Path], paths: Sequence[Path] = ()) -> list[Toolkit]:
    """As `find_toolkits`, without the toolkits of these folders, which somebody looks into."""
    return [toolkit for toolkit in find_toolkits(paths) if toolkit.folder.resolve() not in folders]


def toolkit_folders(paths: Sequence[Path]) -> tuple[Path, ...]:
    """The folders of toolkits that these paths name, each once.

    Raises:
        MagnetError: a path is no folder, or there is no toolkit in it.
    """
    found: list[Path] = []
    for path in paths:
        if not path.is_dir():
            what = "a toolkit is a folder" if path.exists() else "there is no such folder"
            raise MagnetError(what, where=str(path), do=f"Give the folder of a toolkit, or of several. {_START}")
        # A package of toolkits has an __init__.py too.
        alone = (path / "__init__.py").is_file() and not any(path.glob("*/phrases.yaml"))
        folders = [path] if alone else sorted(code.parent for code in path.glob("*/__init__.py"))
        if not folders:
            raise MagnetError("there is no toolkit in this folder: no __init__.py", where=str(path), do=_START)
        found += [folder.resolve() for folder in folders]
    return tuple(dict.fromkeys(found))


def load_toolkit(folder: Path) -> Toolkit:
    """The toolkit of a folder anywhere, imported under a module name of its own; relative imports in it work.

    Raises:
        ToolkitImportError: its code fails, or defines no `toolkit`.
    """
    file = folder.resolve() / "__init__.py"
    # The same folder has the same name in every process, so that states can be sent from one to the other.
    name = f"magnet_kg_toolkit_{content_hash([str(file)])}"
    if name not in sys.modules:
        try:
            run_file(file, name)
        except (Exception, SystemExit) as error:
            raise ToolkitImportError(fault_in(error, file.parent)) from error
    return _toolkit_of(sys.modules[name])


def run_file(file: Path, name: str) -> ModuleType:
    """Import a file under a name; where its code fails, nothing of it stays imported.

    Raises:
        Exception: whatever the code raises, SystemExit too.
    """
    package = [str(file.parent)] if file.name == "__init__.py" else None
    spec = spec_from_file_location(name, file, submodule_search_locations=package)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        for half in [one for one in sys.modules if one == name or one.startswith(f"{name}.")]:
            del sys.modules[half]
        raise
    return module


def fault_in(error: BaseException, folder: Path, file: str = "__init__.py") -> Fault:
    """An exception as a fault: the last line in this folder that led to it, or else the first of its file."""
    what = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    what = what.rstrip(".")
    if isinstance(error, SyntaxError) and error.filename:
        return Fault(what=f"{type(error).__name__}: {error.msg}", file=error.filename, line=error.lineno)
    frames = traceback.extract_tb(error.__traceback__)
    for frame in reversed(frames):
        if Path(frame.filename).is_relative_to(folder):
            function = None if frame.name.startswith("<") else frame.name
            return Fault(what=what, file=frame.filename, line=frame.lineno, function=function)
    return Fault(what=what, file=str(folder / file), line=1)


def clashes(toolkits: Sequence[Toolkit]) -> list[Fault]:
    """Names that two toolkits, or functions of two, have: a model could not tell them apart."""
    found: list[Fault] = []
    named: dict[str, Toolkit] = {}
    functions: dict[str, str] = {}
    for toolkit in toolkits:
        if toolkit.name in named:
            other = named[toolkit.name].file
            what = f"two toolkits are called {toolkit.name}; the other is {other or 'one made by hand'}"
            found.append(Fault(what=what, file=str(toolkit.file) if toolkit.file else None, do="Rename one of them"))
            continue
        named[toolkit.name] = toolkit
        for function in toolkit.functions.values():
            name = function.record.name
            if name in functions:
                what = f"two toolkits have a function called {name}; the other is {functions[name]}"
                found.append(function.fault(what, "Rename one of them"))
            functions[name] = f"{function.file}:{function.line}"
    return found


def code_hash(toolkits: Sequence[Toolkit]) -> str:
    """Changes with any line of the toolkits' code: rows made before and after do not fit together."""
    hashes = {}
    for toolkit in toolkits:
        if toolkit.file is not None:
            several = toolkit.file.name == "__init__.py"
            files = sorted(toolkit.file.parent.rglob("*.py")) if several else [toolkit.file]
            texts = {
                str(path.relative_to(toolkit.file.parent)): path.read_bytes().decode("utf-8", "replace")
                for path in files
                if not path.name.startswith("test_")
            }
            hashes[toolkit.name] = content_hash(texts)
    return content_hash(hashes)


@cache
def _installed() -> tuple[Toolkit, ...]:
    return (*_of_package(), *_of_entry_points())


def _of_package() -> Iterator[Toolkit]:
    # Found by name: nothing imports a toolkit, so that adding one is one folder.
    package = import_module(_PACKAGE)
    for module in pkgutil.iter_modules(package.__path__):
        if module.ispkg:
            toolkit = _toolkit_of(import_module(f"{package.__name__}.{module.name}"))
            if toolkit.name != module.name:
                raise MagnetError(f"the toolkit calls itself {toolkit.name}", where=str(toolkit.file))
            yield toolkit


def _of_entry_points() -> Iterator[Toolkit]:
    for point in sorted(entry_points(group=GROUP), key=lambda p: p.name):
        yield _of_entry_point(point)


def _of_entry_point(point: EntryPoint) -> Toolkit:
    try:
        module = import_module(point.module)
    except (Exception, SystemExit) as error:
        package = point.dist.name if point.dist is not None else point.module
        raise MagnetError(
            f"the toolkit {point.name} ({point.value}) of the installed package {package} cannot be imported: "
            f"{type(error).__name__}: {error}".rstrip("."),
            do=f"Mend or uninstall {package}",
        ) from error
    return _toolkit_of(module, point.attr or "toolkit")


def _toolkit_of(module: ModuleType, name: str = "toolkit") -> Toolkit:
    toolkit = getattr(module, name, None)
    if not isinstance(toolkit, Toolkit):
        what = f"no toolkit is defined: {name} is {'missing' if toolkit is None else 'something else'}"
        do = f'Write `{name} = Toolkit("…", category="…", description="…")`'
        raise ToolkitImportError(Fault(what=what, file=module.__file__, line=1, do=do))
    toolkit.file = Path(str(module.__file__))
    return toolkit
