"""grounded: every argument is traced to its origin, and the origin verified from the row alone."""

from __future__ import annotations

from typing import Any

from magnet_kg.domain.choosing import choose
from magnet_kg.domain.dialogue import FunctionCall, Origin
from magnet_kg.domain.errors import Untranslatable
from magnet_kg.domain.values import leaves, lookup, siblings
from magnet_kg.validation.failure import Evidence, Failure, Reading
from magnet_kg.wording import forms
from magnet_kg.wording.calendar import write_date
from magnet_kg.wording.written import is_whole, shows

CHECK = "grounded"
NO_ORIGIN = "value without an origin"


def check_grounded(reading: Reading, evidence: Evidence) -> list[Failure]:
    """Failures of values without an origin, and of origins that do not give the value."""
    failures = []
    for call in reading.trajectory.calls:
        origins = {origin.parameter: origin for origin in call.origins}
        for path, value in leaves(call.arguments) if call.arguments else ():
            origin = origins.get(path) or origins.get(path.split(".")[0])
            reason = NO_ORIGIN if origin is None else _fault(reading, evidence, call, origin, value)
            if reason is not None:
                failures.append(Failure(check=CHECK, reason=reason, detail=f"{call.id}.{path} = {value!r}"))
    return failures


def _fault(reading: Reading, evidence: Evidence, call: FunctionCall, origin: Origin, value: Any) -> str | None:
    match origin.source:
        case "said" | "known":
            return _said(reading, evidence, call, origin, value)
        case "bound" | "chosen":
            return _found(reading, call, origin, value)
        case "stated":
            facts = {
                "currency": reading.trajectory.context.currency,
                "time_zone": reading.trajectory.context.time_zone,
            }
            stated = facts.get(origin.form or "")
            first = reading.trajectory.messages[0]
            told = stated is not None and first.role == "system" and stated in first.content
            return None if told and stated == value else "value is not what the system message states"
        case "computed":
            return _computed(reading, evidence, call, origin, value)
        case "default":
            schema = evidence.functions[call.function].properties.get(origin.parameter.split(".")[0], {})
            return None if "default" in schema and schema["default"] == value else "value is not the declared default"


def _said(reading: Reading, evidence: Evidence, call: FunctionCall, origin: Origin, value: Any) -> str | None:
    text = _span(reading, call, origin)
    if text is None:
        return "the words are not in the message"
    if origin.form in ("day", "moment") and not _states_today(reading):
        return "the system message does not state today"
    lexicon = evidence.lexicon(call.function, origin.parameter.split(".")[0])
    meant = forms.read(text, origin.form or "verbatim", reading.trajectory.context, lexicon)
    return None if meant is not None and forms.same(meant, value) else "the words do not mean the value"


def _states_today(reading: Reading) -> bool:
    """Days are read from a today that the model must be told; without a year they mean nothing either."""
    first, today = reading.trajectory.messages[0], reading.trajectory.context.now.date()
    return first.role == "system" and f"{write_date(today)} {today.year}" in first.content


def _span(reading: Reading, call: FunctionCall, origin: Origin) -> str | None:
    """The words of an origin if they stand where it says, in a message before the call."""
    turn = origin.turn or ""
    if turn not in reading.user_messages or origin.start is None or origin.end is None:
        return None
    if reading.order[turn] > reading.order.get(call.id, -1):
        return None
    said = reading.own_words(turn)
    text = said[origin.start : origin.end]
    return text if text and text == origin.text and is_whole(said, origin.start, origin.end) else None


def _found(reading: Reading, call: FunctionCall, origin: Origin, value: Any) -> str | None:
    if origin.call not in reading.outputs or origin.path is None:
        return "the output it comes from is not in the row"
    if reading.order[origin.call] >= reading.order.get(call.id, -1):
        return "the output it comes from came later"
    output = reading.outputs[origin.call].output
    try:
        found = lookup(output, origin.path)
    except (LookupError, ValueError):
        return "the output has no such path"
    if not forms.same(found, value):
        return "the output holds another value"
    if origin.source == "bound":
        return "a choice without a criterion" if _picks(call, origin, output) else None
    return _chosen(reading, call, origin, output)


def _picks(call: FunctionCall, origin: Origin, output: Any) -> bool:
    """Whether a bound value is one of several in a list, and nothing else of the call comes from the same element."""
    path = origin.path or ""
    if len({str(f.value) for f in siblings(output, path)}) < 2:
        return False
    element = path.rpartition(".")[0]
    beside = (o for o in call.origins if o.source == "chosen" and o.call == origin.call and o.path)
    return not any((o.path or "").rpartition(".")[0] == element for o in beside)


def _chosen(reading: Reading, call: FunctionCall, origin: Origin, output: Any) -> str | None:
    if origin.criterion is None or origin.path is None:
        return "a choice without a criterion"
    if origin.turn is not None and _span(reading, call, origin) is None:
        return "the words are not in the message"
    if origin.turn is None and origin.criterion.take != "first":
        return "nobody said the criterion"
    beside = siblings(output, origin.path)
    try:
        one = choose(beside, origin.criterion)
    except Untranslatable as failure:
        return f"{failure.reason}"
    if one.path != origin.path and one.value != lookup(output, origin.path):
        return "the criterion chooses another one"
    for value in origin.criterion.match.values():
        if not shows(origin.text or "", value, ignore_case=True):
            return "the words do not name what is chosen"
    return None


def _computed(reading: Reading, evidence: Evidence, call: FunctionCall, origin: Origin, value: Any) -> str | None:
    if not origin.inputs or isinstance(value, bool) or not isinstance(value, int | float):
        return "the computation gives another value"
    inputs = []
    for part in origin.inputs:
        if part.call not in reading.outputs or part.path is None:
            return "an input of the computation is not in the row"
        try:
            inputs.append(float(lookup(reading.outputs[part.call].output, part.path)))
        except (LookupError, ValueError, TypeError):
            return "an input of the computation is no number"
        fault = _fault(reading, evidence, call, part, inputs[-1])
        if fault is not None:
            return fault
    results = {"sum": sum(inputs), "difference": inputs[0] - sum(inputs[1:])}
    if origin.operation not in results:
        return "an unknown computation"
    return None if abs(results[origin.operation] - float(value)) < 0.005 else "the computation gives another value"
