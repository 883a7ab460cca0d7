"""What this machine has for a server: Java, free ports, and which process is which."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
from pathlib import Path

from magnet_kg.domain.errors import MagnetError

LOOPBACK = "127.0.0.1"
_OLDEST_JAVA = 17


def command_line(pid: int) -> list[str]:
    """The arguments of a process; none where it does not run, or is a zombie."""
    if Path("/proc/self/cmdline").exists():
        try:
            return Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8").split("\0")
        except OSError:
            return []
    done = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return done.stdout.split()


def free_port(asked: int | None, usual: int, option: str, besides: int | None = None) -> int:
    """The port asked for, else the usual one, if nothing listens there; any free one for 0."""
    wanted = usual if asked is None else asked
    while True:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((LOOPBACK, wanted))
            except OSError as error:
                raise MagnetError(
                    f"the port {wanted} cannot be used ({error.strerror})",
                    where=f"{LOOPBACK}:{wanted}",
                    do=f"Choose another one ({option}, 0 for any), or stop what uses it",
                ) from error
            port: int = probe.getsockname()[1]
        if port != besides:
            return port
        if wanted:
            raise MagnetError("both ports are the same", where=f"{LOOPBACK}:{port}", do="Choose two")


def find_java() -> str:
    """The Java of JAVA_HOME, else of the path; MagnetError where there is none, or one too old for Neo4j."""
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=str(Path(home) / "bin")) if home else None
    java = java or shutil.which("java")
    advice = "Install a JDK or JRE of version 17 or 21 (apt install openjdk-17-jre-headless)"
    if java is None:
        raise MagnetError("Java, which runs the Neo4j server, is not installed", do=advice)
    done = subprocess.run([java, "-version"], capture_output=True, text=True, check=False)
    version = re.search(r'version "(?:1\.)?(\d+)', done.stderr)
    if version is None or int(version[1]) < _OLDEST_JAVA:
        raise MagnetError("this Java is too old for the Neo4j server", where=java, do=advice)
    return java
