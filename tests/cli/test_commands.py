"""Each command gives its user what its help promises."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import click
import pytest
from commands import Done, invoked
from exported import called, preference_rows, sft_rows
from run_fixture import FinishedRun

from magnet_kg.catalog.read import read_catalog
from magnet_kg.cli.main import main
from magnet_kg.dependency.judging import add_functions
from magnet_kg.graph import open_graph


@pytest.fixture(scope="module")
def graph(finished_run: FinishedRun, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A graph to read: that of the finished run."""
    return finished_run.copied_graph(tmp_path_factory.mktemp("graph") / "graph")


def ok(*arguments: str | Path) -> Done:
    done = invoked(*arguments)
    assert done.code == 0, done.err
    return done


def every_command(group: click.Group = main, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield (*path, name)
        if isinstance(command, click.Group):
            yield from every_command(command, (*path, name))


# Help


def test_the_command_knows_its_version_and_its_commands() -> None:
    assert re.fullmatch(r"magnet-kg, version \S+\n", ok("--version").out)
    for command in ("run", "walk", "catalog", "graph", "check", "show", "export", "db"):
        assert f"  {command} " in ok("-h").out


@pytest.mark.parametrize("command", list(every_command()), ids=" ".join)
def test_every_command_explains_itself_with_an_example(command: tuple[str, ...]) -> None:
    done = ok(*command, "--help")
    assert f"Usage: magnet-kg {' '.join(command)}" in done.out
    found: click.Command = main
    for name in command:
        assert isinstance(found, click.Group)
        found = found.get_command(click.Context(found), name)  # type: ignore[assignment]
    for parameter in found.params:
        if isinstance(parameter, click.Option):
            assert all(option in done.out for option in parameter.opts)
    if not isinstance(found, click.Group):
        assert re.search(rf"Examples?:\n +magnet-kg {' '.join(command)}\b", done.out)


# walk


def test_walk_shows_which_output_feeds_which_parameter(graph: str) -> None:
    done = ok("walk", "--graph", graph, "--count", "6")
    assert [line for line in done.out.splitlines() if line.startswith("walk")] == [f"walk {n}" for n in range(1, 7)]
    assert re.search(r"^  \w+/\w+   \[output is (partial )?input: \S+ → \S+", done.out, re.MULTILINE)


def test_the_same_seed_gives_the_same_walks(graph: str) -> None:
    first = ok("walk", "--graph", graph, "--seed", "3").out
    assert ok("walk", "--graph", graph, "--seed", "3").out == first
    assert ok("walk", "--graph", graph, "--seed", "4").out != first


def test_walks_as_json_follow_the_edges_of_the_graph(graph: str) -> None:
    walks = json.loads(ok("walk", "--graph", graph, "--json", "--count", "20", "--steps", "5").out)
    assert len(walks) == 20
    for walk in walks:
        assert 1 <= len(walk) <= 5
        assert "kind" not in walk[0]
        for before, step in pairwise(walk):
            found = json.loads(ok("graph", "edges", before["function"], "--graph", graph, "--json").out)
            edge = next(
                each for each in found if (each["source"], each["target"]) == (before["function"], step["function"])
            )
            assert edge["dependency"]["kind"] == step["kind"]
            assert edge["dependency"]["bindings"] == step["bindings"]
        if len(walk) > 1:
            break
    assert any(len(walk) > 3 for walk in walks)


@pytest.mark.parametrize("start", ["find_contact", "contacts/find_contact"])
def test_a_walk_begins_where_it_is_told_to(graph: str, start: str) -> None:
    walks = json.loads(ok("walk", "--graph", graph, "--from", start, "--json").out)
    assert {walk[0]["function"] for walk in walks} == {"contacts/find_contact"}


@pytest.mark.parametrize("command", [("walk", "--from"), ("catalog", "show"), ("graph", "edges")])
def test_an_unknown_function_is_told_with_what_was_perhaps_meant(graph: str, command: tuple[str, ...]) -> None:
    done = invoked(*command, "find_contct", "--graph", graph)
    assert done.code == 1
    assert "no function find_contct" in done.complaint
    assert "contacts/find_contact" in done.complaint
    far = invoked(*command, "qqqqqqqq", "--graph", graph)
    assert "magnet-kg catalog list" in far.complaint


# catalog


def test_the_catalog_lists_every_function_by_toolkit(graph: str) -> None:
    listed = json.loads(ok("catalog", "list", "toolkits", "--graph", graph, "--json").out)
    assert len(listed) >= 70
    assert len({function["toolkit"] for function in listed}) >= 5
    text = ok("catalog", "list", "toolkits", "--graph", graph).out
    for function in listed:
        assert f"  {function['id']} " in text


def test_a_function_is_shown_with_what_its_values_mean(graph: str) -> None:
    text = ok("catalog", "show", "find_contact", "--graph", graph).out
    data = json.loads(ok("catalog", "show", "contacts/find_contact", "--graph", graph, "--json").out)
    assert data["id"] == "contacts/find_contact"
    assert data["description"] in text
    assert data["content_hash"] in text
    for name in data["parameters"]["properties"]:
        assert re.search(rf"^    {name} +string +.*contact name", text, re.MULTILINE)
    assert re.search(r"^    contacts\[\]\.contact_id +string +contact id", text, re.MULTILINE)


# graph

CATALOG = [
    {
        "type": "function",
        "function": {
            "name": "get_ferry_ticket",
            "description": "Look up a ferry ticket by its number.",
            "category": "harbour",
            "parameters": {
                "type": "object",
                "properties": {"ferry_ticket_number": {"type": "string"}},
                "required": ["ferry_ticket_number"],
            },
            "returns": {"type": "object", "properties": {"ferry_name": {"type": "string"}}},
        },
    },
    {
        "name": "buy_ferry_ticket",
        "description": "Buy a ticket for a ferry.",
        "category": "harbour",
        "parameters": {"type": "object", "properties": {"deck": {"type": "integer"}}},
        "returns": {"type": "object", "properties": {"ferry_ticket_number": {"type": "string"}}},
    },
]


def test_what_is_unchanged_costs_no_judgement_and_a_catalog_only_its_own(
    finished_run: FinishedRun, tmp_path: Path
) -> None:
    graph = finished_run.copied_graph(tmp_path / "graph")
    again = _built(ok("graph", "build", "--graph", graph, "--json"))
    assert (again["new"], again["changed"], again["judgements"]) == (0, 0, 0)
    catalog = tmp_path / "ferries.jsonl"
    catalog.write_text("\n".join(json.dumps(each) for each in CATALOG))
    # Its two functions are of two categories.
    built = _built(ok("graph", "build", catalog, "--scope", "catalog", "--graph", graph, "--json"))
    assert (built["new"], built["changed"], built["unchanged"]) == (2, 0, again["unchanged"])
    assert 0 < built["judgements"] <= 2 * 60
    edges = json.loads(ok("graph", "edges", "get_ferry_ticket", "--graph", graph, "--json").out)
    assert any(edge["source"] == "ferries/buy_ferry_ticket" for edge in edges)
    third = ok("graph", "build", catalog, "--scope", "catalog", "--graph", graph)
    assert "0 pairs judged" in third.out
    shown = json.loads(ok("catalog", "show", "buy_ferry_ticket", "--graph", graph, "--json").out)
    assert (shown["category"], shown["toolkit"]) == ("harbour", "ferries")


def test_what_was_added_before_is_judged_by_a_build_without_sources(tmp_path: Path) -> None:
    graph = f"ladybug:{tmp_path / 'graph'}"
    catalog = tmp_path / "ferries.jsonl"
    catalog.write_text("\n".join(json.dumps(each) for each in CATALOG))
    with open_graph(graph) as store:
        add_functions(store, read_catalog(str(catalog)).functions)
    built = _built(ok("graph", "build", "--catalog", "ferries", "--scope", "catalog", "--graph", graph, "--json"))
    assert (built["new"], built["edges"]) == (0, 1), "only the catalog is judged, and no toolkit is added"
    edges = json.loads(ok("graph", "edges", "get_ferry_ticket", "--graph", graph, "--json").out)
    assert [edge["source"] for edge in edges] == ["ferries/buy_ferry_ticket"]
    refused = invoked("graph", "build", "--catalog", "fairies", "--graph", graph)
    assert refused.code == 1
    assert "no catalog fairies" in refused.complaint


def test_candidates_can_be_drawn_at_random_as_in_the_paper(tmp_path: Path) -> None:
    graph = f"ladybug:{tmp_path / 'graph'}"
    built = _built(ok("graph", "build", "--graph", graph, "--candidates", "random", "--json"))
    assert built["new"] >= 70
    # Each function is judged with at most 30 of its own category, as source and as target.
    assert 0 < built["judgements"] <= 60 * built["new"]
    stats = json.loads(ok("graph", "stats", "--graph", graph, "--json").out)
    assert stats["feeds"] == built["edges"]
    assert stats["feeds"] + stats["rejected"] == built["judgements"]


def test_stats_count_what_the_graph_holds(graph: str) -> None:
    stats = json.loads(ok("graph", "stats", "--graph", graph, "--json").out)
    assert stats["functions"] == len(json.loads(ok("catalog", "list", "toolkits", "--graph", graph, "--json").out))
    assert stats["feeds"] == sum(stats["feeds_by_kind"].values()) > 0
    assert stats["runs"] == 1
    text = ok("graph", "stats", "--graph", graph).out
    for key in ("functions", "concepts", "feeds", "rejected", "runs"):
        assert re.search(rf"^{key} +{stats[key]:,}$", text, re.MULTILINE)


def test_edges_tell_the_verdict_behind_them(graph: str) -> None:
    text = ok("graph", "edges", "find_contact", "--graph", graph).out
    assert "contacts/find_contact feeds" in text
    assert re.search(
        r"contacts/send_text_message: output is (partial )?input \(0\.\d\): .*contact_id.*\[rules@1\]", text
    )
    assert " no: " not in text
    assert " no: " in ok("graph", "edges", "find_contact", "--rejected", "--graph", graph).out
    both = json.loads(ok("graph", "edges", "find_contact", "--rejected", "--graph", graph, "--json").out)
    assert {verdict["dependency"] is None for verdict in both} == {True, False}


# show


def test_a_row_is_shown_with_what_proves_it(finished_run: FinishedRun) -> None:
    row = next(
        row for row in sft_rows(finished_run) if row["kind"] == "multi_turn" and '"operations"' in row["provenance"]
    )
    text = ok("show", finished_run.folder, row["id"], "--full").out
    for message in row["messages"]:
        assert message["content"] in text
    for _, name in called(row["messages"]):
        assert f"assistant  {name}(" in text
    proven = json.loads(row["provenance"])
    for call in proven["calls"]:
        for origin in call.get("origins", []):
            assert f"             {origin['parameter']}: " in text
    for step in (step for turn in proven["turns"] for step in turn.get("steps", [])):
        assert step["function"] in text
    for operation in proven["operations"]:
        assert f"  {operation['operation']} {operation.get('detail', '')}" in text
    for edge in proven["edges"]:
        assert f"{edge['source']} → {edge['target']}: " in text
        assert f"by {edge['judge']}, verdict {edge['verdict']}" in text


def test_rows_are_found_by_id_without_the_attempt_and_by_number(finished_run: FinishedRun) -> None:
    row = sft_rows(finished_run)[2]
    shown = ok("show", finished_run.folder, row["id"]).out
    assert ok("show", finished_run.folder, row["id"].partition(".")[0]).out == shown
    assert ok("show", finished_run.folder, "3").out == shown
    assert ok("show", finished_run.folder / "export", "3").out == shown


def test_long_outputs_are_cut_unless_asked_for(finished_run: FinishedRun) -> None:
    row = next(
        r for r in sft_rows(finished_run) if any(len(m["content"]) > 1000 for m in r["messages"] if m["role"] == "tool")
    )
    content = next(m["content"] for m in row["messages"] if m["role"] == "tool" and len(m["content"]) > 1000)
    assert content not in ok("show", finished_run.folder, row["id"]).out
    assert content in ok("show", finished_run.folder, row["id"], "--full").out


def test_a_pair_is_shown_with_what_is_wrong(finished_run: FinishedRun) -> None:
    for pair in preference_rows(finished_run):
        text = ok("show", finished_run.folder, pair["id"], "--full").out
        chosen, _, rejected = text.partition("\nRejected\n")
        assert pair["chosen"][-1]["content"] in chosen
        turns = json.loads(pair["provenance"])["rejected"]["message_turns"]
        wrong = {error["turn"] for error in pair["errors"]}
        for turn, message in zip(turns, [*pair["prompt"], *pair["rejected"]], strict=True):
            assert turn not in wrong or message["content"] in rejected
        for error in pair["errors"]:
            assert f"{error['error']} at {error['turn']}: {error['evidence']}" in rejected


# run


def test_the_table_of_a_run_has_its_figures_beside_the_papers(finished_run: FinishedRun) -> None:
    report: dict[str, Any] = json.loads((finished_run.folder / "report.json").read_text())
    cells = [[cell.strip() for cell in re.split("[│┃]", line)[1:-1]] for line in finished_run.output.splitlines()]
    for key, paper in (("turns", "4.71"), ("calls", "15.13"), ("calls_per_turn", "3.2")):
        assert [key.replace("_", " "), str(report["multi_turn"][key]), paper] in cells
    for kind, count in report["rows"].items():
        assert [kind, str(count), str(report["pairs"].get(kind, 0))] in cells
    for group in ("operations", "missing", "errors"):
        for name, count in report[group].items():
            assert [name, f"{count:,}"] in cells
    for reason, count in report["rejected"].items():
        assert [reason, f"{count:,}"] in cells
    assert re.search(r"^120 rows in [\d.]+ s \(\d+ rows/s\)$", finished_run.output, re.MULTILINE)


def test_a_run_says_where_everything_is(finished_run: FinishedRun) -> None:
    listed = finished_run.output.partition("Written:\n")[2].splitlines()
    named = {finished_run.home / line.split()[0] for line in listed}
    assert named == {path for path in finished_run.folder.rglob("*") if path.is_file()}


def _built(done: Done) -> dict[str, int]:
    built: dict[str, int] = json.loads(done.out)
    return built
