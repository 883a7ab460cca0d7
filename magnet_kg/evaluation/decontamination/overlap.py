"""What of a training row overlaps with a benchmark: the rules (METHOD.md §10, decontaminated).

| rule | a row overlaps when |
|---|---|
| `question` | 13 words in a row of one of its user messages stand in one of the benchmark's questions |
| `short_question` | a question of 5 to 12 words stands whole in a user message; one of 3 or 4 is the message |
| `name_called` | the assistant calls a function that has the name of one of the benchmark's |
| `name_and_schema` | it is offered a function of the same name that shares half of the parameters |
| `schema` | it is offered a function with the same parameters whose description says the same, whatever its name |

Words are compared without case, accents' form and punctuation; names without case and separators (`listTides`,
`list_tides` and `list.tides` are one). Thirteen words are what others use since GPT-3: shorter runs ("what is the
weather like in new york this weekend") are said by chance. One or two words ("Yes", "help me") are no question.

A name that is called is taught: its letters are what the loss covers and what the benchmark scores, so it counts
however general it is and whatever its parameters. A name that is offered and not called stands in the prompt alone:
`search` with other parameters is another function. A schema counts without the name too, since it decides which
arguments are written; but `{query}` or `{city}` alone are shared by functions that have nothing else in common, hence
the descriptions, and more of them the fewer the parameters.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import orjson

from magnet_kg.catalog.words import singular
from magnet_kg.evaluation.decontamination.benchmark import Benchmark, Tool, tool_of

Rule = Literal["question", "short_question", "name_called", "name_and_schema", "schema"]
RULES: tuple[Rule, ...] = ("question", "short_question", "name_called", "name_and_schema", "schema")

NGRAM = 13
# A question shorter than this is compared with whole messages only; one of fewer than the second, not at all.
LEAST_WITHIN, LEAST_WHOLE = 5, 3
# Share of parameter names that a function of the same name must have in common.
SHARED_PARAMETERS = 0.5
# Share of the descriptions' words in common, by the number of parameters. Measured on 37,982 functions of toolkits and
# clouds against BFCL's: with one parameter unrelated ones reach 0.5 ("Gets information about a …"), with two 0.29, with
# three 0.14.
SAME_DESCRIPTION = {1: 0.75, 2: 0.5}
SAME_DESCRIPTION_MORE = 0.4

_WORD = re.compile(r"[^\W_]+")
_SMALL = frozenset(
    """
    a an and any are as at be by for from given in into is it its of on or that the their this to used using with
    """.split()
)


@dataclass(frozen=True)
class Overlap:
    """One thing that a row and a benchmark share.

    Attributes:
        rule: by which it counts.
        benchmark: its name.
        ours: the row's words, or the name of its function.
        theirs: the id of the question, or the name of the benchmark's function.
    """

    rule: Rule
    benchmark: str
    ours: str
    theirs: str


class Overlaps:
    """An index of benchmarks that rows are held against.

    Args:
        benchmarks: what must not be in a training set.
    """

    def __init__(self, benchmarks: Sequence[Benchmark]) -> None:
        self.benchmarks = tuple(benchmarks)
        self._runs: dict[str, tuple[str, str]] = {}
        self._within: dict[str, tuple[str, str]] = {}
        self._whole: dict[str, tuple[str, str]] = {}
        self._named: dict[str, list[tuple[str, Tool]]] = defaultdict(list)
        self._shaped: dict[frozenset[str], list[tuple[str, Tool, frozenset[str]]]] = defaultdict(list)
        self._seen: dict[Tool, tuple[Overlap, ...]] = {}
        self.skipped = 0
        for benchmark in benchmarks:
            for question in benchmark.questions:
                self._add_question(question.text, (benchmark.name, question.id))
            for tool in benchmark.tools:
                self._named[normal_name(tool.name)].append((benchmark.name, tool))
                shape = _shape(tool)
                if shape:
                    self._shaped[shape].append((benchmark.name, tool, description_words(tool.description)))
        self._lengths = tuple(sorted({len(run.split()) for run in self._within}))

    def of_row(self, row: Mapping[str, Any]) -> tuple[Overlap, ...]:
        """Everything that a row shares with the benchmarks, each once.

        Args:
            row: of an export, SFT or preference; any row with `messages` (or `prompt`, `chosen`, `rejected`) in
                OpenAI's form, and `tools`, as a list or a JSON string, where it has some.

        Raises:
            AttributeError, KeyError, TypeError, ValueError: it is no such row.
        """
        messages = [one for key in ("messages", "prompt", "chosen", "rejected") for one in row.get(key) or ()]
        found: dict[Overlap, None] = {}
        for message in messages:
            if message["role"] == "user":
                found |= dict.fromkeys(self.of_message(message["content"] or ""))
        called = dict.fromkeys(str(name) for message in messages for name in _called(message))
        for name in called:
            found |= dict.fromkeys(self._of_called(name))
        for tool in _offered(row):
            found |= dict.fromkeys(self.of_tool(tool))
        return tuple(found)

    def of_message(self, text: str) -> Iterable[Overlap]:
        """The questions that a user message holds words of, each once."""
        words = normal_words(text)
        whole = " ".join(words)
        found: dict[tuple[str, str], Overlap] = {}
        if whole in self._whole:
            found[self._whole[whole]] = Overlap("short_question", self._whole[whole][0], whole, self._whole[whole][1])
        for length, index, rule in self._windows(len(words)):
            for at in range(len(words) - length + 1):
                run = " ".join(words[at : at + length])
                if run in index and index[run] not in found:
                    found[index[run]] = Overlap(rule, index[run][0], run, index[run][1])
        return found.values()

    def of_tool(self, tool: Tool) -> tuple[Overlap, ...]:
        """The benchmark's functions that an offered one is too much alike."""
        if tool not in self._seen:
            self._seen[tool] = tuple(self._alike(tool))
        return self._seen[tool]

    def _windows(self, length: int) -> Iterator[tuple[int, Mapping[str, tuple[str, str]], Rule]]:
        yield NGRAM, self._runs, "question"
        for short in self._lengths:
            if short <= length:
                yield short, self._within, "short_question"

    def _of_called(self, name: str) -> Iterator[Overlap]:
        for benchmark, tool in self._named.get(normal_name(name), ()):
            yield Overlap("name_called", benchmark, name, tool.name)

    def _alike(self, tool: Tool) -> Iterator[Overlap]:
        shape = _shape(tool)
        for benchmark, theirs in self._named.get(normal_name(tool.name), ()):
            other = _shape(theirs)
            if len(shape & other) >= SHARED_PARAMETERS * len(shape | other):
                yield Overlap("name_and_schema", benchmark, tool.name, theirs.name)
        if shape not in self._shaped:
            return
        said = description_words(tool.description)
        for benchmark, theirs, words in self._shaped[shape]:
            if similarity(said, words) >= SAME_DESCRIPTION.get(len(shape), SAME_DESCRIPTION_MORE):
                yield Overlap("schema", benchmark, tool.name, theirs.name)

    def _add_question(self, text: str, source: tuple[str, str]) -> None:
        words = normal_words(text)
        if len(words) >= NGRAM:
            for at in range(len(words) - NGRAM + 1):
                self._runs.setdefault(" ".join(words[at : at + NGRAM]), source)
        elif len(words) >= LEAST_WITHIN:
            self._within.setdefault(" ".join(words), source)
        elif len(words) >= LEAST_WHOLE:
            self._whole.setdefault(" ".join(words), source)
        else:
            self.skipped += 1


