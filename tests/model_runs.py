"""Whole runs with a model: played beforehand by the rules, so that the server has a good answer to every prompt."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from model_server.recorded import Recorder
from model_server.table import Table

from magnet_kg.dependency.judging import build_graph
from magnet_kg.graph import open_graph
from magnet_kg.paths.shapes import PathMaker
from magnet_kg.pipeline.mapper import LocalMapper, performed_here
from magnet_kg.pipeline.models import CallSettings, Models
from magnet_kg.pipeline.plan import RowPlan
from magnet_kg.pipeline.progress import NoBars
from magnet_kg.pipeline.recipe import Recipe
from magnet_kg.pipeline.run import fetch_edges, make_rows
from magnet_kg.pipeline.run_folder import Run
from magnet_kg.pipeline.selection import select_functions
from magnet_kg.pipeline.workbench import WorkbenchSettings, open_workbench
from magnet_kg.teacher.mixed import Member, MixedTeacher
from magnet_kg.teacher.settings import Duty


class _AsOne(Models):
    """A roster that plays one row after the other: the recorder can hold one answer at a time."""

    rows_at_once = 1


def recorded(recipe: Recipe) -> Table:
    """Every prompt of a run of this recipe over toolkits, with the answer of the rules."""
    settings = WorkbenchSettings()
    bench = open_workbench(settings)
    recorder = Recorder(bench.rules)
    duties: Mapping[Duty, list[Member]] = {
        duty: [Member(recorder if recipe.roster[duty][0].kind == "llm" else bench.rules)]
        for duty in ("judge", "translate", "respond", "errors")
    }
    bench = replace(bench, teacher=MixedTeacher(duties))
    everything = {one: f.record for tools in bench.toolkits for one, f in tools.functions.items()}
    functions = dict(select_functions(recipe, bench.toolkits, dict(sorted(everything.items()))))
    with tempfile.TemporaryDirectory() as folder, _AsOne(recipe.roster, CallSettings(), Path(folder)) as models:
        with open_graph(f"ladybug:{folder}/graph") as store:
            judge = models.judge(bench.teacher)
            build_graph(store, list(functions.values()), replace(judge, at_once=1), recipe.candidates)
            makers = {"": PathMaker.supplied(functions, fetch_edges(store, frozenset(functions)), recipe.paths)}
        plan = RowPlan(recipe)
        with LocalMapper(1, settings) as mapper, Run(recipe, Path(folder), mapper, NoBars()) as run:
            make_rows(run, plan, makers, models, performed_here(bench))
    return recorder.table
