"""AgentDojo as it is installed: its suites, its tools and its checks of utility; its attacks have no part.

Its package of pipelines has a stand-in, since it imports the clients of every provider; of it, what executes calls is
read from the package as it is.
"""

from __future__ import annotations

import functools
import importlib
import importlib.metadata
import importlib.resources
import importlib.util
import sys
import types
from typing import Any

VERSION = "v1.2.2"
# As its own loop has it: so many times are calls executed, and the model asked again.
MOST_STEPS = 15

_found = importlib.util.find_spec("agentdojo")
assert _found is not None
assert _found.submodule_search_locations is not None


def _stand_in(name: str, **content: Any) -> None:
    module = types.ModuleType(name)
    vars(module).update(content)
    sys.modules[name] = module


for _part in ("agent_pipeline", "agent_pipeline.llms"):
    _place = f"{_found.submodule_search_locations[0]}/{_part.replace('.', '/')}"
    _stand_in(f"agentdojo.{_part}", __path__=[_place])
# The one name of it that is used: what Google's models may call where they name nothing.
_stand_in("agentdojo.agent_pipeline.llms.google_llm", EMPTY_FUNCTION_NAME="<empty-function-name>")

suites: Any = importlib.import_module("agentdojo.task_suite.load_suites")
running: Any = importlib.import_module("agentdojo.functions_runtime")
executing: Any = importlib.import_module("agentdojo.agent_pipeline.tool_execution")
messages: Any = importlib.import_module("agentdojo.types")
yaml: Any = importlib.import_module("yaml")
# Beside this file, where a script finds it.
verdicts: Any = importlib.import_module("verdicts")


class World:
    """A task's environment as it stands, and before."""

    def __init__(self, category: str, id: str) -> None:
        suite = suites.get_suite(VERSION, category)
        self.task = suite.user_tasks[_task(id)]
        self.now = self.task.init_environment(_environment(category).model_copy(deep=True))
        self.before = self.now.model_copy(deep=True)
        self.runtime = running.FunctionsRuntime(suite.tools)
        self.trace: list[Any] = []


_worlds: dict[str, World] = {}


def about() -> dict[str, Any]:
    """The versions of the package and of its tasks, and the suites."""
    version = f"{importlib.metadata.version('agentdojo')}, tasks {VERSION}"
    return {"version": version, "suites": list(suites.get_suites(VERSION))}


def ids(category: str) -> list[str]:
    """Of a suite's tasks, by number."""
    tasks = suites.get_suite(VERSION, category).user_tasks
    return [f"{category}/{one}" for one in sorted(tasks, key=lambda one: int(one.rpartition("_")[2]))]


def item(category: str, id: str) -> dict[str, Any]:
    """What a model is given: the benchmark's own system message, the user's, and tools in OpenAI's form."""
    suite = suites.get_suite(VERSION, category)
    tools = [
        {"name": one.name, "description": one.description, "parameters": one.parameters.model_json_schema()}
        for one in suite.tools
    ]
    return {
        "messages": [
            {"role": "system", "content": _system_message()},
            {"role": "user", "content": suite.user_tasks[_task(id)].PROMPT},
        ],
        "tools": [{"type": "function", "function": one} for one in tools],
        "most_steps": MOST_STEPS,
    }


def begin(category: str, id: str) -> None:
    """Put a task's environment back to its beginning."""
    _worlds[id] = World(category, id)


def execute(category: str, id: str, answer: list[dict[str, Any]]) -> list[str]:
    """What calls (`name`, `arguments`) give, in the environment as it stands."""
    world = _worlds[id]
    calls = [running.FunctionCall(function=one["name"], args=one["arguments"]) for one in answer]
    world.trace += calls
    told = [{"role": "assistant", "content": None, "tool_calls": calls}]
    try:
        executed = executing.ToolsExecutor().query("", world.runtime, world.now, told)[3][1:]
    except Exception as error:
        return [f"{type(error).__name__}: {error}"] * len(calls)
    return [one["error"] or messages.get_text_content_as_str(one["content"]) for one in executed]


def judge(category: str, id: str, answer: str) -> dict[str, Any]:
    """Whether the task is done, by the benchmark's own check of the last message, the environment and the calls."""
    world = _worlds.pop(id)
    said = [messages.text_content_block_from_string(answer)]
    suite = suites.get_suite(VERSION, category)
    try:
        valid = suite._check_task_result(world.task, said, world.before, world.now, world.trace)
    except Exception as error:
        refusal: dict[str, Any] = verdicts.raised(error)
        return refusal
    return {"valid": bool(valid), "error_type": "" if valid else "utility:not_done", "error": ""}


def possible(category: str, id: str) -> dict[str, Any]:
    """The benchmark's own calls for a task, and the last message."""
    world = World(category, id)
    calls = [{"name": one.function, "arguments": dict(one.args)} for one in world.task.ground_truth(world.before)]
    return {"calls": calls, "text": world.task.GROUND_TRUTH_OUTPUT}


@functools.cache
def _environment(category: str) -> Any:
    """Of a suite, without anybody's injections."""
    return suites.get_suite(VERSION, category).load_and_inject_default_environment({})


def _task(id: str) -> str:
    return id.rpartition("/")[2]


@functools.cache
def _system_message() -> str:
    text = (importlib.resources.files("agentdojo") / "data" / "system_messages.yaml").read_text()
    return str(yaml.safe_load(text)["default"])


COMMANDS = {
    "about": about,
    "ids": ids,
    "item": item,
    "begin": begin,
    "execute": execute,
    "judge": judge,
    "possible": possible,
}
