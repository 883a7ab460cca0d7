"""A local Neo4j server without Docker: Java and the jars are all it takes. Loopback only, with a password."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import time
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import neo4j
from neo4j.exceptions import AuthError, DriverError, Neo4jError
from pydantic import ValidationError

from magnet_kg.domain.errors import MagnetError
from magnet_kg.domain.record import Record
from magnet_kg.graph.browser import extended_browser, served_address
from magnet_kg.graph.host import LOOPBACK, command_line, find_java, free_port
from magnet_kg.graph.jars import locked, neo4j_jars

BOLT_PORT = 7687
HTTP_PORT = 7474
USER = "neo4j"
_START_SECONDS = 180
_STOP_SECONDS = 90
# 36,000 functions with 300,000 edges fit; a server of an ordinary size would take a gigabyte from the start.
_HEAP = ("-Xms128m", "-Xmx512m")
_OPENED = ("java.base/java.nio", "java.base/java.io", "java.base/sun.nio.ch", "java.base/java.lang")
# An empty database takes 2 MB instead of 516 without preallocation; a stop takes half a second instead of ten
# without waiting for connections that nobody makes any more. Browser opens our guide when it connects, and may load
# the style from here.
_CONFIGURATION = """\
server.default_listen_address={host}
server.bolt.listen_address={host}:{bolt}
server.bolt.advertised_address={host}:{bolt}
server.http.listen_address={host}:{http}
server.http.advertised_address={host}:{http}
server.https.enabled=false
server.memory.pagecache.size=128m
db.tx_log.preallocate=false
db.tx_log.rotation.size=16m
db.tx_log.rotation.retention_policy=keep_none
dbms.security.auth_enabled=true
dbms.usage_report.enabled=false
client.allow_telemetry=false
browser.remote_content_hostname_whitelist=guides.neo4j.com,localhost,{host}
browser.post_connect_cmd=guide {guide}
internal.dbms.bolt.netty_server_shutdown_quiet_period=0
"""


class ServerInfo(Record):
    """How to reach a running server."""

    uri: str
    http_url: str
    user: str
    password_file: Path
    pid: int


class _State(Record):
    """What is kept on disk about a server; `pid` is None once it was stopped."""

    pid: int | None
    bolt_port: int
    http_port: int


def data_folder() -> Path:
    """What must be kept: MAGNET_KG_HOME, else magnet-kg in the user's data folder."""
    if chosen := os.environ.get("MAGNET_KG_HOME"):
        return Path(chosen).expanduser().absolute()
    base = os.environ.get("XDG_DATA_HOME")
    return (Path(base) if base else Path.home() / ".local" / "share") / "magnet-kg"


def managed_password(host: str, port: int) -> str | None:
    """The password of the managed server if it is the one that runs there, else None."""
    if host not in ("localhost", LOOPBACK, "::1"):
        return None
    info = ManagedServer().status()
    if info is None or not info.uri.endswith(f":{port}"):
        return None
    return info.password_file.read_text(encoding="utf-8").strip()