def normal_words(text: str) -> list[str]:
    """The words of a text, without case and punctuation."""
    return _WORD.findall(unicodedata.normalize("NFKC", text).casefold().replace("'", "").replace("’", ""))


def normal_name(name: str) -> str:
    """A name without case and separators."""
    return "".join(_WORD.findall(unicodedata.normalize("NFKC", name).casefold()))


def description_words(text: str) -> frozenset[str]:
    """The words of a description that say something, singular."""
    return frozenset(singular(word) for word in normal_words(text) if word not in _SMALL)


def similarity(one: frozenset[str], other: frozenset[str]) -> float:
    """The share of the words of both that they have in common (Jaccard); 0 where neither has any."""
    return len(one & other) / len(one | other) if one or other else 0.0


def _shape(tool: Tool) -> frozenset[str]:
    return frozenset(normal_name(name) for name in tool.parameters)


def _called(message: Mapping[str, Any]) -> Iterator[str]:
    for call in message.get("tool_calls") or ():
        yield call["function"]["name"]


def _offered(row: Mapping[str, Any]) -> Iterable[Tool]:
    added = _read(row.get("tools_added")) or {}
    offered = [*(_read(row.get("tools")) or ()), *(one for some in added.values() for one in some)]
    return dict.fromkeys(tool_of(one) for one in offered)


def _read(value: Any) -> Any:
    return orjson.loads(value) if isinstance(value, str) else value
