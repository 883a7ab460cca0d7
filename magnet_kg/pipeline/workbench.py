"""What a stage works with in whichever process it runs: executor, teacher and evidence, made once a process."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path

from magnet_kg.execution.aws import AwsExecutor
from magnet_kg.execution.combined import CombinedExecutor
from magnet_kg.execution.filtered import Filtered
from magnet_kg.execution.finding import find_toolkits
from magnet_kg.execution.mcp import McpExecutor, ServerSettings
from magnet_kg.execution.session import Executor
from magnet_kg.execution.simulated_by_model import ModelSimulatorExecutor, Simulate, nobody_simulates
from magnet_kg.execution.simulator import SimulatorExecutor
from magnet_kg.execution.toolkit import Toolkit
from magnet_kg.execution.toolkits import ToolkitExecutor
from magnet_kg.pipeline.servers import with_environment
from magnet_kg.pipeline.stored_functions import StoredFunctions
from magnet_kg.teacher.protocol import Teacher
from magnet_kg.teacher.rules.phrases import phrases_of
from magnet_kg.teacher.rules.teacher import RulesTeacher
from magnet_kg.teacher.rules.values import lexicon_of
from magnet_kg.validation.failure import Evidence
from magnet_kg.wording.forms import Lexicon


@dataclass(frozen=True)
class WorkbenchSettings:
    """What any process needs to know to set the same workbench up; nothing here belongs to the recipe.

    Attributes:
        toolkits: the user's folders of toolkits, beside what is installed.
        functions: the file of the catalogs' functions (see `StoredFunctions`); None where there are only toolkits.
        servers: MCP servers that the user has named: name of the catalog, and its settings as JSON.
    """

    toolkits: tuple[Path, ...] = ()
    functions: Path | None = None
    servers: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        # The same folders, whatever the current one is when they are opened.
        object.__setattr__(self, "toolkits", tuple(path.absolute() for path in self.toolkits))
        if self.functions is not None:
            object.__setattr__(self, "functions", self.functions.absolute())


@dataclass(frozen=True)
class Workbench:
    """The seams that stages use; they never know which implementation they talk to.

    `toolkits` is what the first executor's worlds are made of, `rules` have their phrases.
    """

    toolkits: tuple[Toolkit, ...]
    executor: Executor
    teacher: Teacher
    evidence: Evidence
    rules: RulesTeacher


@cache
def open_workbench(settings: WorkbenchSettings) -> Workbench:
    """The workbench of this process, with the rules as the teacher.

    Raises:
        MagnetError: a toolkit has a fault; with file, line and function.
    """
    toolkits = ToolkitExecutor(find_toolkits(settings.toolkits))
    executor: Executor = toolkits
    if settings.functions is not None:
        stored = StoredFunctions(settings.functions)
        executor = CombinedExecutor([toolkits, *_executors(settings, stored)])
    rules = RulesTeacher(phrases_of(toolkits.toolkits))
    return Workbench(toolkits.toolkits, executor, rules, make_evidence(executor, rules), rules)


def with_simulator(bench: Workbench, simulate: Simulate) -> Workbench:
    """The workbench where outputs are really asked for that a model makes up.

    Its evidence stays: such rows are never replayed.
    """
    made_up = Filtered(bench.executor.functions, lambda function: function.executor == "model")
    return replace(bench, executor=CombinedExecutor([ModelSimulatorExecutor(made_up, simulate), bench.executor]))


def make_evidence(executor: Executor, teacher: RulesTeacher) -> Evidence:
    """What rows of this executor are checked against."""

    @lru_cache(maxsize=16384)
    def lexicon(function: str, parameter: str) -> Lexicon:
        entry = teacher.phrases_for(executor.functions[function])
        return lexicon_of(entry.values.get(parameter))

    return Evidence(executor.functions, executor, lexicon)


def _executors(settings: WorkbenchSettings, stored: StoredFunctions) -> list[Executor]:
    """What runs the functions of catalogs, each over those that fall to it."""

    def run_by(name: str) -> Filtered:
        return Filtered(stored, lambda function: function.executor == name)

    servers = {name: ServerSettings.model_validate_json(text) for name, text in settings.servers}
    return [
        AwsExecutor(run_by("aws")),
        McpExecutor(run_by("mcp"), {name: with_environment(one) for name, one in servers.items()}),
        SimulatorExecutor(run_by("simulator")),
        ModelSimulatorExecutor(run_by("model"), nobody_simulates),
    ]
