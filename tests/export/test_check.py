"""`magnet-kg check` finds a row that was tampered with, wherever that happened."""

from __future__ import annotations

import copy
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from calling import saying
from commands import invoked
from exported import Row, preference_rows, sft_rows
from hypothesis import given, settings
from hypothesis import strategies as st
from model_server import serving
from run_fixture import FinishedRun

import magnet_kg
from magnet_kg.pipeline.checking import check_row
from magnet_kg.pipeline.workbench import WorkbenchSettings, open_workbench
from magnet_kg.validation.failure import Evidence

Tamper = Callable[[Row], None]
# Fields that hold JSON as a string.
NESTED = ("tools", "tools_added", "provenance", "arguments")

POOR = """
name: poor
attempts: 1
toolkits: [contacts, conversions]
teachers: {judge: {kind: rules}}
sft: {single: 1}
"""


@pytest.fixture(scope="module")
def evidence() -> Evidence:
    return open_workbench(WorkbenchSettings()).evidence


@pytest.fixture(scope="module")
def row(finished_run: FinishedRun) -> Row:
    """A multi-turn row whose last message tells a number."""
    return next(
        row
        for row in sft_rows(finished_run)
        if row["kind"] == "multi_turn" and re.search(r"\d", row["messages"][-1]["content"])
    )


@pytest.fixture(scope="module")
def pair(finished_run: FinishedRun) -> Row:
    return next(row for row in preference_rows(finished_run) if row["kind"] == "multi_turn")


def _first(messages: list[Row], role: str, with_calls: bool = False) -> Row:
    return next(m for m in messages if m["role"] == role and bool(m.get("tool_calls")) == with_calls)


def _value(row: Row) -> None:
    call = _first(row["messages"], "assistant", with_calls=True)["tool_calls"][0]["function"]
    arguments = json.loads(call["arguments"])
    name = next(iter(arguments), "extra")
    arguments[name] = "something else" if isinstance(arguments.get(name), str) else 987_654
    call["arguments"] = json.dumps(arguments)


def _argument_left_out(row: Row) -> None:
    for message in row["messages"]:
        for call in message.get("tool_calls") or ():
            arguments = json.loads(call["function"]["arguments"])
            if arguments:
                del arguments[next(iter(arguments))]
                call["function"]["arguments"] = json.dumps(arguments)
                return


def _output(row: Row) -> None:
    message = _first(row["messages"], "tool")
    message["content"] = json.dumps({**json.loads(message["content"]), "surprise": 1})


def _number_in_the_answer(row: Row) -> None:
    last = row["messages"][-1]
    last["content"] = re.sub(r"\d+", lambda found: str(int(found[0]) + 1), last["content"])


def _words_of_the_user(row: Row) -> None:
    proven = json.loads(row["provenance"])
    origin = next(o for call in proven["calls"] for o in call.get("origins", []) if o["source"] == "said")
    turns = proven["message_turns"]
    index = next(i for i, m in enumerate(row["messages"]) if m["role"] == "user" and turns[i] == origin["turn"])
    row["messages"][index]["content"] = row["messages"][index]["content"].replace(origin["text"], "whatever")


def _identifier_in_the_users_words(row: Row) -> None:
    told = " ".join(message["content"] for message in row["messages"] if message["role"] == "tool")
    found = re.search(r'_id": ?"(\w+_\w+)"', told)
    assert found
    user = _first(row["messages"], "user")
    user["content"] = user["content"].rstrip("?.") + f", I mean {found[1]}."


def _message_gone(row: Row) -> None:
    row["messages"].remove(_first(row["messages"], "tool"))


def _order(row: Row) -> None:
    row["messages"][1], row["messages"][2] = row["messages"][2], row["messages"][1]


def _definition(row: Row) -> None:
    tools = json.loads(row["tools"])
    tools[0]["function"]["description"] += " Always."
    row["tools"] = json.dumps(tools)


def _tool_gone(row: Row) -> None:
    row["tools"] = json.dumps(json.loads(row["tools"])[1:])


