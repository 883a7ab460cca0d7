"""What people get for Neo4j Browser (cypher/browser/): a style, saved queries and a guide.

The managed server serves these files itself, below its Browser: the server's web pages come from the first folder
`browser/` on Java's class path, so a copy of Browser's jar with our files in it stands before the original.
"""

from __future__ import annotations

import html
import io
import shutil
import zipfile
from collections.abc import Mapping
from importlib import resources
from pathlib import Path

from magnet_kg.domain.errors import file_error

_PLACE = "browser/magnet-kg"
# What the guide's links begin with in its file.
_USUAL_ADDRESS = "http://127.0.0.1:7474"
# Files in an archive carry a time; the same files shall give the same bytes.
_TIME = (2000, 1, 1, 0, 0, 0)


def browser_files(http_url: str = _USUAL_ADDRESS) -> dict[str, bytes]:
    """`style.grass`, `queries.zip` and `guide.html` by name.

    Args:
        http_url: where the server's pages are; the guide's links go there.
    """
    queries = saved_queries()
    return {
        "style.grass": _read("style.grass").encode(),
        "queries.zip": _zipped({f"magnet-kg/{name}.cypher": text.encode() for name, text in queries.items()}),
        "guide.html": _guide(queries).replace(_USUAL_ADDRESS, http_url).encode(),
    }


def saved_queries() -> dict[str, str]:
    """The saved queries by the name of their file; Browser shows the comment on the first line as the title."""
    folder = resources.files("magnet_kg.cypher.browser") / "queries"
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".cypher")), key=lambda file: file.name)
    return {file.name.removesuffix(".cypher"): file.read_text(encoding="utf-8") for file in files}


def write_browser_files(folder: Path, http_url: str = _USUAL_ADDRESS) -> list[Path]:
    """Write the files into a folder, which is made if need be, and say which they are.

    Raises:
        MagnetError: the folder cannot be written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        written = []
        for name, content in browser_files(http_url).items():
            (folder / name).write_bytes(content)
            written.append(folder / name)
    except OSError as error:
        raise file_error(error, folder) from error
    return written


def served_address(http_url: str) -> str:
    """Where a managed server serves the files, without a slash at the end."""
    return f"{http_url}/{_PLACE}"


def extended_browser(jars: Path, folder: Path, http_url: str) -> list[Path]:
    """A jar in `folder` with Browser and our files, to stand first on the class path; none where there is no Browser.

    It is made anew at every start: ports change, and so do the files with a new version of this package.
    """
    original = next(iter(sorted(jars.glob("neo4j-browser-*.jar"))), None)
    if original is None:
        return []
    copy = folder / "browser.jar"
    partial = copy.with_suffix(".partial")
    shutil.copyfile(original, partial)
    with zipfile.ZipFile(partial, "a") as archive:
        _add(archive, {f"{_PLACE}/{name}": content for name, content in browser_files(http_url).items()})
    partial.replace(copy)
    return [copy]


def _guide(queries: Mapping[str, str]) -> str:
    text = _read("guide.html")
    for name, query in queries.items():
        code = html.escape(query.strip(), quote=False)
        text = text.replace(f"{{{name}}}", f'<pre class="pre-scrollable code runnable">{code}</pre>')
    return text


def _read(name: str) -> str:
    return (resources.files("magnet_kg.cypher.browser") / name).read_text(encoding="utf-8")


def _zipped(files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        _add(archive, files)
    return buffer.getvalue()


def _add(archive: zipfile.ZipFile, files: Mapping[str, bytes]) -> None:
    for name, content in files.items():
        entry = zipfile.ZipInfo(name, _TIME)
        entry.external_attr = 0o644 << 16
        archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
