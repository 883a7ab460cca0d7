"""A benchmark as decontamination sees it: its questions and its functions, read from where it is installed.

Nothing of it is copied: the data stay in the benchmark's own package, and only its ids reach a report.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import orjson

from magnet_kg.domain.errors import MagnetError
from magnet_kg.domain.record import content_hash
from magnet_kg.evaluation.decontamination.agentdojo_source import read_agentdojo
from magnet_kg.evaluation.decontamination.lines import json_lines
from magnet_kg.evaluation.environments import FOLDER, environments


@dataclass(frozen=True)
class Question:
    """What a benchmark's user says in one message."""

    id: str
    text: str


@dataclass(frozen=True)
class Tool:
    """A function as a model is offered it; `parameters` are the names at the top of its schema."""

    name: str
    description: str
    parameters: frozenset[str]


@dataclass(frozen=True)
class Benchmark:
    """A benchmark's questions and functions, and the folder or file that they were read from."""

    name: str
    source: Path
    questions: tuple[Question, ...]
    tools: tuple[Tool, ...]

    @property
    def digest(self) -> str:
        """16 hexadecimal digits that change with what it asks and offers, not with where it lies."""
        asked = sorted((one.id, one.text) for one in self.questions)
        offered = sorted((one.name, one.description, sorted(one.parameters)) for one in self.tools)
        return content_hash([asked, offered])


def read_benchmark(named: str) -> Benchmark:
    """A benchmark by its name, or from a JSON lines file of the user's.

    Args:
        named: one of `BENCHMARKS`, or a file. Each of its lines has `question` (or `questions`, `messages`, `prompt`:
            a text, chat messages, or a list of these) or `tools` (or `functions`, `function`: definitions in OpenAI's
            form or the bare function), or both; `id` where it has one.

    Raises:
        MagnetError: no such benchmark or file, its package is not installed, or there is nothing to compare with.
    """
    if named in BENCHMARKS:
        package, read = BENCHMARKS[named]
        source = _package(named, package)
        benchmark = Benchmark(named, source, *read(source))
    elif Path(named).is_file():
        source = Path(named)
        benchmark = Benchmark(source.name, source, *_entries(json_lines(source)))
    else:
        raise MagnetError(
            "there is no such benchmark, and no such file", where=named,
            do=f"Name one of {', '.join(BENCHMARKS)}, or a JSON lines file with questions and tools",
        )  # fmt: skip
    if not benchmark.questions and not benchmark.tools:
        raise MagnetError(
            "there are no questions and no tools in it", where=str(source),
            do="Each line needs `question` or `tools`; a package without data is installed again",
        )  # fmt: skip
    return benchmark


def tool_of(definition: Mapping[str, Any]) -> Tool:
    """A function from its definition, in OpenAI's form or bare.

    Raises:
        KeyError, AttributeError, TypeError: it is none.
    """
    function = definition.get("function", definition)
    parameters = function.get("parameters") or {}
    return Tool(
        str(function["name"]), str(function.get("description") or ""), frozenset(parameters.get("properties", ()))
    )


def _package(benchmark: str, package: str) -> Path:
    """The folder of a package: in an environment of its own, or in this one. It is not imported."""
    for environment in environments(benchmark):
        for found in sorted(environment.glob(f"**/site-packages/{package}")):
            return found
    spec = find_spec(package)
    if spec is not None and spec.submodule_search_locations:
        return Path(spec.submodule_search_locations[0])
    raise MagnetError(
        f"{package} is not installed, neither here nor below {FOLDER}/{benchmark}",
        where=f"benchmark {benchmark}",
        do=f"make {benchmark}, or pip install --no-deps {package.replace('_', '-')}",
    )


def _read_bfcl(package: Path) -> tuple[tuple[Question, ...], tuple[Tool, ...]]:
    """Every category that is scored, the functions of the multi-turn ones, and what is said before memory questions."""
    data = package / "data"
    files = [*sorted(data.glob("BFCL_v*.json")), *sorted(data.glob("memory_prereq_conversation/*.json"))]
    scored = [path for path in files if not path.stem.endswith("format_sensitivity")]
    questions, tools = _entries(entry for path in scored for entry in json_lines(path))
    documents = (entry for path in sorted(data.glob("multi_turn_func_doc/*.json")) for entry in json_lines(path))
    return questions, tuple({*tools, *(tool_of(definition) for _, _, definition in documents)})


def _entries(
    lines: Iterator[tuple[str, bytes, dict[str, Any]]],
) -> tuple[tuple[Question, ...], tuple[Tool, ...]]:
    questions: list[Question] = []
    tools: dict[Tool, None] = {}
    for where, _, entry in lines:
        name = str(entry.get("id", where))
        try:
            said = [text for key in _QUESTIONS for text in _texts(entry.get(key))]
            offered = [tool_of(one) for key in _TOOLS for one in _definitions(entry.get(key))]
        except (AttributeError, KeyError, TypeError, orjson.JSONDecodeError) as error:
            raise MagnetError(
                "not an entry of a benchmark",
                where=where,
                do="`question` is text or messages, `tools` a list of definitions",
            ) from error
        questions += [Question(name, text) for text in said]
        tools |= dict.fromkeys(offered)
    return tuple(questions), tuple(tools)


_QUESTIONS = ("question", "questions", "messages", "prompt")
_TOOLS = ("tools", "functions", "function", "missed_function")


def _texts(said: Any) -> Iterator[str]:
    """The texts of a user in a text, in chat messages, or in lists of these."""
    if isinstance(said, str):
        yield said
    elif isinstance(said, Mapping):
        if said.get("role", "user") == "user":
            yield str(said["content"])
    elif said is not None:
        for one in said:
            yield from _texts(one)


def _definitions(offered: Any) -> list[Mapping[str, Any]]:
    if isinstance(offered, str):
        offered = orjson.loads(offered)
    if isinstance(offered, Mapping):
        # Functions that are held back, by the turn that offers them.
        offered = [offered] if "name" in offered else [one for some in offered.values() for one in some]
    return [one for one in offered or () if not isinstance(one, str)]


def _read_agentdojo(package: Path) -> tuple[tuple[Question, ...], tuple[Tool, ...]]:
    questions, tools = read_agentdojo(package)
    return (
        tuple(Question(name, text) for name, text in questions),
        tuple(Tool(name, description, frozenset(parameters)) for name, description, parameters in tools),
    )


_Read = Callable[[Path], tuple[tuple[Question, ...], tuple[Tool, ...]]]
# Name → its package, and how its questions and functions are read.
BENCHMARKS: dict[str, tuple[str, _Read]] = {
    "bfcl": ("bfcl_eval", _read_bfcl),
    "agentdojo": ("agentdojo", _read_agentdojo),
}
