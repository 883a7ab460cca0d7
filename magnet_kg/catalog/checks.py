"""What is wrong with a function that a loader read, whatever it was read from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import orjson

from magnet_kg.catalog.schemas import DEEPEST, depth
from magnet_kg.domain.fault import Fault
from magnet_kg.domain.function import Function

LONGEST_TEXT = 20_000
# Each of these opens one level of a schema at most.
_LEVELS = (b'roperties":{', b'"items":{', b'Of":[', b'"not":{', b'"$defs":{', b'"definitions":{', b'"prefixItems":[')
_CHARACTERS = 60
# Whatever reads such a schema would ask the network.
_LEADS_AWAY = re.compile(rb'"\$(?:ref|dynamicRef|recursiveRef)":"(?!#)')
# What speaks to whoever judges, instead of saying what a function does: words of which one is in it (to look for words
# is ten times faster), and the form. Narrow: catalogs speak of models, prompts and instructions too.
_THING = "(?:function|tool|pair|candidate|edge|dependenc)"
_SPEAKS_TO_JUDGE = tuple(
    (signs, re.compile(form))
    for signs, form in (
        (
            ("ignore ", "disregard ", "forget ", "override "),
            r"\b(?:ignore|disregard|forget|override) (?:(?:all|any|the|your|of|my|these) )*"
            r"(?:previous|prior|above|earlier|preceding|other) "
            r"(?:instruction|prompt|direction|rule|candidate|function|tool)s?\b",
        ),
        (
            ("judge", "grader", "evaluator"),
            r"\b(?:dear|hey|attention|note to|message to)[:,]? (?:the |any )?(?:judge|grader|evaluator)s?\b",
        ),
        (("output is ", "output_is"), r"\boutput[_ ]is[_ ](?:partial[_ ])?input\b"),
        (("confidence",), r"\bconfidence (?:of |is |= ?|: ?)?(?:1(?:\.0+)?\b|100 ?%)"),
        (
            (" dependenc", " candidate", "every function", "all functions", "every tool", "all tools"),
            rf"\b(?:mark|judge|rate|classify|declare|report|accept|approve) (?:this|every|all|each|any) {_THING}",
        ),
        (
            ("s feed", "n feeds", "s depend", "n depends"),
            rf"\b(?:every|all|any) (?:other )?{_THING}s? (?:feed|depend)s?\b",
        ),
        (("<|", "inst]", "sys>>"), r"<\|(?:im_start|im_end|system|user|assistant|endoftext)\|>|\[/?inst\]|<</?sys>>"),
    )
)  # fmt: skip


def check_function(function: Function, file: str) -> Fault | None:
    """The first thing that is wrong with a function, or None.

    Args:
        function: as a loader gave it.
        file: its source, for the place.
    """

    def fault(what: str, do: str) -> Fault:
        return Fault(what=what, file=file, function=function.name, do=do)

    try:
        text = orjson.dumps([function.description, function.parameters, function.returns])
    except TypeError:  # deeper than orjson goes, or no JSON
        text = None
    if text is None or sum(text.count(mark) for mark in _LEVELS) >= DEEPEST:
        deepest = max(depth(function.parameters), depth(function.returns))
        if deepest > DEEPEST:
            return fault(f"its schema is {deepest} levels deep, over {DEEPEST}", "Flatten it")
    if text is None:
        return fault("its schema holds what JSON has no form for", "Correct it")
    if _LEADS_AWAY.search(text) is not None:
        return fault("a $ref of its schema leads away from it", "Write what it refers to into the schema")
    if len(text) > LONGEST_TEXT:
        for told in _texts(function):
            if (size := len(told.encode(errors="replace"))) > LONGEST_TEXT:
                return fault(f"a description of {size // 1000} kB, over {LONGEST_TEXT // 1000}", "Shorten it")
    if told_judge := _speaks_to_judge(text.decode()):
        what = f"a description tells the judge what to answer: “{told_judge[:_CHARACTERS]}”"
        return fault(what, "Read it, and correct it at its source")
    return None


def _speaks_to_judge(text: str) -> str | None:
    """What of these texts speaks to the judge."""
    small = text.lower()
    for signs, form in _SPEAKS_TO_JUDGE:
        if any(sign in small for sign in signs) and (found := form.search(small)) is not None:
            return found[0]
    return None


def _texts(function: Function) -> Iterator[str]:
    """Every description of a function and of its values."""
    yield function.description
    stack: list[Any] = [function.parameters, function.returns]
    while stack:
        node = stack.pop()
        if isinstance(node, dict):
            if isinstance(told := node.get("description"), str):
                yield told
            stack += node.values()
        elif isinstance(node, list):
            stack += node
