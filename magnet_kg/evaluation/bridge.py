"""A benchmark in its own environment: a process that is asked in JSON, a line each."""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, Self

import orjson

from magnet_kg.domain.errors import MagnetError
from magnet_kg.evaluation.environments import FOLDER, environments

_SCRIPT = Path(__file__).parent / "official" / "lines.py"
# Seconds; the slowest of all, reading a category, takes one.
PATIENCE = 60.0
_LONGEST_LINE = 1 << 28


@dataclass(frozen=True)
class Environment:
    """Where a benchmark is installed.

    Attributes:
        name: of the benchmark, of its folder in `.cache` and of what `make` builds.
        module: in `official/`, that has its commands.
        folders: variables of the environment that shall name a folder to write to.
    """

    name: str
    module: str
    folders: tuple[str, ...] = ()

    @property
    def python(self) -> Path:
        """Its Python, in the first of its `environments`.

        Raises:
            MagnetError: it is not built.
        """
        for environment in environments(self.name):
            python = environment / "bin" / "python"
            if python.exists():
                return python
        raise MagnetError(
            f"the environment of {self.name} is not built", where=f"{FOLDER}/{self.name}", do=f"make {self.name}"
        )


class TooSlow(Exception):  # noqa: N818  (a verdict about an item, not a fault of the program)
    """The benchmark did not come back from what it was asked, and was stopped."""


class Bridge:
    """The process; started when it is first asked, and again after it had to be stopped.

    Attributes:
        lost: how often it had to be stopped; what it held then is gone.

    Raises:
        MagnetError: its environment is not built.
    """

    def __init__(self, environment: Environment) -> None:
        self.lost = 0
        self._environment = environment
        self._python = environment.python
        self._folder = TemporaryDirectory(prefix="magnet-kg-")
        self._process: asyncio.subprocess.Process | None = None
        self._lock = asyncio.Lock()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._stop()
        self._folder.cleanup()

    async def ask(self, do: str, patience: float = PATIENCE, **given: Any) -> Any:
        """What a command gives.

        Args:
            do: its name.
            patience: seconds to wait.
            given: its arguments.

        Raises:
            TooSlow: nothing came within `patience`; the process was stopped.
            MagnetError: the process ended, or the command failed.
        """
        async with self._lock:
            process = await self._running()
            assert process.stdin is not None
            assert process.stdout is not None
            with suppress(ConnectionError):
                process.stdin.write(orjson.dumps({"do": do, "given": given}) + b"\n")
                await process.stdin.drain()
            try:
                async with asyncio.timeout(patience):
                    line = await process.stdout.readline()
            except TimeoutError:
                await self._stop()
                raise TooSlow(do) from None
            except asyncio.CancelledError:
                # An answer that nobody read would be taken for the next one's.
                await self._stop()
                raise
            if not line.endswith(b"\n"):
                await self._stop()
                raise self._broken(f"it ended{self._last_words()}")
        answer = orjson.loads(line)
        if "error" in answer:
            raise self._broken(f"{do} failed: {answer['error']}"[:300])
        return answer["result"]

    async def _running(self) -> asyncio.subprocess.Process:
        if self._process is None:
            # Nothing secret: what a model asks to be executed is executed here.
            told = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
            told |= {"HOME": self._folder.name, **dict.fromkeys(self._environment.folders, self._folder.name)}
            with self._words.open("wb") as words:
                self._process = await asyncio.create_subprocess_exec(
                    self._python, _SCRIPT, self._environment.module,
                    stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=words,
                    env=told, cwd=self._folder.name, limit=_LONGEST_LINE, start_new_session=True,
                )  # fmt: skip
        return self._process

    async def _stop(self) -> None:
        if self._process is not None:
            with suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()
            self._process = None
            self.lost += 1

    @property
    def _words(self) -> Path:
        return Path(self._folder.name) / "stderr"

    def _last_words(self) -> str:
        lines = self._words.read_text(errors="replace").strip().splitlines()
        return f" ({lines[-1][:200]})" if lines else ""

    def _broken(self, what: str) -> MagnetError:
        name = self._environment.name
        return MagnetError(
            f"the environment of {name} does not work: {what}",
            where=str(self._python.parents[1]),
            do=f"Give the same command again to go on; if it stays so: rm -r {FOLDER}/{name} && make {name}",
        )
