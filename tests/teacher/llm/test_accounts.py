"""Money: known prices, a budget that is kept, and what was spent remembered."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from calling import GOOD, ask, model, opinion
from model_server import ModelServer, Reply

from magnet_kg.domain.errors import MagnetError
from magnet_kg.teacher.llm.caller import open_caller
from magnet_kg.teacher.llm.office import Office
from magnet_kg.teacher.llm.prices import load_prices

TABLE = "models: {openai:small-1: {in: 100, out: 1000, source: tests}}"


@pytest.fixture
def prices(tmp_path: Path) -> Path:
    path = tmp_path / "prices.yaml"
    path.write_text(TABLE)
    return path


def test_a_budget_is_not_passed_and_a_larger_one_goes_on(models: ModelServer, tmp_path: Path, prices: Path) -> None:
    models.change(latency=0.01)
    settings = model(models, concurrency=16, max_tokens=100)

    async def many(office: Office) -> int:
        caller = open_caller(settings, office)
        asked = (caller.ask(opinion(f"number {number}")) for number in range(60))
        ended = await asyncio.gather(*asked, return_exceptions=True)
        assert all("goes on" in str(each) for each in ended if isinstance(each, BaseException))
        await office.close()
        return sum(not isinstance(each, BaseException) for each in ended)

    first = Office(tmp_path / "cache", 1.0, prices)
    done = asyncio.run(many(first))
    spent = first.report()["usd"]
    assert 0 < done < 60
    # It stops where the next call might pass the limit, and not before.
    assert 0.88 < spent <= 1.0
    assert models.counts.calls == done
    second = Office(tmp_path / "cache", 100.0, prices)
    assert asyncio.run(many(second)) == 60
    assert models.counts.calls == 60
    assert second.report()["usd"] == pytest.approx(spent * 60 / done, rel=0.05)


def test_a_budget_that_is_spent_still_gives_what_was_paid(models: ModelServer, tmp_path: Path, prices: Path) -> None:
    for budget in (0.2, 0.0001):
        office = Office(tmp_path / "cache", budget, prices)
        ask(model(models, max_tokens=100), office, opinion("rain"))
        asyncio.run(office.close())
    assert models.counts.calls == 1


def test_a_budget_too_small_for_one_call_is_told_before_any(models: ModelServer, tmp_path: Path, prices: Path) -> None:
    office = Office(tmp_path / "cache", 0.01, prices)
    with pytest.raises(MagnetError, match="too small for one call of openai:small-1, which may cost"):
        ask(model(models, max_tokens=100), office, opinion("rain"))
    assert models.counts.calls == 0


def test_a_model_without_a_price_is_told_where_money_matters(models: ModelServer, tmp_path: Path) -> None:
    with pytest.raises(MagnetError, match="no price is known for openai:small-1"):
        open_caller(model(models), Office(tmp_path / "a", 5.0))
    office = Office(tmp_path / "b")
    ask(model(models), office, opinion("rain"))
    assert office.report()["tasks"][0]["usd"] is None


def test_tokens_are_paid_at_their_price(models: ModelServer, tmp_path: Path, prices: Path) -> None:
    models.script = lambda _: Reply(GOOD)
    office = Office(tmp_path / "cache", prices=prices)
    ask(model(models), office, opinion("rain"))
    (counted,) = office.report()["tasks"]
    assert counted["usd"] == pytest.approx((counted["tokens_in"] * 100 + counted["tokens_out"] * 1000) / 1e6)
    assert office.cache.spending()[0].usd == pytest.approx(counted["usd"])


def test_a_dated_version_costs_what_its_name_costs_and_another_model_does_not() -> None:
    table = load_prices()
    for version in ("openai:gpt-4o-mini-2024-07-18", "openai:gpt-4o-mini-latest"):
        assert table.find(version) == table.find("openai:gpt-4o-mini")
    assert table.find("google:gemini-2.5-flash-001") == table.find("google:gemini-2.5-flash")
    assert table.find("google:gemini-2.5-flash-lite") != table.find("google:gemini-2.5-flash")
    assert table.find("openai:gpt-4o-realtime") is None


@pytest.mark.parametrize(
    "text",
    [
        "models: [",
        "models: {a: {in: 1}}",
        "models: {a: {in: -1, out: 2}}",
        "models: {a: {in: .nan, out: 1}}",
        "[1]",
        "",
    ],
)
def test_a_table_that_is_none_is_told(tmp_path: Path, text: str) -> None:
    path = tmp_path / "prices.yaml"
    path.write_text(text)
    with pytest.raises(MagnetError, match=r"not a table of prices.*US dollars per million tokens"):
        load_prices(path)
