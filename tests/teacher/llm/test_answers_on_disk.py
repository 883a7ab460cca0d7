"""Answers on disk: kept through kills, shared by processes, never with a key, and never another's file."""

from __future__ import annotations

import asyncio
import os
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import asking
import pytest
from calling import GOOD, ask, model, opinion
from model_server import Faults, ModelServer

from magnet_kg.domain.errors import MagnetError
from magnet_kg.teacher.llm.cache import FILE_NAME, AnswerCache
from magnet_kg.teacher.llm.caller import open_caller
from magnet_kg.teacher.llm.office import Office
from magnet_kg.teacher.llm.reply import Reply

KEY = "sk-test-0123456789abcdef0123456789"


def asking_process(folder: Path, models: ModelServer, **environment: str) -> subprocess.Popen[str]:
    command = [sys.executable, asking.__file__, str(folder), models.openai]
    return subprocess.Popen(
        command, env=os.environ | environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def ask_everything(folder: Path, models: ModelServer) -> None:
    office = Office(folder)
    ask(model(models), office, *(opinion(f"number {number}") for number in range(asking.QUESTIONS)))
    asyncio.run(office.close())


def test_an_answer_that_two_processes_are_given_counts_once(tmp_path: Path) -> None:
    """Two commands that wait for the same batch: it was paid for once."""

    async def kept() -> list[bool]:
        caches = [AnswerCache(tmp_path), AnswerCache(tmp_path)]
        reply = Reply(GOOD, "stop", tokens_in=10, tokens_out=5)
        keys = [f"{number}".encode() for number in range(20)]
        found = await asyncio.gather(
            *(one.put(key, "google:m", "judge", reply, 0.5, unless_there=True) for key in keys for one in caches)
        )
        (spent,) = caches[0].spending()
        assert (spent.calls, spent.usd) == (20, 10)
        for one in caches:
            one.close()
        return found

    assert sum(asyncio.run(kept())) == 20


@pytest.mark.parametrize("after", [1, 150])
def test_no_answer_is_paid_twice_when_the_process_is_killed(models: ModelServer, tmp_path: Path, after: int) -> None:
    models.change(latency=0.02)
    process = asking_process(tmp_path, models)
    assert process.stdout is not None
    given = 0
    for line in process.stdout:
        given += line.startswith("answered")
        if given == after:
            process.kill()
    process.communicate()
    assert process.returncode == -9
    answered = models.counts.answered.total()
    assert answered >= given >= after
    models.change(latency=0)
    ask_everything(tmp_path, models)
    # Asked again are at most those that were in flight, and none that the process had been given.
    assert asking.QUESTIONS - answered <= models.counts.calls <= min(asking.QUESTIONS - answered + 8, 300 - given)
    models.change()
    ask_everything(tmp_path, models)
    assert models.counts.calls == 0


def test_processes_share_what_is_answered(models: ModelServer, tmp_path: Path) -> None:
    models.change(latency=0.02)
    process = asking_process(tmp_path, models)
    ask_everything(tmp_path, models)
    assert process.communicate(timeout=100)[1] == ""
    with sqlite3.connect(tmp_path / FILE_NAME) as file:
        assert file.execute("SELECT count(*) FROM answers").fetchone() == (asking.QUESTIONS,)
        assert file.execute("SELECT calls FROM spending").fetchone() == (models.counts.answered.total(),)


def test_a_key_is_nowhere_and_nobody_else_is_told(models: ModelServer, tmp_path: Path) -> None:
    """In an environment that asks langchain to trace, and to call, elsewhere."""
    elsewhere = {
        "LANGSMITH_TRACING": "true",
        "LANGCHAIN_TRACING_V2": "true",
        "LANGSMITH_ENDPOINT": "http://127.0.0.1:9",
        "LANGSMITH_API_KEY": "lsv2_0123456789",
        "LANGSMITH_GATEWAY": "http://127.0.0.1:9",
        "OPENAI_API_BASE": "http://127.0.0.1:9",
    }
    models.change(faults=Faults(share=0.1, kinds=("refusal", "prose", "server_error"), seed=1))
    told, errors = asking_process(tmp_path, models, OPENAI_API_KEY=KEY, **elsewhere).communicate(timeout=100)
    port = models.url.rpartition(":")[2]
    assert set(re.findall(r"connects to (.*)", told)) == {f"('127.0.0.1', {port})"}
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    for text in (kept.decode(errors="replace"), told, errors):
        assert KEY not in text
        assert KEY[3:] not in text


def test_the_same_question_at_once_is_asked_once(models: ModelServer, office: Office) -> None:
    models.change(latency=0.1)

    async def alike() -> None:
        caller = open_caller(model(models), office)
        tasks = [asyncio.create_task(caller.ask(opinion("rain"))) for _ in range(20)]
        await asyncio.sleep(0.02)
        tasks[0].cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
        assert sum(isinstance(each, asyncio.CancelledError) for each in ended) == 1

    asyncio.run(alike())
    assert models.counts.calls == 1
    assert office.report()["tasks"][0]["cached"] == 19


def test_one_office_serves_one_event_loop_after_another(models: ModelServer, office: Office) -> None:
    for number in range(3):
        ask(model(models), office, opinion(f"number {number}"))
        ask(model(models, "google"), office, opinion(f"number {number}"))
    assert sum(counted["calls"] for counted in office.report()["tasks"]) == 6


@pytest.mark.parametrize(
    ("content", "words"), [(b"this is a letter, and no database" * 100, "damaged"), (None, "not a cache of answers")]
)
def test_a_file_that_is_no_cache_is_told_and_left_alone(tmp_path: Path, content: bytes | None, words: str) -> None:
    path = tmp_path / FILE_NAME
    if content is None:
        with sqlite3.connect(path) as file:
            file.execute("CREATE TABLE letters (text TEXT)")
    else:
        path.write_bytes(content)
    before = path.read_bytes()
    with pytest.raises(MagnetError, match=words):
        Office(tmp_path)
    assert path.read_bytes() == before


def test_a_file_that_is_damaged_while_it_is_used_is_told(tmp_path: Path) -> None:
    async def fill(cache: AnswerCache) -> None:
        for number in range(200):
            await cache.put(f"{number}".encode(), "openai:m", "judge", Reply("long " * 500, "stop"), 0.0)

    cache = AnswerCache(tmp_path)
    asyncio.run(fill(cache))
    cache.close()
    path = tmp_path / FILE_NAME
    whole = bytearray(path.read_bytes())
    whole[4096:] = b"x" * len(whole[4096:])
    path.write_bytes(whole)
    with pytest.raises(MagnetError, match="damaged"):
        asyncio.run(AnswerCache(tmp_path).get(b"7"))


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(MagnetError, match="file"):
        Office(tmp_path / "file" / "cache")
