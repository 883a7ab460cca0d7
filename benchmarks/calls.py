"""Calls of models at scale: each figure beside its bar, against a local server with 1 s latency.

    python benchmarks/calls.py [--latency 1] [--concurrency 64] [FIGURE ...]

The server (`tests/model_server`) is a process of its own, which speaks OpenAI's protocol over HTTP. FIGURES are
`caller` (256 records of two chained calls each, as they are and with 429 above half the concurrency), `judge`, `rows`
and `faults`; all, where none is named. What we compute and the memory are those of this process, so that `caller` comes
first.
"""

from __future__ import annotations

import asyncio
import os
import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click
from pydantic import BaseModel, Field

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from figures import Figures
from model_server import Faults, ServerProcess, ServerSettings, server_process

from magnet_kg.teacher.llm.request import Caller, ModelRequest, PromptMessage
from magnet_kg.teacher.settings import TeacherSettings

RECORDS = 256
CHAIN = 2
MODEL = "openai:benchmark"
# About a page, as a prompt with a few functions is.
PAGE = "The functions that can be called, and what each of them takes and gives back, are described here. " * 40


class NoteAnswer(BaseModel):
    """An answer of the kind that tasks have."""

    message: str = Field(description="a sentence")
    values: list[str] = Field(description="words of it")


@dataclass(frozen=True)
class Load:
    """How hard the server is worked."""

    latency: float
    concurrency: int

    def ideal(self, calls: int, at_once: int | None = None) -> float:
        """Seconds that so many calls take at best."""
        return calls * self.latency / (at_once or self.concurrency)

    def settings(self, server: ServerProcess) -> TeacherSettings:
        """The model."""
        return TeacherSettings(kind="llm", model=MODEL, base_url=server.openai, concurrency=self.concurrency)


def asked(record: int, step: int, before: str) -> ModelRequest[NoteAnswer]:
    """A question that needs the answer before it."""
    text = f"{PAGE}\n\nRecord {record}, step {step}. Before: {before}"
    messages = (PromptMessage("system", "You are a careful colleague."), PromptMessage("user", text))
    return ModelRequest("ask", "benchmark", messages, NoteAnswer, row=str(record))


async def chained(caller: Caller, record: int) -> None:
    """One record: each call waits for the one before it."""
    before = ""
    for step in range(CHAIN):
        before = (await caller.ask(asked(record, step, before))).message


async def all_records(load: Load, server: ServerProcess, cache: Path) -> tuple[float, float]:
    """Seconds on the clock, and seconds computed, for all records; the client is set up before."""
    from magnet_kg.teacher.llm.caller import open_caller
    from magnet_kg.teacher.llm.office import Office

    async with Office(cache) as office:
        caller = open_caller(load.settings(server), office)
        await chained(caller, -1)
        wall, processor = time.monotonic(), time.process_time()
        await asyncio.gather(*(chained(caller, record) for record in range(RECORDS)))
        return time.monotonic() - wall, time.process_time() - processor


async def bare_loop(load: Load, server: ServerProcess) -> float:
    """Seconds for the same work with the client library alone, so that what the machine adds can be seen."""
    from openai import AsyncOpenAI

    places = asyncio.Semaphore(load.concurrency)
    async with AsyncOpenAI(base_url=server.openai, api_key="none", max_retries=0) as client:

        async def one(record: int) -> None:
            before = ""
            for step in range(CHAIN):
                text = asked(record, step, before).messages[1].text
                async with places:
                    answer = await client.chat.completions.create(
                        model="bare", messages=[{"role": "user", "content": text}]
                    )
                before = answer.choices[0].message.content or ""

        await one(-1)
        began = time.monotonic()
        await asyncio.gather(*(one(record) for record in range(RECORDS)))
        return time.monotonic() - began


def caller_figures(load: Load, figures: Figures) -> None:
    """The first three figures, and the rerun."""
    calls = RECORDS * CHAIN
    with server_process(ServerSettings(latency=load.latency)) as server, tempfile.TemporaryDirectory() as folder:
        began = time.monotonic()
        import langchain_openai  # noqa: F401

        figures.note("start-up: the client library", f"{time.monotonic() - began:.1f} s")
        wall, computed = asyncio.run(all_records(load, server, Path(folder)))
        ratio = wall / load.ideal(calls)
        figures.row("wall time / ideal", f"{ratio:.3f} ({wall:.2f} s)", "≤ 1.05", ratio <= 1.05)
        bare = asyncio.run(bare_loop(load, server)) / load.ideal(calls)
        figures.note("the same by a bare asyncio loop, just now", f"{bare:.3f}")
        each = 1000 * computed / calls
        figures.row("our CPU per call", f"{each:.2f} ms", "≤ 5 ms", each <= 5)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        figures.row("memory", f"{memory:.0f} MB", "≤ 250 MB", memory <= 250)
        server.change(ServerSettings(latency=load.latency))
        asyncio.run(all_records(load, server, Path(folder)))
        again = server.counts()["calls"]
        figures.row("calls on a rerun of the caller's work", str(again), "0", again == 0)
    for told in (1.0, None):
        limited_figure(load, figures, told)


def limited_figure(load: Load, figures: Figures, retry_after: float | None) -> None:
    """The same work while the server takes half of it at once."""
    calls, at_most = RECORDS * CHAIN, load.concurrency // 2
    faults = Faults(at_most=at_most, retry_after=retry_after)
    with (
        server_process(ServerSettings(latency=load.latency, faults=faults)) as server,
        tempfile.TemporaryDirectory() as folder,
    ):
        wall, _ = asyncio.run(all_records(load, server, Path(folder)))
        counts = server.counts()
    ratio = wall / load.ideal(calls, at_most)
    told = "Retry-After: 1" if retry_after else "no Retry-After"
    figures.row(f"the same, 429 above {at_most} ({told})", f"{ratio:.3f} ({wall:.2f} s)", "≤ 1.12", ratio <= 1.12)
    rejected = counts["rejected"] / calls
    figures.row("requests rejected meanwhile", f"{rejected:.1%}", "< 10 %", rejected < 0.1)


FIGURES = {"caller": caller_figures}


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(list(FIGURES)))
@click.option("--latency", type=float, default=1.0, show_default=True, help="Seconds of one call.")
@click.option("--concurrency", type=int, default=64, show_default=True, help="Calls in flight at most.")
def main(names: Sequence[str], latency: float, concurrency: int) -> None:
    """Print every figure beside its bar; exit with 1 where one is missed."""
    os.environ.setdefault("OPENAI_API_KEY", "not-needed")
    figures = Figures()
    for name in names or FIGURES:
        FIGURES[name](Load(latency, concurrency), figures)
    sys.exit(not figures.hold)


if __name__ == "__main__":
    main()
