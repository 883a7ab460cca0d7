"""What every GraphStore must do: each test runs on each engine."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from graph_toys import feeds, function, use
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from magnet_kg.domain.errors import MagnetError
from magnet_kg.graph import GraphStore, open_graph
from magnet_kg.graph.functions import load_functions, save_functions
from magnet_kg.graph.verdicts import list_verdicts, save_verdicts


def path_row(name: str, **changes: Any) -> dict[str, Any]:
    return {"id": name, "row": f"row of {name}", "kind": "single", "seed": 3, "world": 4, **changes}


def concepts(store: GraphStore) -> int:
    return int({row["what"]: row["number"] for row in store.run("count_nodes")}.get("concepts", 0))


def test_rows_come_as_dicts_in_the_order_of_the_query(graph_store: GraphStore) -> None:
    save_functions(graph_store, [function("b"), function("a", category="Money")], [])
    assert graph_store.run("list_function_categories") == [
        {"function": "toys/a", "category": "Money"},
        {"function": "toys/b", "category": "Travel"},
    ]


def test_a_parameter_that_is_missing_or_unknown_is_refused(graph_store: GraphStore) -> None:
    with pytest.raises(TypeError, match="executor"):
        graph_store.run("load_functions")
    with pytest.raises(TypeError, match="exekutor"):
        graph_store.run("load_functions", executor="", exekutor="toolkit")
    with pytest.raises(TypeError, match="surplus"):
        graph_store.write("create_concepts", [{"id": "x"}], surplus=1)


def test_a_query_that_is_not_there_is_an_error(graph_store: GraphStore) -> None:
    with pytest.raises(LookupError, match="no_such_query"):
        graph_store.run("no_such_query")


def test_nothing_to_look_for_gives_nothing(graph_store: GraphStore) -> None:
    assert graph_store.run("find_functions", ids=[]) == []


def test_nothing_to_write_writes_nothing(graph_store: GraphStore) -> None:
    graph_store.write("create_concepts", [])
    graph_store.write("create_steps", [])
    assert concepts(graph_store) == 0


def test_the_order_of_keys_never_swaps_values(graph_store: GraphStore) -> None:
    rows = [{"id": "toys/a", "content_hash": "hash of a"}, {"content_hash": "hash of b", "id": "toys/b"}]
    assert [row["function"] for row in graph_store.run("classify_functions", rows=rows)] == [
        "toys/a",
        "toys/b",
    ]
    graph_store.write("create_paths", [path_row("p1"), dict(reversed(path_row("p2").items()))])
    graph_store.run("create_run", run="r", recipe="h", seed=1)
    graph_store.write("create_produced", [{"source": "r", "target": "p1"}, {"target": "p2", "source": "r"}])
    assert graph_store.run("list_runs") == [{"run": "r", "recipe": "h", "seed": 1, "paths": 2}]


def test_a_key_that_a_row_lacks_is_null(graph_store: GraphStore) -> None:
    full: dict[str, str | None] = {
        "id": "toys/a",
        "name": "a",
        "category": "c",
        "toolkit": "t",
        "description": "d",
        "parameters": "{}",
    }
    full |= {"source": "s", "catalog": "", "original_name": None, "licence": None, "version": None}
    rows = [{**full, "returns": '{"type":"object"}', "executor": "toolkit"}, {**full, "id": "toys/b"}]
    graph_store.write("upsert_functions", rows)
    found = graph_store.run("load_functions", executor="")
    assert [(row["id"], row["returns"], row["executor"]) for row in found] == [
        ("toys/a", '{"type":"object"}', "toolkit"),
        ("toys/b", None, None),
    ]


def test_tuples_do_for_lists(graph_store: GraphStore) -> None:
    save_functions(graph_store, [function("a")], [])
    assert graph_store.run("find_functions", ids=("toys/a", "toys/b")) == [{"function": "toys/a"}]


@pytest.mark.parametrize("bad", [path_row("p2", row=7), path_row("p2", seed=None), path_row("p2", seed=1.5)])
def test_a_column_of_several_types_is_refused_before_anything_is_written(
    graph_store: GraphStore, bad: dict[str, Any]
) -> None:
    with pytest.raises(TypeError):
        graph_store.write("create_paths", [path_row("p1"), bad])
    graph_store.write("create_paths", [path_row("p1")])


def test_many_rows_are_written_in_batches(graph_store: GraphStore) -> None:
    graph_store.write("create_concepts", [{"id": f"c{number}"} for number in range(1001)], batch=100)
    assert concepts(graph_store) == 1001


def test_a_batch_that_fails_leaves_nothing_behind(graph_store: GraphStore) -> None:
    graph_store.write("create_paths", [path_row("taken")])
    with pytest.raises(Exception, match="taken"):
        graph_store.write("create_paths", [path_row("fresh"), path_row("taken")])
    graph_store.write("create_paths", [path_row("fresh")])


def test_the_schema_can_be_ensured_again_and_keeps_what_is_there(graph_store: GraphStore) -> None:
    save_functions(graph_store, [function("a")], [])
    graph_store.ensure_schema()
    assert list(load_functions(graph_store)) == ["toys/a"]


def test_several_threads_may_use_one_store(graph_store: GraphStore) -> None:
    def write_and_read(number: int) -> int:
        graph_store.write("create_concepts", [{"id": f"c{number}"}])
        return len(graph_store.run("count_nodes"))

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(write_and_read, range(64)))
    assert concepts(graph_store) == 64


def test_two_stores_of_one_process_see_what_the_other_writes(graph_uri: str) -> None:
    with open_graph(graph_uri) as first, open_graph(graph_uri) as second:
        save_functions(first, [function("a")], [])
        save_functions(second, [function("b")], [])
        assert list(load_functions(first)) == list(load_functions(second)) == ["toys/a", "toys/b"]


def test_what_was_written_is_there_when_the_graph_is_opened_again(graph_uri: str) -> None:
    with open_graph(graph_uri) as store:
        save_functions(store, [function("a")], [])
    with open_graph(graph_uri, read_only=True) as store:
        assert load_functions(store) == {"toys/a": function("a")}


def test_a_store_for_reading_writes_nothing(graph_uri: str) -> None:
    with open_graph(graph_uri) as store:
        save_functions(store, [function("a")], [])
    with open_graph(graph_uri, read_only=True) as store:
        with pytest.raises(MagnetError, match="reading only"):
            save_functions(store, [function("b")], [])
        with pytest.raises(MagnetError, match="reading only"):
            store.ensure_schema()
        assert list(load_functions(store)) == ["toys/a"]


def test_a_closed_store_says_so_and_may_be_closed_again(graph_uri: str) -> None:
    store = open_graph(graph_uri)
    store.close()
    store.close()
    with pytest.raises(MagnetError, match="closed"):
        store.run("list_runs")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_any_text_comes_back_as_it_was(graph_store: GraphStore, text: str) -> None:
    schema = {
        "type": "object",
        "properties": {"z": {"description": text}, "a": {"enum": [text, 1, None, 0.5]}},
    }
    odd = function("odd", description=text, category=f"c{text}", parameters=schema, returns=schema)
    plain = function("plain")
    save_functions(graph_store, [odd, plain], [use(odd, takes=(f"t{text}",))])
    stored = load_functions(graph_store)["toys/odd"]
    assert stored == odd
    assert list(stored.properties) == ["z", "a"]
    verdict = feeds(odd, plain, rationale=text)
    save_verdicts(graph_store, [verdict])
    assert list_verdicts(graph_store, plain.id) == [verdict]
