"""What a stage works with in whichever process it runs: executor, teacher and evidence, made once a process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from magnet_kg.execution.finding import find_toolkits
from magnet_kg.execution.session import Executor
from magnet_kg.execution.toolkit import Toolkit
from magnet_kg.execution.toolkits import ToolkitExecutor
from magnet_kg.pipeline.recipe import TeacherSettings
from magnet_kg.teacher.protocol import Teacher
from magnet_kg.teacher.rules.phrases import FunctionPhrases, phrases_of
from magnet_kg.teacher.rules.teacher import RulesTeacher
from magnet_kg.teacher.rules.values import lexicon_of
from magnet_kg.validation.failure import Evidence


@dataclass(frozen=True)
class WorkbenchSettings:
    """What any process needs to know to set the same workbench up; nothing here belongs to the recipe.

    Attributes:
        teacher: who judges and writes.
        toolkits: the user's folders of toolkits, beside what is installed.
    """

    teacher: TeacherSettings = field(default_factory=TeacherSettings)
    toolkits: tuple[Path, ...] = ()

    def __post_init__(self) -> None:
        # The same folders, whatever the current one is when they are opened.
        object.__setattr__(self, "toolkits", tuple(path.absolute() for path in self.toolkits))


@dataclass(frozen=True)
class Workbench:
    """The seams that stages use; they never know which implementation they talk to.

    `toolkits` is what the executor's worlds are made of.
    """

    toolkits: tuple[Toolkit, ...]
    executor: Executor
    teacher: Teacher
    evidence: Evidence


@cache
def open_workbench(settings: WorkbenchSettings) -> Workbench:
    """The workbench of this process.

    Raises:
        MagnetError: a toolkit has a fault; with file, line and function.
    """
    executor = ToolkitExecutor(find_toolkits(settings.toolkits))
    phrases = phrases_of(executor.toolkits)
    return Workbench(executor.toolkits, executor, RulesTeacher(phrases), make_evidence(executor, phrases))


def make_evidence(executor: Executor, phrases: Mapping[str, FunctionPhrases]) -> Evidence:
    """What rows of this executor are checked against."""
    lexicons = {
        (function, parameter): lexicon
        for function, entry in phrases.items()
        for parameter, value in entry.values.items()
        if (lexicon := lexicon_of(value))
    }
    return Evidence(executor.functions, executor, lexicons)
