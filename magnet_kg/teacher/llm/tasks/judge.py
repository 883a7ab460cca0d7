"""Judge which functions depend on what one function returns: one source, up to 30 candidates a call (METHOD.md §2)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import partial
from itertools import islice
from typing import Any, Literal

from pydantic import Field

from magnet_kg.catalog.concepts import leaf_schemas
from magnet_kg.domain.dependency import Binding, Dependency
from magnet_kg.domain.function import Function
from magnet_kg.teacher.llm.request import ModelRequest
from magnet_kg.teacher.llm.tasks.language import not_english
from magnet_kg.teacher.llm.tasks.rendering import LONGEST_TEXT, TaskAnswer, fenced, messages_of, short_text
from magnet_kg.teacher.protocol import Judgement
from magnet_kg.wording.prompts import load_prompt

PROMPT = "judge"
# A schema may have thousands of values; more than these are counted and not shown. There is one source, and there are
# thirty candidates, of which only what they take is needed, and briefly.
_MOST_OUTPUTS = 80
_MOST_PARAMETERS = 16
# Characters of the descriptions of an output, of a parameter, and of a candidate.
_LONGEST_OF_OUTPUT = 160
_LONGEST_OF_PARAMETER = 90
_LONGEST_CANDIDATE = 300
_MOST_VALUES = 6
_NEARBY = 5
_LONGEST_PATH = 80
_Schemas = Mapping[str, Mapping[str, Any]]


class JudgedBinding(TaskAnswer):
    """One output that goes into one parameter."""

    output: str = Field(description="path of the output, copied from the source's returns")
    parameter: str = Field(description="parameter of the candidate, copied from its takes")


class JudgedCandidate(TaskAnswer):
    """The judgement of one candidate."""

    candidate: int = Field(description="the candidate's number")
    reason: str = Field(description="one short English sentence")
    kind: Literal["none", "prerequisite", "output_is_input", "output_is_partial_input"]
    bindings: list[JudgedBinding] = Field(description="empty where the kind is none")
    nested: bool = Field(description="whether it gives the source's result in another form, unnamed")
    confidence: float = Field(description="from 0 to 1")


class JudgeAnswer(TaskAnswer):
    """The judgements of all candidates."""

    judgements: list[JudgedCandidate] = Field(description="one for each candidate, every number once")


def request(source: Function, candidates: Sequence[Function], sample: int = 0) -> ModelRequest[JudgeAnswer]:
    """The question for one source and its candidates, which are numbered from 1 in their order."""
    told = {
        **_shown(source, LONGEST_TEXT),
        "returns": _listed(outputs_of(source), _MOST_OUTPUTS, _LONGEST_OF_OUTPUT),
    }
    numbered = ({"candidate": number, **_shown(one, _LONGEST_CANDIDATE)} for number, one in enumerate(candidates, 1))
    return ModelRequest(
        task="judge",
        prompt_hash=load_prompt(PROMPT).hash,
        messages=messages_of(
            PROMPT,
            source=fenced("source", [told]),
            candidates=fenced("candidates", numbered),
            count=len(candidates),
        ),
        answer=JudgeAnswer,
        faults=partial(faults, source, candidates),
        sample=sample,
    )


def read(answer: JudgeAnswer, source: Function, candidates: Sequence[Function]) -> list[Judgement]:
    """One judgement for each candidate, in their order, of an answer without faults."""
    by_number = {one.candidate: one for one in answer.judgements}
    return [_judgement(one, by_number[number]) for number, one in enumerate(candidates, 1)]


def faults(source: Function, candidates: Sequence[Function], answer: JudgeAnswer) -> list[str]:
    """What is wrong with an answer, in sentences for the model; none where `read` makes good records of it."""
    counts = Counter(one.candidate for one in answer.judgements)
    found = [f"Candidate {n} is missing." for n in range(1, len(candidates) + 1) if not counts[n]]
    found += [f"Candidate {number} is judged {count} times." for number, count in counts.items() if count > 1]
    outputs = outputs_of(source)
    for one in answer.judgements:
        if 1 <= one.candidate <= len(candidates):
            wrong = _wrong(source.name, outputs, candidates[one.candidate - 1], one)
            found += [f"Candidate {one.candidate}: {told}" for told in wrong]
        else:
            found.append(f"There is no candidate {one.candidate}; they are numbered from 1 to {len(candidates)}.")
    if not_english(" ".join(one.reason for one in answer.judgements)):
        found.append("The reasons are not in English.")
    return found


def _judgement(target: Function, one: JudgedCandidate) -> Judgement:
    if one.kind == "none":
        return Judgement(target.id, reason=one.reason.strip())
    dependency = Dependency(
        kind=one.kind,
        bindings=tuple(Binding(output=b.output, parameter=b.parameter) for b in one.bindings),
        nested=one.nested,
        confidence=one.confidence,
        rationale=one.reason.strip(),
    )
    return Judgement(target.id, dependency)


def _wrong(source: str, outputs: _Schemas, target: Function, one: JudgedCandidate) -> Iterator[str]:
    if not one.reason.strip():
        yield "the reason is empty."
    if not 0 <= one.confidence <= 1:
        yield f"a confidence of {one.confidence:g} is not between 0 and 1."
    if one.kind == "none" and (one.bindings or one.nested):
        yield "kind none has no bindings and is not nested."
    if one.kind not in ("none", "prerequisite") and not one.bindings:
        yield f"kind {one.kind} needs at least one binding; without one it is a prerequisite or none."
    repeated = [name for name, n in Counter(_plain(b.parameter) for b in one.bindings).items() if n > 1]
    yield from (f"the parameter {name} has more than one binding." for name in repeated)
    parameters = parameters_of(target) if one.bindings else {}
    for binding in one.bindings:
        given, wanted = outputs.get(binding.output), parameters.get(binding.parameter)
        if given is None:
            yield f"{source} returns no {_brief(binding.output)!r}{_nearby(binding.output, outputs)}."
        if wanted is None:
            yield f"{target.name} takes no {_brief(binding.parameter)!r}{_nearby(binding.parameter, parameters)}."
        if given is not None and wanted is not None and not _can_be(given, wanted):
            told = f"{binding.output} is of type {_type(given)}, {binding.parameter} of type {_type(wanted)}"
            yield f"{told}; a value is passed on as it is."


def _nearby(path: str, known: Mapping[str, Any]) -> str:
    """What there is instead: paths with the same last name, then those that are written alike, then any."""
    last = _plain(path).rpartition(".")[2]
    same = [one for one in known if _plain(one).rpartition(".")[2] == last]
    alike = [*same, *get_close_matches(path, known, _NEARBY, 0.5), *known]
    shown = [_brief(one) for one in dict.fromkeys(alike)][:_NEARBY]
    return f" (there are, for instance, {', '.join(shown)})" if shown else " (there is nothing)"


def outputs_of(function: Function) -> dict[str, Mapping[str, Any]]:
    """The schema of every output by its binding path; one that is a scalar where it stands at the bottom."""
    return dict(leaf_schemas(function.returns or {}))


def parameters_of(function: Function) -> dict[str, Mapping[str, Any]]:
    """The schema of every parameter that a binding may name: those at the top, and the elements of lists (`ids[]`)."""
    found: dict[str, Mapping[str, Any]] = {}
    for name, schema in function.properties.items():
        if schema.get("type") == "array":
            found[f"{name}[]"] = schema.get("items", {})
        else:
            found[name] = schema
    return found


def _brief(path: str) -> str:
    return short_text(path, _LONGEST_PATH)


def _plain(path: str) -> str:
    return path.replace("[]", "")


def _shown(function: Function, longest: int) -> dict[str, Any]:
    return {
        "name": function.name,
        "toolkit": function.toolkit,
        "description": short_text(function.description, longest),
        "takes": _takes(function),
    }


def _takes(function: Function) -> dict[str, str]:
    """The parameters, the required ones first and all of them."""
    schemas = parameters_of(function)
    required = [name for name in schemas if _plain(name) in function.required]
    ordered = {name: schemas[name] for name in (*required, *(one for one in schemas if one not in required))}
    return _listed(ordered, max(_MOST_PARAMETERS, len(required)), _LONGEST_OF_PARAMETER, required)


def _listed(schemas: _Schemas, most: int, longest: int, required: Sequence[str] = ()) -> dict[str, str]:
    """What each value is, by its path; the first of them, where there are many."""
    told = {path: _told(schema, path in required, longest) for path, schema in islice(schemas.items(), most)}
    return told if len(schemas) <= most else {**told, "…": f"{len(schemas) - most} more"}


def _told(schema: Mapping[str, Any], required: bool, longest: int) -> str:
    told = str(schema.get("format") or _type(schema))
    if values := schema.get("enum"):
        told += f" ({' | '.join(map(str, values[:_MOST_VALUES]))}{' | …' if len(values) > _MOST_VALUES else ''})"
    told += ", required" if required else ""
    description = str(schema.get("description", ""))
    return f"{told}: {short_text(description, longest)}" if description else told


def _type(schema: Mapping[str, Any]) -> str:
    return " or ".join(sorted(_types(schema))) or "any"


def _types(schema: Mapping[str, Any]) -> set[str]:
    """The types of a schema but null; none where it does not say."""
    kinds = schema.get("type")
    if kinds is None:
        options = [_types(one) for one in (*schema.get("anyOf", ()), *schema.get("oneOf", ()))]
        return set().union(*options) if all(options) else set()
    return {*([kinds] if isinstance(kinds, str) else kinds)} - {"null"}


def _can_be(given: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Whether some value of the one schema is of a type of the other; what does not say its type can be any."""
    gives, takes = ({"number" if kind == "integer" else kind for kind in _types(one)} for one in (given, wanted))
    return not gives or not takes or bool(gives & takes)
