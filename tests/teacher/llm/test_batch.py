"""Judging in Gemini's batches: half the price, nothing lost or paid twice, whatever happens in between."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from model_server import Faults, ModelServer, Question, Reply, by_task, serving
from pydantic import BaseModel

from magnet_kg.domain.errors import MagnetError, Unanswered
from magnet_kg.teacher.llm.batch import BatchCarrier
from magnet_kg.teacher.llm.batch_desk import Pace
from magnet_kg.teacher.llm.caller import ModelCaller, open_caller
from magnet_kg.teacher.llm.office import Office
from magnet_kg.teacher.llm.request import ModelRequest, PromptMessage
from magnet_kg.teacher.settings import Task, TeacherSettings

KEY = "AIzaThisIsTheKeyOfTheTests0123456789"
FAST = Pace(quiet=0.05, first=0.05, longest=0.1)
MODEL = "google:gemini-2.5-flash"


class EchoAnswer(BaseModel):
    """An answer that says what was asked."""

    said: str


def echo(question: Question) -> Reply:
    return Reply.of(EchoAnswer(said=question.messages[-1].text))


def request(text: str, task: Task = "judge") -> ModelRequest[EchoAnswer]:
    messages = (PromptMessage("system", "Repeat."), PromptMessage("user", text))
    return ModelRequest(task, "hash", messages, EchoAnswer)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModelServer]:
    monkeypatch.setenv("GOOGLE_API_KEY", KEY)
    with serving(by_task({"chat": echo}, otherwise=echo), key=KEY) as server:
        yield server


def settings(server: ModelServer) -> TeacherSettings:
    return TeacherSettings(kind="llm", model=MODEL, base_url=server.url, mode="batch")


async def asked(server: ModelServer, cache: Path, texts: list[str], pace: Pace = FAST) -> list[str | BaseException]:
    """What each question was answered with, or the exception that it met."""
    async with Office(cache) as office:
        caller = ModelCaller(BatchCarrier(settings(server), office, pace), office.accounts)
        found = await asyncio.gather(*(caller.ask(request(text)) for text in texts), return_exceptions=True)
    return [one.said if isinstance(one, EchoAnswer) else one for one in found]


def test_questions_go_together_and_a_rerun_asks_nothing(server: ModelServer, tmp_path: Path) -> None:
    texts = [f"question {number}" for number in range(25)]
    pace = Pace(quiet=0.05, first=0.05, longest=0.1, most=10)
    assert asyncio.run(asked(server, tmp_path, texts, pace)) == texts
    assert sorted(server.batches.sizes) == [5, 10, 10]
    assert asyncio.run(asked(server, tmp_path, texts, pace)) == texts
    assert (server.counts.calls, len(server.batches)) == (25, 3)
    assert not list((tmp_path / "batches").iterdir())


def test_a_batch_costs_half(server: ModelServer, tmp_path: Path) -> None:
    async def both() -> tuple[float, float]:
        async with Office(tmp_path) as office:
            caller = ModelCaller(BatchCarrier(settings(server), office, FAST), office.accounts)
            await caller.ask(request("so many words"))
            await caller.ask(request("as many words", "ask"))
            by_task = {one.task: one.usd for one in office.cache.spending()}
            return by_task["judge"], by_task["ask"]

    batched, alone = asyncio.run(both())
    assert alone > 0
    assert batched == pytest.approx(alone / 2)
    assert len(server.batches) == 1, "what a dialogue waits for goes by itself"


def test_what_fails_in_a_batch_is_asked_once_more(server: ModelServer, tmp_path: Path) -> None:
    server.change(faults=Faults(numbered={2: "unavailable", 3: "server_error", 4: "server_error"}))
    first, second, third = asyncio.run(asked(server, tmp_path, ["a", "b", "c"]))
    assert [first] == ["a"]
    outcomes = [second, third]
    assert sum(isinstance(one, Unanswered) for one in outcomes) == 1
    assert server.batches.sizes == [3, 2]
    assert server.counts.paid_again == 0


def test_an_answer_that_does_not_fit_is_sent_back_in_a_batch_too(server: ModelServer, tmp_path: Path) -> None:
    server.change(faults=Faults(numbered={1: "wrong_schema", 2: "refusal"}))
    repaired, refused = asyncio.run(asked(server, tmp_path, ["a", "b"]))
    assert isinstance(repaired, str)
    assert "cannot be used" in repaired
    assert isinstance(refused, Unanswered)


def test_a_run_that_was_ended_goes_on_with_its_batches(server: ModelServer, tmp_path: Path) -> None:
    server.change(batch_polls=1000)
    texts = ["a", "b", "c"]

    async def ended() -> None:
        asking = asyncio.ensure_future(asked(server, tmp_path, texts))
        while not len(server.batches):
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.1)
        asking.cancel()

    asyncio.run(ended())
    (note,) = (tmp_path / "batches").iterdir()
    assert KEY not in note.read_text()
    server.change(batch_polls=0)
    assert asyncio.run(asked(server, tmp_path, [*texts, "d"])) == [*texts, "d"]
    assert server.batches.sizes == [3, 1]
    assert server.counts.paid_again == 0


def test_two_commands_that_wait_for_one_batch_pay_for_it_once(server: ModelServer, tmp_path: Path) -> None:
    server.change(batch_polls=1000)
    texts = ["a", "b", "c"]

    async def both() -> list[list[str | BaseException]]:
        first = asyncio.ensure_future(asked(server, tmp_path, texts))
        while not any('"name":"batches' in note.read_text() for note in (tmp_path / "batches").glob("*.json")):
            await asyncio.sleep(0.01)
        second = asyncio.ensure_future(asked(server, tmp_path, texts))
        await asyncio.sleep(0.1)
        server.change(batch_polls=0)
        return [await first, await second]

    assert asyncio.run(both()) == [texts, texts]
    assert server.batches.sizes == [3]

    async def spent() -> list[int]:
        async with Office(tmp_path) as office:
            return [one.calls for one in office.cache.spending()]

    assert asyncio.run(spent()) == [3]


def test_a_batch_whose_name_never_arrived_is_found(server: ModelServer, tmp_path: Path) -> None:
    server.change(batch_polls=1000)

    async def ended() -> None:
        asking = asyncio.ensure_future(asked(server, tmp_path, ["a"]))
        while not len(server.batches):
            await asyncio.sleep(0.001)
        asking.cancel()

    asyncio.run(ended())
    (note,) = (tmp_path / "batches").glob("*.json")
    note.write_text(note.read_text().replace('"batches/000001"', "null"))
    server.change(batch_polls=0)
    assert asyncio.run(asked(server, tmp_path, ["a"])) == ["a"]
    assert len(server.batches) == 1


def test_a_batch_that_fails_as_a_whole_stops_the_run_the_second_time(server: ModelServer, tmp_path: Path) -> None:
    server.change(batch_end="FAILED")
    (found,) = asyncio.run(asked(server, tmp_path, ["a"]))
    assert isinstance(found, MagnetError)
    assert "failed" in str(found)
    assert len(server.batches) == 2
    server.change(batch_end="SUCCEEDED")
    assert asyncio.run(asked(server, tmp_path, ["a"])) == ["a"]


def test_a_wrong_key_is_told_at_once(server: ModelServer, tmp_path: Path) -> None:
    server.change(key="another")
    (found,) = asyncio.run(asked(server, tmp_path, ["a"]))
    assert isinstance(found, MagnetError)
    assert KEY not in str(found)


def test_other_providers_have_no_batches(tmp_path: Path) -> None:
    wanted = TeacherSettings(kind="llm", model="openai:m", base_url="http://127.0.0.1:9/v1", mode="batch")

    async def opened() -> None:
        async with Office(tmp_path) as office:
            open_caller(wanted, office)

    with pytest.raises(MagnetError, match="batch"):
        asyncio.run(opened())