def _tool_added(row: Row) -> None:
    row["tools_added"] = json.dumps({"1": json.loads(row["tools"])[:1]})


def _provenance(change: Callable[[dict[str, Any]], object]) -> Tamper:
    def tamper(row: Row) -> None:
        proven = json.loads(row["provenance"])
        change(proven)
        row["provenance"] = json.dumps(proven)

    return tamper


def _origin(proven: dict[str, Any]) -> None:
    origin = next(o for call in proven["calls"] for o in call.get("origins", []) if o["source"] == "said")
    origin["text"] = "whatever"


TAMPERS: dict[str, Tamper] = {
    "a value": _value,
    "an argument left out": _argument_left_out,
    "an output": _output,
    "a number in the answer": _number_in_the_answer,
    "the words of the user": _words_of_the_user,
    "an identifier in the user's words": _identifier_in_the_users_words,
    "a message gone": _message_gone,
    "two messages in another order": _order,
    "a tool's definition": _definition,
    "a tool gone": _tool_gone,
    "a tool announced": _tool_added,
    "no tools": lambda row: row.pop("tools"),
    "tools that are not JSON": lambda row: row.update(tools="[{"),
    "no provenance": lambda row: row.update(provenance=None),
    "an origin": _provenance(_origin),
    "no origins": _provenance(lambda proven: [call.pop("origins", None) for call in proven["calls"]]),
    "another world": _provenance(lambda proven: proven.update(world=proven["world"] + 1)),
    "another final state": _provenance(lambda proven: proven.update(state="0" * 16)),
    "another function": _provenance(
        lambda proven: proven["function_hashes"].update({next(iter(proven["function_hashes"])): "0" * 16})
    ),
    "a function without a hash": _provenance(lambda proven: proven.update(function_hashes={})),
}


@pytest.mark.parametrize("what", TAMPERS)
def test_a_row_that_was_tampered_with_fails(what: str, row: Row, evidence: Evidence) -> None:
    tampered = copy.deepcopy(row)
    TAMPERS[what](tampered)
    assert tampered != row
    assert check_row(row, evidence) == []
    assert check_row(tampered, evidence)


def _right_instead(pair: Row) -> None:
    pair["rejected"] = pair["chosen"]


def _another_error(pair: Row) -> None:
    other = {"wrong_summary": "nested_missing"}.get(pair["errors"][0]["error"], "wrong_summary")
    pair["errors"][0]["error"] = other


PAIR_TAMPERS: dict[str, Tamper] = {
    "a rejected side that is right": _right_instead,
    "an error of another name": _another_error,
    "no errors": lambda pair: pair.update(errors=[]),
    "a chosen side that is wrong": lambda pair: pair.update(chosen=pair["rejected"]),
    "an output of the chosen side": lambda pair: _output({"messages": pair["chosen"]}),
    "a value of the chosen side": lambda pair: _value({"messages": pair["chosen"]}),
    "a definition": _definition,
}


@pytest.mark.parametrize("what", PAIR_TAMPERS)
def test_a_pair_that_was_tampered_with_fails(what: str, pair: Row, evidence: Evidence) -> None:
    tampered = copy.deepcopy(pair)
    PAIR_TAMPERS[what](tampered)
    assert tampered != pair
    assert check_row(pair, evidence) == []
    assert check_row(tampered, evidence)


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_whatever_is_damaged_gives_a_verdict(
    data: st.DataObject, finished_run: FinishedRun, evidence: Evidence
) -> None:
    """No damage makes the check itself fall over."""
    rows = [*sft_rows(finished_run)[::7], *preference_rows(finished_run)[::3]]
    damaged = _opened(data.draw(st.sampled_from(rows), label="row"))
    inside, key = data.draw(st.sampled_from(sorted(_places(damaged), key=repr)), label="place")
    holder = damaged
    for part in inside:
        holder = holder[part]
    old = holder[key]
    replaced = [None, "", "zzz", 7, -1, [], {}, [old], {"x": old}, f"{old}x"]
    new = data.draw(st.sampled_from([*replaced, old + 1] if isinstance(old, int) else replaced), label="new")
    holder[key] = new
    check_row(_closed(damaged), evidence)


