"""AgentDojo's user tasks and tools, read from its source: nothing of it is imported, let alone run."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

# What is known only when it is run: nothing before it, nothing after it.
_UNKNOWN = ["", ""]


def read_agentdojo(package: Path) -> tuple[list[tuple[str, str]], list[tuple[str, str, list[str]]]]:
    """The prompts of all versions of the user tasks, and the tools of all suites.

    Args:
        package: the folder of the package.

    Returns:
        (id, text) of prompts, and (name, description, parameters) of tools.
    """
    suites = package / "default_suites"
    questions = [
        (f"{path.parent.parent.name}/{path.parent.name}/{name}", text)
        for path in sorted(suites.glob("v*/*/user_tasks.py"))
        for name, text in _prompts(_parsed(path))
    ]
    offered = {name for path in suites.glob("v*/*/task_suite.py") for name in _offered(_parsed(path))}
    tools = [
        (node.name, _description(node), _parameters(node))
        for path in sorted(suites.glob("v*/tools/*.py"))
        for node in _parsed(path).body
        if isinstance(node, ast.FunctionDef) and node.name in offered
    ]
    return questions, tools


def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _prompts(module: ast.Module) -> Iterator[tuple[str, str]]:
    for node in module.body:
        if not isinstance(node, ast.ClassDef):
            continue
        texts: dict[str, list[str]] = {}
        for name, value in _assigned(node.body):
            texts[name] = _written(value, texts)
        for text in texts.get("PROMPT", ()):
            if text.strip():
                yield node.name, text


def _assigned(body: list[ast.stmt]) -> Iterator[tuple[str, ast.expr]]:
    for statement in body:
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            yield statement.targets[0].id, statement.value
        elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name) and statement.value:
            yield statement.target.id, statement.value


def _written(value: ast.expr, texts: dict[str, list[str]]) -> list[str]:
    """The text of an expression; where a part is known only when it is run, the texts before and after it."""
    if isinstance(value, ast.Constant):
        return [str(value.value)]
    if isinstance(value, ast.Name):
        return texts.get(value.id, _UNKNOWN)
    if isinstance(value, ast.FormattedValue):
        return _written(value.value, texts)
    if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Add):
        return _joined([_written(value.left, texts), _written(value.right, texts)])
    if isinstance(value, ast.JoinedStr):
        return _joined([_written(part, texts) for part in value.values])
    return _UNKNOWN


def _joined(parts: list[list[str]]) -> list[str]:
    pieces = [""]
    for part in parts:
        pieces[-1] += part[0]
        pieces += part[1:]
    return pieces


def _offered(module: ast.Module) -> Iterator[str]:
    """The names in a suite's list of tools."""
    for name, value in _assigned(module.body):
        if name == "TOOLS" and isinstance(value, ast.List):
            yield from (one.id for one in value.elts if isinstance(one, ast.Name))


def _description(node: ast.FunctionDef) -> str:
    """The docstring up to its parameters."""
    return (ast.get_docstring(node) or "").partition(":param")[0].strip()


def _parameters(node: ast.FunctionDef) -> list[str]:
    """What a model fills in: not what the environment puts in itself."""
    given = [*node.args.args, *node.args.kwonlyargs]
    return [one.arg for one in given if one.annotation is None or "Depends(" not in ast.unparse(one.annotation)]
