"""What a stage works with in whichever process it runs: executor, teacher and evidence, made once a process."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from magnet_kg.execution.session import Executor
from magnet_kg.execution.toolkits import ToolkitExecutor
from magnet_kg.pipeline.recipe import TeacherSettings
from magnet_kg.teacher.protocol import Teacher
from magnet_kg.teacher.rules.phrases import all_phrases
from magnet_kg.teacher.rules.teacher import RulesTeacher
from magnet_kg.teacher.rules.values import lexicon_of
from magnet_kg.validation.failure import Evidence


@dataclass(frozen=True)
class Workbench:
    """The seams that stages use; they never know which implementation they talk to."""

    executor: Executor
    teacher: Teacher
    evidence: Evidence


@cache
def open_workbench(settings: TeacherSettings) -> Workbench:
    """The workbench of this process."""
    executor = ToolkitExecutor()
    return Workbench(executor, RulesTeacher(), make_evidence(executor))


def make_evidence(executor: Executor) -> Evidence:
    """What rows of this executor are checked against."""
    lexicons = {
        (function, parameter): lexicon
        for function, entry in all_phrases().items()
        for parameter, value in entry.values.items()
        if (lexicon := lexicon_of(value))
    }
    return Evidence(executor.functions, executor, lexicons)
