"""Judging a catalog by a model, one source a question."""

from __future__ import annotations

import asyncio
import time
from itertools import islice
from pathlib import Path

from magnet_kg.catalog.read import read_catalog
from magnet_kg.dependency.candidates import LIMIT
from magnet_kg.dependency.judging import Judge, add_functions, judge_functions
from magnet_kg.graph import open_graph
from magnet_kg.teacher.llm.caller import open_caller
from magnet_kg.teacher.llm.office import Office
from magnet_kg.teacher.llm.teacher import LlmTeacher
from magnet_kg.teacher.settings import TeacherSettings

CATALOG = "aws"


def judge_all(settings: TeacherSettings, folder: Path, count: int) -> tuple[int, float]:
    """Judge so many functions of a catalog among themselves; gives the judgements, and the seconds that took."""
    functions = list(islice(read_catalog(CATALOG, skip_bad=True).functions, count))
    assert len(functions) == count
    with asyncio.Runner() as runner, open_graph(f"ladybug:{folder}/graph") as store:
        office = Office(folder / "calls")
        try:
            teacher = LlmTeacher(open_caller(settings, office))
            add_functions(store, functions)
            began = time.monotonic()
            judge = Judge(teacher, 2 * settings.concurrency, runner.run, LIMIT)
            judged = judge_functions(store, sorted(one.id for one in functions), judge, "hybrid")
            judged.require_all()
            return judged.judgements, time.monotonic() - began
        finally:
            runner.run(office.close())
