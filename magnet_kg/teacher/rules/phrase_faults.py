"""What can be wrong with one function's phrases: each fault with its place in the file."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import jinja2
import yaml
from jinja2 import meta, nodes

from magnet_kg.catalog.concepts import stated_fact
from magnet_kg.domain.function import Function
from magnet_kg.execution.world import word_list
from magnet_kg.teacher.rules.entries import ChoiceOf, FunctionPhrases, TextOf, When, WordOf
from magnet_kg.teacher.rules.grammar import GrammarError, parse
from magnet_kg.wording.report import environment

_LONG = 80


def entry_faults(entry: FunctionPhrases, function: Function) -> list[tuple[list[str | int], str]]:
    """Everything that does not fit a function's schema: (place within the entry, what is wrong)."""
    faults: list[tuple[list[str | int], str]] = []
    required, optional = set(function.required), set(function.properties) - set(function.required)
    # What the system message states need not be said: "what time is it in Oslo when it's noon here".
    said = {name for name in required if stated_fact(function, name) is None}
    spoken = optional & entry.values.keys()

    def check(
        place: list[str | int],
        source: str,
        allowed: set[str],
        needed: set[str] = frozenset(),  # type: ignore[assignment]
        bracketed: set[str] = frozenset(),  # type: ignore[assignment]
    ) -> None:
        try:
            template = parse(source)
        except GrammarError as error:
            faults.append((place, f"“{source}”: {error}"))
            return
        for name in sorted((template.needed | template.optional) - allowed):
            faults.append((place, f"“{source}”: unknown slot {{{name}}}"))
        for name in sorted(needed - template.needed):
            faults.append((place, f"“{source}”: the required {{{name}}} must stand in it, outside of brackets"))
        for name in sorted(bracketed - template.optional):
            faults.append((place, f"“{source}”: the optional {{{name}}} must stand in it, inside brackets"))

    for form in ("imperative", "question", "situation"):
        for index, source in enumerate(entry.ways[form]):
            check([form, index], source, required | spoken, said, spoken)
    for index, source in enumerate(entry.follow_up):
        check(["follow_up", index], source, required | spoken)
    for index, source in enumerate(entry.reason):
        check(["reason", index], source, set())
    for index, source in enumerate(entry.beside):
        check(["beside", index], source, set())
    for index, source in enumerate(entry.stands_for):
        check(["stands_for", index], source, required | spoken)
    if entry.wish:
        for key, sources in (("same", entry.wish.same), ("later", entry.wish.later)):
            for index, source in enumerate(sources):
                check(["wish", key, index], source, required | spoken)
    for parameter, value in entry.values.items():
        if parameter not in function.properties:
            faults.append((["values", parameter], f"unknown parameter {parameter}"))
        elif isinstance(value, ChoiceOf):
            closed = function.properties[parameter].get("enum")
            strange = [key for key in value.of if closed is not None and key not in closed]
            faults += [(["values", parameter, "of", str(key)], f"{key} is none of {closed}") for key in strange]
        if isinstance(value, WordOf) and not word_list(value.list):
            faults.append((["values", parameter], f"there is no list of words called {value.list}"))
        if isinstance(value, TextOf):
            for index, source in enumerate(value.of):
                check(["values", parameter, "of", index], source, set())
        if isinstance(value, When) and value.after is not None and value.after not in function.properties:
            faults.append((["values", parameter], f"after: unknown parameter {value.after}"))
    for key, texts in (("question_for", entry.question_for), ("answer", entry.answer)):
        for parameter, sources in texts.items():
            if parameter not in function.properties:
                faults.append(([key, parameter], f"unknown parameter {parameter}"))
            for index, source in enumerate(sources):
                check([key, parameter, index], source, {parameter} if key == "answer" else set())
    for path, gives in entry.gives.items():
        fields = fields_beside(function.returns or {}, path)
        if fields is None:
            faults.append((["gives", path], f"{path} is not an output of this function"))
            continue
        for index, source in enumerate(gives.named):
            check(["gives", path, "named", index], source, fields)
        for number, pick in enumerate(gives.pick):
            if "[]" not in path:
                faults.append((["gives", path, "pick", number], "only an element of a list can be picked"))
            if (pick.by is None) == (pick.take in ("min", "max")) or (pick.by and pick.by not in fields):
                faults.append((["gives", path, "pick", number], f"by: min and max need one of {sorted(fields)}"))
    # What is returned may have any field only where nobody has said which.
    result = (function.returns or {}).get("properties", {})
    for index, source in enumerate(entry.report):
        told = f"“{source}”" if len(source) <= _LONG else f"“{source[:_LONG]}…”"
        try:
            tree = environment().parse(source)
            environment().from_string(source)
        except jinja2.TemplateError as error:
            faults.append((["report", index], f"{told}: {error}"))
            continue
        made = {name.name for name in tree.find_all(nodes.Name) if name.ctx == "store"}
        for name in sorted(meta.find_undeclared_variables(tree) - made - {"args", "result", *result}) if result else ():
            faults.append((["report", index], f"{told}: {name} is no field of the result"))
    return faults


def fields_beside(schema: Mapping[str, Any], path: str) -> set[str] | None:
    """The fields of the object that holds the value at a path, or None where the schema has no such path."""
    node: Any = schema
    fields: set[str] = set()
    for name in path.split("."):
        plain = name.removesuffix("[]")
        properties = node.get("properties", {})
        if plain not in properties:
            return None
        fields = set(properties)
        node = properties[plain]
        if name.endswith("[]"):
            node = node.get("items", {})
            fields = {"value"}
    return fields


def line_of(text: str, place: list[Any]) -> int:
    """The line of the entry at a place in the YAML, as deep as it can be followed."""
    node = _composed(text)
    line = 0
    for part in place:
        child = None
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                if key.value == str(part) or (part == "source" and key.value == "from"):
                    line, child = key.start_mark.line, value
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            child = node.value[part]
            line = child.start_mark.line
        if child is None:
            break
        node = child
    return line + 1


@lru_cache(maxsize=4)
def _composed(text: str) -> yaml.Node | None:
    node: yaml.Node | None = yaml.compose(text, Loader=yaml.SafeLoader)
    return node
