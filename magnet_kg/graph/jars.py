"""Fetches the jars of a Neo4j server with Maven, once for this machine (docker/pom.xml names them)."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path

from magnet_kg.domain.errors import MagnetError

# A first download is 130 MB; a line that needs longer than this is as good as none.
_DOWNLOAD_SECONDS = 1800


def cache_folder() -> Path:
    """What can be fetched again: MAGNET_KG_CACHE, else magnet-kg in the user's cache folder."""
    if chosen := os.environ.get("MAGNET_KG_CACHE"):
        return Path(chosen).expanduser().absolute()
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "magnet-kg"


def jars_folder() -> Path:
    """Where the jars are once they have been fetched; another list of jars is another folder."""
    return cache_folder() / f"neo4j-{hashlib.sha256(_pom()).hexdigest()[:12]}"


def neo4j_jars() -> Path:
    """The folder with the server's jars, fetched if need be.

    Of several processes that ask at once, one fetches and the others wait; the folder is complete or absent.

    Raises:
        MagnetError: Maven is not installed, or cannot fetch them.
    """
    folder = jars_folder()
    if folder.is_dir():
        return folder
    with locked(folder.with_suffix(".lock")):
        if not folder.is_dir():
            partial = folder.with_suffix(".partial")
            shutil.rmtree(partial, ignore_errors=True)
            _fetch(partial)
            (partial / "lib").rename(folder)
            shutil.rmtree(partial)
    return folder


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """Hold a lock between processes; it ends with the process, however that ends."""
    if sys.platform == "win32":
        raise MagnetError("a managed Neo4j needs Linux or macOS", do="Run Neo4j with Docker: docker/compose.yaml")
    # Not at the top: the module is imported on Windows too, which has no such thing.
    import fcntl

    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handle = file.open("w")
    except OSError as error:
        raise MagnetError(f"the folder cannot be written to ({error.strerror})", where=str(file.parent)) from error
    with handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _pom() -> bytes:
    return resources.files("magnet_kg.docker").joinpath("pom.xml").read_bytes()


def _fetch(folder: Path) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        raise MagnetError(
            "Maven, which fetches the Neo4j server, is not installed",
            do="Install it (apt install maven, brew install maven), or use Docker: docker/compose.yaml",
        )
    folder.mkdir(parents=True)
    (folder / "pom.xml").write_bytes(_pom())
    command = [maven, "-q", "-B", "-f", str(folder / "pom.xml"), "dependency:copy-dependencies"]
    command += ["-DincludeScope=runtime", f"-DoutputDirectory={folder / 'lib'}"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_DOWNLOAD_SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise MagnetError(
            f"Maven did not fetch the Neo4j server within {_DOWNLOAD_SECONDS // 60} minutes",
            do="Check the connection and run the same command again; what has been fetched is kept",
        ) from error
    if done.returncode != 0:
        lines = [line for line in (done.stdout + done.stderr).splitlines() if "ERROR" in line]
        raise MagnetError(
            f"Maven cannot fetch the Neo4j server ({lines[0].strip() if lines else 'no reason given'})",
            where=str(folder),
            do="Check the connection (a proxy or mirror belongs into ~/.m2/settings.xml) and try again",
        )
