"""The Berkeley Function Calling Leaderboard as it is installed: its items, its executors and its checkers.

Two of its modules have stand-ins, since they import the clients of every provider and pandas: the table of models, of
which the checkers read one flag, and the tables of the leaderboard, of which they read nothing.
"""

from __future__ import annotations

import builtins
import copy
import functools
import importlib
import importlib.metadata
import json
import keyword
import sys
import types
from typing import Any

MODEL = "magnet-kg"


def _stand_in(name: str, **content: Any) -> None:
    module = types.ModuleType(name)
    vars(module).update(content)
    sys.modules[name] = module


# The flag says that dots in names were replaced for the model, as they are for every model behind OpenAI's protocol.
_stand_in(
    "bfcl_eval.constants.model_config", MODEL_CONFIG_MAPPING={MODEL: types.SimpleNamespace(underscore_to_dot=True)}
)
_stand_in("bfcl_eval.eval_checker.eval_runner_helper")

data: Any = importlib.import_module("bfcl_eval.utils")
prompts: Any = importlib.import_module("bfcl_eval.constants.default_prompts")
enums: Any = importlib.import_module("bfcl_eval.constants.enums")
mappings: Any = importlib.import_module("bfcl_eval.constants.type_mappings")
runner: Any = importlib.import_module("bfcl_eval.eval_checker.eval_runner")
executors: Any = importlib.import_module("bfcl_eval.eval_checker.multi_turn_eval.multi_turn_utils")
writing: Any = importlib.import_module("bfcl_eval.model_handler.utils")
# Beside this file, where a script finds it.
verdicts: Any = importlib.import_module("verdicts")

# A name that no call can have: executors answer it as they answer everything that is no Python.
_NO_NAME = "not a name"


class Handler:
    """Decodes an answer as the package's handler of OpenAI's protocol does.

    An answer is a list of `{name: arguments as JSON text}`, or text where nothing was called.
    """

    def decode_ast(self, result: Any, language: Any = None, has_tool_call_tag: bool = False) -> list[dict[str, Any]]:
        """Calls as the checkers of single turns take them; raises where a call cannot be read."""
        return [{name: json.loads(written) for name, written in call.items()} for call in result]

    def decode_execute(self, result: Any, has_tool_call_tag: bool = False) -> list[str]:
        """Calls as executors take them, as Python; raises where a call cannot be read."""
        decoded: list[str] = writing.convert_to_function_call([_harmless(call) for call in result])
        return decoded


def _harmless(call: dict[str, str]) -> dict[str, Any]:
    """A call that reaches nothing but the item's functions: executors evaluate it as Python, whatever its names are."""
    found = {}
    for name, written in call.items():
        arguments = json.loads(written)
        known = name in _methods()
        # Python reads letters of other shapes as the plain ones: "ｏｐｅｎ" is open.
        if not (name.isascii() and name.isidentifier()) or keyword.iskeyword(name):
            name = _NO_NAME
        elif not known and (hasattr(builtins, name) or hasattr(executors, name)):
            name += "_"
        found[name] = {
            key if key.isascii() and key.isidentifier() else _NO_NAME: value for key, value in arguments.items()
        }
    return found


@functools.cache
def _methods() -> frozenset[str]:
    """Names of the functions of all multi-turn items; none of them is a name that Python knows."""
    backends: Any = importlib.import_module("bfcl_eval.constants.executable_backend_config")
    names = set()
    for file in backends.MULTI_TURN_FUNC_DOC_FILE_MAPPING.values():
        names |= {one["name"] for one in data.load_file(data.MULTI_TURN_FUNC_DOC_PATH / file)}
    return frozenset(names - set(dir(builtins)) - set(vars(executors)))


@functools.cache
def _items(category: str, hints: bool) -> dict[str, dict[str, Any]]:
    loaded = data.load_dataset_entry(category, include_prereq=False, include_language_specific_hint=hints)
    return {one["id"]: one for one in loaded}


@functools.cache
def _possible(category: str) -> dict[str, Any]:
    """What is right, by the id of the item; both files have the same order."""
    answers = [one["ground_truth"] for one in data.load_ground_truth_entry(category)]
    return dict(zip(_items(category, False), answers, strict=True))


