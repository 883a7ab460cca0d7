"""What people would read: reports of real results, messages of errors, and how many ways to ask there are."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from magnet_kg.catalog.concepts import is_sayable, stated_fact
from magnet_kg.domain.dialogue import FunctionCall, Observation
from magnet_kg.domain.errors import MagnetError
from magnet_kg.domain.fault import Fault
from magnet_kg.execution.toolkit import ToolFunction, Toolkit
from magnet_kg.teacher.rules.entries import FunctionPhrases, Known
from magnet_kg.teacher.rules.phrase_faults import line_of
from magnet_kg.teacher.rules.report import render_report

Calls = Sequence[tuple[FunctionCall, Observation]]
_MOST = 40
_UNFIT = re.compile(r"\bNone\b(?! of)|\{\{|\}\}|\{%|  | [,.;!?](?!\d)|undefined")
_SENTENCE = re.compile(r"^[A-Z“\"].*[.!?]$", re.DOTALL)
# What the package's own toolkits hold to.
_WAYS = {"imperative": 4, "question": 4, "situation": 4, "follow_up": 2, "reason": 4, "report": 4}
_QUESTIONS = 3
_WISHES = {"same": 8, "later": 6}


def check_reports(
    toolkit: Toolkit, phrases: Mapping[str, FunctionPhrases], results: Callable[[str], Calls]
) -> list[Fault]:
    """Reports that cannot be told of what the functions really gave, or that read like a fault.

    Args:
        toolkit: the toolkit.
        phrases: by function id.
        results: gives the calls of a function that succeeded.
    """
    path = toolkit.folder / "phrases.yaml"
    faults = []
    for one, entry in phrases.items():
        function = toolkit.functions[one]
        for index, source in enumerate(entry.report):
            what = next((told for call, seen in results(one)[:_MOST] if (told := _unfit(source, call, seen))), None)
            if what is not None:
                name = function.record.name
                line = line_of(path.read_text(encoding="utf-8"), ["functions", name, "report", index])
                faults.append(Fault(what=what, file=str(path), line=line, function=name))
    return faults


def _unfit(source: str, call: FunctionCall, seen: Observation) -> str | None:
    try:
        text = render_report(source, call, seen)
    except MagnetError as error:
        return f"this report cannot be told of a real result: {error.__cause__ or error.what}".rstrip(".")
    if not text:
        return f"this report says nothing of the real result {seen.output}"
    return f"this report reads “{text}” of a real result" if _UNFIT.search(text) else None


def check_errors(toolkit: Toolkit, calls: Mapping[str, Calls]) -> list[Fault]:
    """Messages of errors that are no sentences: the assistant tells them as they are."""
    faults = []
    for one, made in sorted(calls.items()):
        messages = (str(seen.output["error"]["message"]) for _, seen in made if seen.failed)
        odd = next((message for message in messages if not _SENTENCE.match(message)), None)
        if odd is not None:
            faults.append(toolkit.functions[one].fault(f"the message of an error is no sentence: “{odd}”"))
    return faults


def advise(toolkit: Toolkit, phrases: Mapping[str, FunctionPhrases]) -> list[Fault]:
    """Where there are fewer ways to ask and to tell than the package's own toolkits have."""
    faults = []
    for one, entry in sorted(phrases.items()):
        few = ", ".join(_few(toolkit.functions[one], entry))
        if few:
            path = toolkit.folder / "phrases.yaml"
            name = toolkit.functions[one].record.name
            line = line_of(path.read_text(encoding="utf-8"), ["functions", name])
            what = f"few ways to ask and to tell make users who sound alike: {few}"
            faults.append(Fault(what=what, file=str(path), line=line, function=name))
    return faults


def _few(function: ToolFunction, entry: FunctionPhrases) -> Iterable[str]:
    made = function.record
    lists = {**entry.ways, "reason": entry.reason, "report": entry.report}
    for form, enough in _WAYS.items():
        if form != "follow_up" or made.required:
            yield from _fewer(form, lists[form], enough)
    for name in made.required:
        said = not isinstance(entry.values.get(name), Known) and is_sayable(made, name)
        if said and stated_fact(made, name) is None:
            yield from _fewer(f"question_for {name}", entry.question_for.get(name, []), _QUESTIONS)
            yield from _fewer(f"answer {name}", entry.answer.get(name, []), _QUESTIONS)
    if entry.wish is not None:
        for key, sources in (("same", entry.wish.same), ("later", entry.wish.later)):
            yield from _fewer(f"wish {key}", sources, _WISHES[key])


def _fewer(name: str, sources: Sequence[str], enough: int) -> Iterable[str]:
    if len(set(sources)) < enough:
        yield f"{name} {len(set(sources))} of {enough}"