class ManagedServer:
    """A Neo4j server that lives in a folder and outlives the process that started it.

    Args:
        home: the folder with its data, configuration, logs and password; `neo4j` in the data folder by
            default.
    """

    def __init__(self, home: Path | None = None) -> None:
        self.home = (home or data_folder() / "neo4j").expanduser().absolute()
        self.password_file = self.home / "password"
        self._state_file = self.home / "server.json"
        self._process: subprocess.Popen[bytes] | None = None

    def up(self, bolt_port: int | None = None, http_port: int | None = None) -> ServerInfo:
        """Start the server, or find it running, and wait until it answers.

        Ports that are not given are those of the last time, else 7687 and 7474; 0 chooses a free one.

        Raises:
            MagnetError: no Java, no Maven for the first start, a port that is taken, or a server that does
                not start.
        """
        with locked(self.home / "up.lock"):
            if (info := self.status()) is not None:
                return _same(info, bolt_port, http_port, self.home)
            state = self._read_state()
            bolt = free_port(bolt_port, state.bolt_port if state else BOLT_PORT, "--bolt-port")
            http = free_port(http_port, state.http_port if state else HTTP_PORT, "--http-port", besides=bolt)
            java, jars = find_java(), neo4j_jars()
            self._configure(bolt, http)
            if not self.password_file.exists():
                self._set_password(java, jars)
            self._process = self._start(
                java, [*extended_browser(jars, self.home, f"http://{LOOPBACK}:{http}"), jars / "*"]
            )
            self._write_state(_State(pid=self._process.pid, bolt_port=bolt, http_port=http))
            info = self._info(self._process.pid, bolt, http)
            self._wait(self._process, info)
            return info

    def down(self) -> bool:
        """Stop the server and wait until it has; False where none was running."""
        with locked(self.home / "up.lock"):
            state = self._read_state()
            if state is None or state.pid is None or not self._is_ours(state.pid):
                return False
            os.kill(state.pid, signal.SIGTERM)
            if not self._gone(state.pid, _STOP_SECONDS):
                os.kill(state.pid, signal.SIGKILL)
                self._gone(state.pid, _STOP_SECONDS)
            self._write_state(state.model_copy(update={"pid": None}))
            return True

    def status(self) -> ServerInfo | None:
        """How to reach the server, or None where it is not running."""
        state = self._read_state()
        if state is None or state.pid is None or not self._is_ours(state.pid):
            return None
        return self._info(state.pid, state.bolt_port, state.http_port)

    def _info(self, pid: int, bolt: int, http: int) -> ServerInfo:
        return ServerInfo(
            uri=f"bolt://{LOOPBACK}:{bolt}",
            http_url=f"http://{LOOPBACK}:{http}",
            user=USER,
            password_file=self.password_file,
            pid=pid,
        )

    def _read_state(self) -> _State | None:
        try:
            return _State.model_validate_json(self._state_file.read_bytes())
        except (FileNotFoundError, NotADirectoryError, ValidationError):
            return None

    def _write_state(self, state: _State) -> None:
        temporary = self._state_file.with_suffix(".tmp")
        temporary.write_text(state.model_dump_json(), encoding="utf-8")
        temporary.replace(self._state_file)

    def _configure(self, bolt: int, http: int) -> None:
        for folder in ("conf", "logs", "data"):
            (self.home / folder).mkdir(parents=True, exist_ok=True)
        guide = f"{served_address(f'http://{LOOPBACK}:{http}')}/guide.html"
        text = _CONFIGURATION.format(host=LOOPBACK, bolt=bolt, http=http, guide=guide)
        (self.home / "conf" / "neo4j.conf").write_text(text, encoding="utf-8")

    def _set_password(self, java: str, jars: Path) -> None:
        if (self.home / "data" / "databases").exists():
            raise MagnetError(
                "the server's data is here, the file with its password is not",
                where=str(self.password_file),
                do="Put it back, or delete the folder to begin anew",
            )
        fresh = self.password_file.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
            handle.write(secrets.token_hex(24))
        # The command reads its arguments from the file (@), so that the password never stands in a list of
        # processes.
        command = [
            java,
            "-cp",
            f"{jars}/*",
            "org.neo4j.cli.AdminTool",
            "dbms",
            "set-initial-password",
            f"@{fresh}",
        ]
        places = {"NEO4J_HOME": str(self.home), "NEO4J_CONF": str(self.home / "conf")}
        done = subprocess.run(command, env={**os.environ, **places}, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise MagnetError(f"the password cannot be set ({_last_line(done.stderr)})", where=str(self.home))
        fresh.replace(self.password_file)

    def _start(self, java: str, class_path: list[Path]) -> subprocess.Popen[bytes]:
        opened = [f"--add-opens={package}=ALL-UNNAMED" for package in _OPENED]
        command = [java, *_HEAP, "-XX:+ExitOnOutOfMemoryError", *opened, "-cp", os.pathsep.join(map(str, class_path))]
        command += ["org.neo4j.server.CommunityEntryPoint", f"--home-dir={self.home}"]
        command += [f"--config-dir={self.home / 'conf'}"]
        with self._console.open("wb") as console:
            # A session of its own: the server outlives the terminal and is not met by its Ctrl-C.
            return subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=subprocess.STDOUT,
                cwd=self.home,
                start_new_session=True,
            )

    @property
    def _console(self) -> Path:
        return self.home / "logs" / "console.log"

    def _wait(self, process: subprocess.Popen[bytes], info: ServerInfo) -> None:
        password = self.password_file.read_text(encoding="utf-8").strip()
        deadline = time.monotonic() + _START_SECONDS
        with neo4j.GraphDatabase.driver(info.uri, auth=(USER, password)) as driver:
            while time.monotonic() < deadline and process.poll() is None:
                try:
                    driver.verify_connectivity()
                    if _serves_pages(info):
                        return
                except AuthError as error:
                    raise MagnetError(
                        "the server's password is not the one in its file", where=str(self.password_file)
                    ) from error
                except (DriverError, Neo4jError):
                    pass
                time.sleep(0.2)
        process.kill()
        process.wait()
        raise MagnetError(
            f"the server did not start; its log ends with:\n{self._log_tail()}", where=str(self.home / "logs")
        )

    def _log_tail(self) -> str:
        """The end of what Java says and of what the server says."""
        lines: list[str] = []
        for log in (self._console, self.home / "logs" / "neo4j.log"):
            if log.exists():
                lines += log.read_text(encoding="utf-8", errors="replace").splitlines()[-12:]
        return "\n".join(lines)

    def _is_ours(self, pid: int) -> bool:
        """Whether the process runs and is the server of this folder: numbers of processes are used again."""
        if self._process is not None and self._process.pid == pid and self._process.poll() is not None:
            return False
        return f"--home-dir={self.home}" in command_line(pid)

    def _gone(self, pid: int, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while self._is_ours(pid):
            if time.monotonic() > deadline:
                return False
            time.sleep(0.1)
        return True


def _serves_pages(info: ServerInfo) -> bool:
    """Whether the web server answers: it is the last part to come up, and a start that is cut off is no clean
    stop."""
    connection = HTTPConnection(info.http_url.removeprefix("http://"), timeout=5)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status < 500
    except (HTTPException, OSError):
        return False
    finally:
        connection.close()


def _same(info: ServerInfo, bolt_port: int | None, http_port: int | None, home: Path) -> ServerInfo:
    for asked, found in ((bolt_port, info.uri), (http_port, info.http_url)):
        if asked and not found.endswith(f":{asked}"):
            raise MagnetError(
                f"the server runs already, at {info.uri} and {info.http_url}",
                where=str(home),
                do="Stop it first: magnet-kg db down",
            )
    return info


def _last_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1] if lines else "no reason given"
