"""What a model is taught to call has no benchmark's name: such rows would be taken out of every training set."""

from __future__ import annotations

import pytest
from left_out import leave_out

from magnet_kg.catalog.everyday.variants import dressed
from magnet_kg.domain.errors import MagnetError
from magnet_kg.domain.function import Function
from magnet_kg.evaluation.decontamination.benchmark import BENCHMARKS, Benchmark, Tool, read_benchmark
from magnet_kg.evaluation.decontamination.overlap import Overlaps, normal_name
from magnet_kg.execution.toolkits import ToolkitExecutor

TOOLKITS = tuple(ToolkitExecutor().functions.values())
EVERYDAY = tuple(one.function for one in dressed().values())


@pytest.fixture(scope="module", params=sorted(BENCHMARKS))
def benchmark(request: pytest.FixtureRequest) -> Benchmark:
    try:
        return read_benchmark(request.param)
    except MagnetError as missing:
        leave_out("BFCL" if request.param == "bfcl" else "AgentDojo", str(missing))


def as_offered(function: Function) -> Tool:
    return Tool(function.name, function.description, frozenset(function.properties))


def test_no_function_of_ours_has_the_name_of_a_benchmarks(benchmark: Benchmark) -> None:
    theirs = {normal_name(tool.name) for tool in benchmark.tools}
    assert len(theirs) > 50
    assert [one.id for one in (*TOOLKITS, *EVERYDAY) if normal_name(one.name) in theirs] == []


def test_no_function_of_the_toolkits_is_dropped_for_its_schema(benchmark: Benchmark) -> None:
    overlaps = Overlaps([benchmark])
    assert {one.id: found for one in TOOLKITS if (found := overlaps.of_tool(as_offered(one)))} == {}
