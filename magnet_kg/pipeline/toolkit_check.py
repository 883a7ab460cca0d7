"""Everything that is wrong with a toolkit, told at once: its code, its phrases, and what comes of running it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from magnet_kg.catalog.concepts import is_sayable
from magnet_kg.domain.fault import Fault
from magnet_kg.domain.record import Record
from magnet_kg.execution.finding import ToolkitImportError, clashes, find_beside, load_toolkit, toolkit_folders
from magnet_kg.execution.toolkit import ToolFunction, Toolkit
from magnet_kg.execution.toolkits import ToolkitExecutor
from magnet_kg.paths.shapes import PathSettings
from magnet_kg.pipeline.elsewhere import check_elsewhere
from magnet_kg.pipeline.told import advise, check_errors, check_reports
from magnet_kg.pipeline.trial import WORLDS, Stage, Trial, replay, try_out
from magnet_kg.pipeline.unseeded import find_unseeded
from magnet_kg.pipeline.watched import Watch, check_worlds
from magnet_kg.pipeline.workbench import make_evidence
from magnet_kg.teacher.rules.phrases import FunctionPhrases, toolkit_phrases
from magnet_kg.teacher.rules.teacher import RulesTeacher

# Dialogues whose calls are made again in another process.
_ELSEWHERE = 30


class ToolkitReport(Record):
    """What there is to say of one toolkit.

    Attributes:
        toolkit: its name; None where it could not be imported.
        folder: where it is.
        functions: how many it has.
        errors: what has to be mended.
        advice: what would make better rows.
        dialogues: how many were made with its functions.
        calls: how many calls of its functions were in them.
        held: how many of the dialogues pass every check of a row.
        rejected: why the others do not, the most frequent reason first.
    """

    toolkit: str | None
    folder: str
    functions: int = 0
    errors: tuple[Fault, ...] = ()
    advice: tuple[Fault, ...] = ()
    dialogues: int = 0
    calls: int = 0
    held: int = 0
    rejected: dict[str, int] = {}


def check_toolkits(path: Path, others: Sequence[Path] = ()) -> list[ToolkitReport]:
    """A report on the toolkit in a folder, or on each of several in it.

    Args:
        path: the folder of a toolkit, or of several.
        others: folders of toolkits that are there too, because these need their functions.

    Raises:
        MagnetError: there is no toolkit in the folder, or one of the others has a fault.
    """
    folders = toolkit_folders([path])
    reports: dict[Path, ToolkitReport] = {}
    loaded: list[Toolkit] = []
    for folder in folders:
        try:
            loaded.append(load_toolkit(folder))
        except ToolkitImportError as error:
            reports[folder] = ToolkitReport(toolkit=None, folder=str(folder), errors=(error.fault,))
    # Together with what is there already; one of the package's own may be checked too.
    beside = find_beside(folders, others)
    for toolkit in loaded:
        report, trial, watch = _check(toolkit, [*beside, *(t for t in loaded if t is not toolkit)])
        if trial.dialogues and not report.errors and not any(t.faults for t in loaded):
            # Only what is good so far: it takes a process of its own.
            check_elsewhere(path, others, trial.dialogues[:_ELSEWHERE], watch)
            report = report.model_copy(update={"errors": tuple(watch.faults)})
        reports[toolkit.folder] = report
    return [reports[folder] for folder in folders]


def _check(toolkit: Toolkit, others: Sequence[Toolkit]) -> tuple[ToolkitReport, Trial, Watch]:
    phrases, wrong_phrases = toolkit_phrases(toolkit)
    errors = [*toolkit.faults, *_names(toolkit), *clashes([*others, toolkit]), *wrong_phrases]
    errors += find_unseeded(toolkit)
    advice: list[Fault] = []
    trial, watch = Trial(), Watch(toolkit)
    same_name = any(other.name == toolkit.name for other in others)
    if toolkit.functions and not same_name:
        spoiled = {fault.function for fault in errors}
        usable = {one: entry for one, entry in phrases.items() if toolkit.functions[one].record.name not in spoiled}
        trial = _run(toolkit, others, usable, watch)
        errors += watch.faults
        if not toolkit.faults and not any(fault.function is None for fault in watch.faults):
            told = {fault.function for fault in errors}
            errors += [f for f in _unreached(toolkit, trial) if f.function not in told]
        errors += check_reports(toolkit, usable, trial.succeeded)
        advice += [*advise(toolkit, usable), *check_errors(toolkit, trial.calls), *_unsaid(toolkit, trial)]
    report = ToolkitReport(
        toolkit=toolkit.name,
        folder=str(toolkit.folder),
        functions=len(toolkit.functions),
        errors=tuple(dict.fromkeys(errors)),
        advice=tuple(advice),
        dialogues=len(trial.dialogues),
        calls=sum(len(made) for made in trial.calls.values()),
        held=trial.held,
        rejected=dict(trial.rejected.most_common()),
    )
    return report, trial, watch


def _names(toolkit: Toolkit) -> list[Fault]:
    file = str(toolkit.file)
    faults = []
    if not toolkit.name.isidentifier():
        faults.append(Fault(what=f"“{toolkit.name}” is no name for a toolkit: ids are made of it", file=file, line=1))
    if not toolkit.functions and not toolkit.faults:
        do = "Put @toolkit.function above each function"
        faults.append(Fault(what="the toolkit has no functions", file=file, line=1, do=do))
    for function in toolkit.functions.values():
        returns = function.record.returns or {}
        if not returns.get("properties"):
            what = "its result has no fields: nothing can be fed from it, or told of it"
            faults.append(function.fault(what, "Return a dataclass"))
        for name, schema in function.record.properties.items():
            if not schema.get("type") and not schema.get("enum"):
                do = "Use one plain type, Literal, date or datetime"
                faults.append(function.fault(f"parameter {name} has no type that models are told", do))
    return faults


def _run(toolkit: Toolkit, others: Sequence[Toolkit], phrases: dict[str, FunctionPhrases], watch: Watch) -> Trial:
    taken = {f.record.name for other in others for f in other.functions.values()}
    watched = watch.watched()
    watched.functions = {one: f for one, f in watched.functions.items() if f.record.name not in taken}
    sound = [other for other in others if not other.faults]
    executor, again = ToolkitExecutor([*sound, watched]), ToolkitExecutor([*sound, watched])
    if not watched.functions or not check_worlds(executor, again, watch, range(WORLDS)):
        return Trial()
    stage = Stage(watched.functions, executor.functions, RulesTeacher({}))
    used = {function.toolkit for function in stage.functions.values()}
    known = {
        one: entry for t in sound if t.name in used for one, entry in toolkit_phrases(t, read_only=True)[0].items()
    } | phrases
    teacher = RulesTeacher(known)
    trial = try_out(stage, executor, teacher, make_evidence(executor, teacher), PathSettings())
    asyncio.run(replay(trial, again, watch))
    return trial


def _unsaid(toolkit: Toolkit, trial: Trial) -> list[Fault]:
    """Functions that are called in passing, for an id, although nothing in a request says what they need to know."""
    faults = []
    for one, reasons in sorted(trial.trouble.items()):
        mark = f"no source for {one.rpartition('/')[2]}."
        lost = Counter({reason.rpartition(".")[2]: n for reason, n in reasons.items() if reason.startswith(mark)})
        if one in toolkit.functions and lost:
            name, count = lost.most_common(1)[0]
            what = f"where it is only a means to get an id, nobody says its {name}: {count} dialogues were given up"
            do = f"Give it stands_for in phrases.yaml, such as “the first … of {{{name}}}”"
            faults.append(toolkit.functions[one].fault(what, do))
    return faults


def _unreached(toolkit: Toolkit, trial: Trial) -> list[Fault]:
    """Functions that no dialogue has a successful call of: no data set would get anything of them."""
    faults = []
    for one, function in sorted(toolkit.functions.items()):
        if trial.succeeded(one):
            continue
        told, do = _why_unreached(function, trial)
        faults.append(function.fault(f"no dialogue reaches it: {told}", do))
    return faults


def _why_unreached(function: ToolFunction, trial: Trial) -> tuple[str, str | None]:
    """Why no dialogue has a successful call of a function, and what would help."""
    one = function.record.id
    for name in (p for p in function.record.required if not is_sayable(function.record, p)):
        giving = trial.producers.get((one, name), [])
        if not giving:
            do = f"Return {name}, under this name, from a function that searches or lists"
            return f"no function gives its {name}", do
        if not any(trial.succeeded(source) for source in giving):
            return f"what gives its {name} was never called either: {', '.join(giving[:3])}", None
    codes = Counter(f"fails: {seen.output['error']['code']}" for _, seen in trial.calls.get(one, ()))
    why = trial.trouble.get(one, Counter()) + codes
    if not why:
        return "no path led to it", None
    reason, count = why.most_common(1)[0]
    do = "Let the values in phrases.yaml, and the state, be such that most calls succeed"
    return f"{reason} ({count} of {why.total()} tries)", do if reason.startswith("fails: ") else None