def about() -> dict[str, Any]:
    """The version, and the ids of the categories that models are scored by in one or in several turns."""
    return {
        "version": importlib.metadata.version("bfcl-eval"),
        "single_turn": list(data.SINGLE_TURN_CATEGORY),
        "live": list(data.LIVE_CATEGORY),
        "non_live": list(data.NON_LIVE_CATEGORY),
        "multi_turn": list(data.MULTI_TURN_CATEGORY),
    }


def ids(category: str) -> list[str]:
    """Of a category's items, in their order."""
    return list(_items(category, True))


def item(category: str, id: str) -> dict[str, Any]:
    """What a model is given: messages of each turn, tools in OpenAI's form, and those that come with a later turn."""
    entry = _items(category, True)[id]
    later = entry.get("missed_function", {})
    told = {"role": "user", "content": prompts.DEFAULT_USER_PROMPT_FOR_ADDITIONAL_FUNCTION_FC}
    return {
        "turns": [[told] if str(at) in later else turn for at, turn in enumerate(entry["question"])],
        "tools": _tools(entry["function"]),
        "later_tools": {at: _tools(functions) for at, functions in later.items()},
        "most_steps": prompts.MAXIMUM_STEP_LIMIT,
    }


def begin(category: str, id: str) -> None:
    """Put an item's world, and those of its checker, back to their beginning."""
    for name in [name for name in vars(executors) if name.endswith("_instance") and f"_{id}_" in name]:
        delattr(executors, name)


def execute(category: str, id: str, answer: Any) -> dict[str, Any]:
    """Outputs of an answer's calls in the item's world as it stands; none where it ends the turn."""
    try:
        calls = Handler().decode_execute(answer)
    except Exception as error:
        return {"ended": str(error)}
    if executors.is_empty_execute_response(calls):
        return {"ended": ""}
    entry = _items(category, True)[id]
    outputs, _ = executors.execute_multi_turn_func_call(
        calls, entry["initial_config"], entry["involved_classes"], MODEL, id, long_context="long_context" in category
    )
    return {"outputs": outputs}


def judge(category: str, id: str, answer: Any) -> dict[str, Any]:
    """The checker's verdict: `valid`, and the kind of error with what it says."""
    begin(category, id)
    try:
        verdict = _judged(category, id, answer)
    except Exception as reason:
        refusal: dict[str, Any] = verdicts.raised(reason)
        return refusal
    if verdict["valid"]:
        return {"valid": True, "error_type": "", "error": ""}
    error = verdict.get("error", "")
    kind = verdict.get("error_type")
    if isinstance(error, dict):
        kind = error.get("error_type", kind)
        error = error.get("error_message", error)
    said = " ".join(map(str, error)) if isinstance(error, list) else str(error)
    return {"valid": False, "error_type": str(kind), "error": said[:1000]}


def possible(category: str, id: str) -> Any:
    """What is right, in the benchmark's own form."""
    return _possible(category)[id]


def _judged(category: str, id: str, answer: Any) -> dict[str, Any]:
    entry = copy.deepcopy(_items(category, False)[id])
    handler = Handler()
    if data.is_relevance_or_irrelevance(category):
        found = runner._evaluate_single_relevance_entry(handler, id, answer, entry, MODEL, category)
    elif data.is_multi_turn(category):
        found = runner._evaluate_single_multi_turn_entry(
            handler, id, answer, _possible(category)[id], entry, MODEL, category
        )
    else:
        form, language = enums.ReturnFormat.PYTHON, enums.Language.PYTHON
        if data.is_java(category):
            form, language = enums.ReturnFormat.JAVA, enums.Language.JAVA
        elif data.is_js(category):
            form, language = enums.ReturnFormat.JAVASCRIPT, enums.Language.JAVASCRIPT
        found = runner._evaluate_single_ast_entry(
            handler, id, answer, _possible(category)[id], entry, MODEL, category, language, form
        )
    assert isinstance(found, dict)
    return found


def _tools(functions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = writing.convert_to_tool(
        functions, mappings.GORILLA_TO_OPENAPI, enums.ModelStyle.OPENAI_COMPLETIONS
    )
    return made


COMMANDS = {
    "about": about,
    "ids": ids,
    "item": item,
    "begin": begin,
    "execute": execute,
    "judge": judge,
    "possible": possible,
}