def test_the_export_of_a_run_holds(finished_run: FinishedRun) -> None:
    done = invoked("check", finished_run.folder)
    assert done.code == 0, done.out
    assert "120 of 120 rows hold" in done.out
    assert invoked("check", finished_run.folder / "export").code == 0


def test_a_finished_run_without_an_accepted_row_holds(tmp_path: Path) -> None:
    """Whoever checks every run of a night must not stop at one whose model said nothing of use."""
    (tmp_path / "poor.yaml").write_text(POOR)
    run = tmp_path / "run"
    with serving(saying("")) as server:
        command = ("run", tmp_path / "poor.yaml", "--out", run, "--graph", f"ladybug:{tmp_path / 'graph'}")
        made = invoked(*command, "--teacher", "openai:poor", "--base-url", server.openai)
    assert made.code == 0, made.err
    assert (run / "accepted.jsonl").read_bytes() == b""
    for folder in (run, run / "export"):
        done = invoked("check", folder)
        assert (done.code, done.out) == (0, "0 of 0 rows hold\n")
    assert invoked("export", run).out == "0 rows: the run has accepted none\n"
    assert magnet_kg.check(run) == {}
    (run / "report.json").unlink()
    unfinished = invoked("check", run)
    assert unfinished.code == 1
    assert "there is no export here" in unfinished.complaint


def test_an_export_that_was_removed_is_missed(finished_run: FinishedRun, tmp_path: Path) -> None:
    run = finished_run.copied(tmp_path / "quick")
    shutil.rmtree(run / "export")
    done = invoked("check", run)
    assert done.code == 1
    assert "there is no export here" in done.complaint


def test_one_tampered_row_among_many_is_named(finished_run: FinishedRun, row: Row, tmp_path: Path) -> None:
    run = finished_run.copied(tmp_path / "quick")
    rows = sft_rows(finished_run)
    at = rows.index(row)
    _output(rows[at])
    (run / "export" / "sft.jsonl").write_text("".join(json.dumps(each) + "\n" for each in rows))
    done = invoked("check", run)
    assert done.code == 1
    assert f"sft.jsonl:{at + 1} {row['id']}: " in done.out
    assert "119 of 120 rows hold" in done.out
    assert list(magnet_kg.check(run)) == [row["id"]]


def test_a_row_that_is_there_twice_fails(finished_run: FinishedRun, tmp_path: Path) -> None:
    run = finished_run.copied(tmp_path / "quick")
    rows = sft_rows(finished_run)
    (run / "export" / "sft.jsonl").write_text("".join(json.dumps(each) + "\n" for each in [*rows, rows[0]]))
    done = invoked("check", run)
    assert done.code == 1
    assert "distinct: a near duplicate" in done.out


def _opened(row: Row) -> Any:
    """The row with its JSON strings as what they hold."""

    def opened(value: Any, key: str | None = None) -> Any:
        if isinstance(value, dict):
            return {name: opened(each, name) for name, each in value.items()}
        if isinstance(value, list):
            return [opened(each) for each in value]
        return {"json": opened(json.loads(value))} if key in NESTED else value

    return opened(row)


def _closed(value: Any, key: str | None = None) -> Any:
    if key in NESTED and isinstance(value, dict) and value.keys() == {"json"}:
        return json.dumps(_closed(value["json"]))
    if isinstance(value, dict):
        return {name: _closed(each, name) for name, each in value.items()}
    return [_closed(each) for each in value] if isinstance(value, list) else value


def _places(value: Any, inside: tuple[Any, ...] = ()) -> list[tuple[tuple[Any, ...], Any]]:
    keys = list(value) if isinstance(value, dict) else list(range(len(value))) if isinstance(value, list) else []
    return [place for key in keys for place in [(inside, key), *_places(value[key], (*inside, key))]]
