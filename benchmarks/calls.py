"""Calls of models at scale: each figure beside its bar, against a local server with 1 s latency.

    python benchmarks/calls.py [--latency 1] [--concurrency 64] [FIGURE ...]

The server (`tests/model_server`) is a process of its own, which speaks OpenAI's protocol over HTTP. FIGURES are
`caller` (256 records of two chained calls each, as they are and with 429 above half the concurrency), `rows` (whole
multi-turn dialogues, a rerun, kills), `faults` (1,000 rows, 20 % of all requests failing) and `judge` (5,000
functions); all, where none is named. What we compute and the memory are those of this process, so that `caller` comes
first. Before `rows` and `faults` their runs are played by the rules, so that the server has good answers.
"""

from __future__ import annotations

import asyncio
import os
import resource
import shutil
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
from model_judging import judge_all
from model_rows import RecordedRun, lost_after_kills
from model_server import Faults, ServerProcess, ServerSettings, server_process

from magnet_kg.teacher.llm.request import Caller, ModelRequest, PromptMessage
from magnet_kg.teacher.settings import TeacherSettings

RECORDS = 256
# So many that beginning and end, where not every place can be taken, are a small part, as they are of a real run.
DIALOGUES = 600
FUNCTIONS = 5000
FAULTY = """
sft: {single: 400, parallel: 160, multiple: 180, multi_turn: 30, irrelevance: 160}
preference: {single: 30, multiple: 20, multi_turn: 10, irrelevance: 10}
"""
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


def rows_figures(load: Load, figures: Figures) -> None:
    """Whole dialogues: how many calls are in flight, what a row takes, what a rerun and a kill cost."""
    with tempfile.TemporaryDirectory() as folder:
        # Judged by rules: it is the dialogues whose overlap is measured.
        run = RecordedRun(Path(folder), f"sft: {{multi_turn: {DIALOGUES}}}", load.concurrency, by_model=False)
        figures.note(f"{DIALOGUES} multi-turn rows, played beforehand", f"{run.record():.0f} s")
        with server_process(ServerSettings(latency=load.latency), run.answers) as server:
            began, computed = time.monotonic(), _computed_by_children()
            run.run(server)
            counts, wall = server.counts(), time.monotonic() - began
            computed = _computed_by_children() - computed
            needed, mean = sum(counts["answered"].values()), counts["mean"]
            bar = 58 / 64 * load.concurrency
            told = f"{mean:.1f} ({needed:,} calls, {wall:.0f} s)"
            figures.row(f"whole dialogues, calls in flight of {load.concurrency}", told, f"≥ {bar:.0f}", mean >= bar)
            figures.note("what the whole run computed, by its calls", f"{1000 * computed / needed:.1f} ms")
            for kind, one in run.questions().items():
                tasks = ", ".join(f"{task} {count:g}" for task, count in one["per_row"].items())
                told = f"{sum(one['per_row'].values()):.1f} ({tasks}); {one['per_turn']:.2f} a turn"
                figures.row(f"calls per accepted row, {kind}", told, "≤ 4 a turn", one["per_turn"] <= 4)
            server.change(ServerSettings())
            run.run(server, "again", "--cache", "run/calls")
            again = server.counts()["calls"]
            figures.row("calls on a rerun in another folder", str(again), "0", again == 0)
        shutil.rmtree(run.home / "run")
        with server_process(ServerSettings(latency=load.latency / 4), run.answers) as server:
            lost = lost_after_kills(run, server, needed, kills=3, seed=int(time.time()))
        figures.row("finished calls lost after SIGKILL at 3 random points", str(lost), "0", lost == 0)


def _computed_by_children() -> float:
    """Seconds that processes which have ended computed."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def faults_figures(load: Load, figures: Figures) -> None:
    """A thousand rows, while a fifth of all requests fails in every way that passes."""
    with tempfile.TemporaryDirectory() as folder:
        run = RecordedRun(Path(folder), FAULTY, load.concurrency, timeout=3)
        figures.note("1,000 rows, played beforehand", f"{run.record():.0f} s")
        faults = Faults(share=0.2, seed=1, retry_after=0.2)
        with server_process(ServerSettings(faults=faults), run.answers) as server:
            run.run(server)
            given = server.counts()["faults"]
        lost, doubled, accepted = run.unaccounted()
        met = f"{accepted} accepted; {sum(given.values()):,} faults of {len(given)} kinds"
        told = f"{lost} lost, {doubled} doubled ({met})"
        figures.row("rows lost or doubled", told, "0", lost == doubled == 0 and set(given) == set(faults.kinds))


def judge_figures(load: Load, figures: Figures) -> None:
    """Five thousand functions of a catalog with thirty candidates each."""
    with server_process() as server, tempfile.TemporaryDirectory() as folder:
        judged, seconds = judge_all(load.settings(server), Path(folder), FUNCTIONS)
        calls = server.counts()["calls"]
    told = f"{calls:,} ({judged:,} pairs, {seconds:.0f} s)"
    figures.row(
        f"judge calls for {FUNCTIONS:,} functions × 30 candidates", told, f"≤ {FUNCTIONS:,}", calls <= FUNCTIONS
    )


FIGURES = {"caller": caller_figures, "rows": rows_figures, "faults": faults_figures, "judge": judge_figures}


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
