"""What the rules judge finds of the values that really flow, and how much of what it says is real.

    python benchmarks/judge.py [--worlds 3] [--seed 1] [--show 20] [--candidates]

The bar: of the pairs of functions between which values really flow, the judge finds at least 0.85 (recall); of the
value-flow edges that it judges, at least 0.85 are real (precision). It sees names, types, descriptions and schemas;
the truth is found by running (`benchmarks/flows.py`), without a look at judgements or concepts:

1. In each of several generated worlds every function is called, several rounds long, so that functions which need an id
   are reached. Values are drawn as the rules teacher draws them; what no phrase has words for comes from what others
   returned. What new things came of it (a booking, a playlist) stays in the world.
2. Values that a function returned are given to every parameter of every other function that takes strings, the other
   arguments as in a call that worked, or, where they must fit one another (a seat and its booking), from the same call
   as the value. A source that changes the world is tried in the world that it leaves behind.
3. Control: the same parameter is given made-up words, made-up ids, and its own good value with other digits. If it
   takes one of them, acceptance says nothing and the parameter is not decided by running. An error other than those
   which the made-up values met ("already cancelled") shows that the value was understood. A search that finds nothing
   at all has refused.
4. A binding (output path → parameter) is real when some of the path's values are accepted and no more are refused than
   were accepted or understood, and, where any is refused, more than one is accepted: "travel" may be a card's nickname
   and a tag, once. It is not real when they are refused, or when the source's own call has used the value up (a
   cancelled booking cannot be cancelled). Where values were only understood, it is undecided.
5. Parameters that take any value of their type (numbers, dates, moments) are decided where a *calculation* works on
   them: a function that changes nothing and gives the same result in every world at the same hour. There a binding
   is real when both sides have the same dimension, which is the unit at an end of a name (DIMENSIONS), the format
   `date` or `date-time`, or an amount of money (MONEY, in an object that has a currency in it or above it). Elsewhere
   they are the person's own choice: whether the total of a bill is what one wants to send to a friend cannot be found
   by running. Those, free text, and plain counts are left out of both figures.

A pair is real when a binding to a required parameter is (to any, if the target requires none). A judged edge is real
when at least one of its bindings is real and none is not; edges of undecided bindings alone are left out and counted.
All ordered pairs are judged. Prerequisites carry no value and are left out.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flow_records import Flows
from flows import find_flows
from outputs import takes_strings

from magnet_kg.catalog.concepts import concepts_of
from magnet_kg.dependency.candidates import pairs_to_judge
from magnet_kg.domain.dependency import Dependency
from magnet_kg.domain.function import Function
from magnet_kg.graph import open_graph
from magnet_kg.graph.functions import save_functions
from magnet_kg.teacher.rules.judge import judge_pair

BAR = 0.85
DIMENSIONS = {
    **dict.fromkeys(("km", "kilometers"), "length in km"),
    **dict.fromkeys(("kg", "kilograms"), "mass in kg"),
    **dict.fromkeys(("celsius",), "temperature in °C"),
    **dict.fromkeys(("minutes",), "time in minutes"),
    **dict.fromkeys(("percent",), "percentage"),
}
MONEY = frozenset(
    "amount price fare fee cost total subtotal balance spent paid refund shipping premium due admission tip "
    "difference deposit".split()
)
NOT_MONEY = frozenset("mb gb percent count".split())  # as the last word: a total size in MB


@dataclass
class Truth:
    """What is real, by (source, target): all bindings of calculations, and of the others those that hold."""

    flows: Flows
    bindings: dict[tuple[str, str], dict[tuple[str, str], bool]] = field(default_factory=lambda: defaultdict(dict))
    pairs: dict[tuple[str, str], list[tuple[str, str]]] = field(default_factory=dict)

    def holds(self, pair: tuple[str, str], output: str, parameter: str) -> bool | None:
        """Whether a binding is real; None where that is undecided."""
        known = self.bindings.get(pair, {}).get((output, parameter))
        if known is not None:
            return known
        return self.flows.verdict((pair[0], output), (pair[1], parameter.removesuffix("[]")))


def truth_of(flows: Flows) -> Truth:
    """Bindings and pairs that are real."""
    truth = Truth(flows)
    for (source, output), (target, parameter) in flows.tallies:
        if flows.verdict((source, output), (target, parameter)):
            many = flows.functions[target].properties[parameter].get("type") == "array"
            truth.bindings[source, target][output, parameter + "[]" * many] = True
    for target in sorted(flows.calculations):
        function = flows.functions[target]
        for parameter, schema in function.properties.items():
            wanted = dimension(
                parameter, schema, money=_has_currency(function.parameters) or "money" in text_of(schema)
            )
            if wanted is None:
                continue
            for source, output, found in _measured(flows):
                if source != target:
                    truth.bindings[source, target][output, parameter] = found == wanted
    for pair, decided in truth.bindings.items():
        required = set(flows.functions[pair[1]].required)
        real = [b for b, holds in decided.items() if holds and (not required or b[1].removesuffix("[]") in required)]
        if real:
            truth.pairs[pair] = sorted(real)
    return truth


def dimension(name: str, schema: Mapping[str, Any], *, money: bool) -> str | None:
    """What a number, a date or a moment measures, if anything."""
    options = schema.get("anyOf", [schema])
    for option in options:
        if option.get("format") in ("date", "date-time"):
            return str(option["format"])
    if not any(option.get("type") in ("number", "integer") for option in options):
        return None
    parts = name.split("_")
    for part in (parts[-1], parts[0]):
        if part in DIMENSIONS:
            return DIMENSIONS[part]
    number = any(option.get("type") == "number" for option in options)
    return "money" if number and money and MONEY & set(parts) and parts[-1] not in NOT_MONEY else None


def text_of(schema: Mapping[str, Any]) -> str:
    """A parameter's description."""
    return str(schema.get("description", ""))


def _measured(flows: Flows) -> list[tuple[str, str, str | None]]:
    """Every output of numbers, dates and moments that was there, with its dimension."""
    found = []
    for source, function in flows.functions.items():
        for path, schema, money in _outputs(function.returns or {}, "", False):
            kinds = {option.get("type") for option in schema.get("anyOf", [schema])}
            if (source, path) in flows.seen and kinds & {"number", "integer", "string"}:
                found.append((source, path, dimension(path.rpartition(".")[2].removesuffix("[]"), schema, money=money)))
    return found


def _outputs(schema: Mapping[str, Any], path: str, money: bool) -> list[tuple[str, Mapping[str, Any], bool]]:
    if schema.get("type") == "array":
        return _outputs(schema.get("items", {}), f"{path}[]", money)
    if schema.get("properties"):
        money = money or _has_currency(schema)
        return [
            one
            for name, child in sorted(schema["properties"].items())
            for one in _outputs(child, f"{path}.{name}" if path else name, money)
        ]
    return [(path, schema, money)]


def _has_currency(schema: Mapping[str, Any]) -> bool:
    return any("currency" in name for name in schema.get("properties", {}))


# --- the judge


@dataclass
class Score:
    """Judgements against the truth."""

    found: list[tuple[str, str]] = field(default_factory=list)
    missed: list[tuple[str, str]] = field(default_factory=list)
    real: list[tuple[str, str]] = field(default_factory=list)
    false: list[tuple[str, str]] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)
    bindings: Counter[str] = field(default_factory=Counter)

    @property
    def recall(self) -> float:
        """Of the real pairs."""
        return len(self.found) / max(1, len(self.found) + len(self.missed))

    @property
    def precision(self) -> float:
        """Of the judged edges that are decided."""
        return len(self.real) / max(1, len(self.real) + len(self.false))


def judged(functions: Mapping[str, Function]) -> dict[tuple[str, str], Dependency]:
    """Every value-flow edge between these functions."""
    edges = {}
    for source in functions.values():
        for target in functions.values():
            if source is not target:
                found = judge_pair(source, target).dependency
                if found is not None and found.kind != "prerequisite":
                    edges[source.id, target.id] = found
    return edges


def score(truth: Truth, edges: Mapping[tuple[str, str], Dependency]) -> Score:
    """The two figures' numerators and denominators, by name."""
    made = Score()
    for pair, real in truth.pairs.items():
        said = {(b.output, b.parameter) for b in edges[pair].bindings} if pair in edges else set()
        (made.found if said & set(real) else made.missed).append(pair)
        made.bindings["real"] += len(real)
        made.bindings["parameters"] += len({p for _, p in real})
        made.bindings["parameters found"] += len({p for o, p in real if (o, p) in said})
    for pair, edge in edges.items():
        holds = [truth.holds(pair, b.output, b.parameter) for b in edge.bindings]
        made.bindings["judged real"] += holds.count(True)
        made.bindings["judged false"] += holds.count(False)
        where = made.false if False in holds else made.real if True in holds else made.left_out
        where.append(pair)
    return made


def under_candidates(functions: Mapping[str, Function]) -> set[tuple[str, str]]:
    """The pairs that the pipeline would have judged."""
    with tempfile.TemporaryDirectory(prefix="magnet-kg-judge-") as folder:
        store = open_graph(f"ladybug:{Path(folder) / 'graph.ladybug'}")
        store.ensure_schema()
        save_functions(store, list(functions.values()), [concepts_of(f) for f in functions.values()])
        pairs = pairs_to_judge(store, list(functions), "hybrid")
        store.close()
    return {(source, target) for source, targets in pairs.items() for target in targets}


# --- telling


def verdict(value: float) -> str:
    return "holds" if value >= BAR else "MISSED"


def show(title: str, pairs: list[tuple[str, str]], details: Mapping[tuple[str, str], str], most: int) -> None:
    """Pairs, grouped by what went wrong, the largest groups first, each with an example."""
    groups: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for pair in pairs:
        groups[details[pair]].append(pair)
    print(f"\n{title}: {len(pairs):,}")
    for why, members in sorted(groups.items(), key=lambda g: (-len(g[1]), g[0]))[:most]:
        print(f"  {len(members):>5}  {why:<70} {' → '.join(members[0])}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--worlds", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=0, help="so many groups of misses and of false edges")
    parser.add_argument("--candidates", action="store_true", help="also the recall under the pipeline's candidates")
    arguments = parser.parse_args()
    began = time.process_time()
    flows = find_flows(list(range(1, arguments.worlds + 1)), arguments.seed)
    truth = truth_of(flows)
    ran = time.process_time() - began
    began = time.process_time()
    edges = judged(flows.functions)
    seconds = time.process_time() - began
    return report(flows, truth, edges, ran, seconds, arguments)


def report(
    flows: Flows,
    truth: Truth,
    edges: Mapping[tuple[str, str], Dependency],
    ran: float,
    seconds: float,
    arguments: argparse.Namespace,
) -> int:
    """The tables."""
    made = score(truth, edges)
    functions = flows.functions
    unreached = sorted(set(functions) - flows.reached)
    print(
        f"{len(functions)} functions, {flows.calls:,} calls, {arguments.worlds} worlds ({ran:.0f} s of processor); "
        f"every pair judged in {seconds:.1f} s\n"
    )
    print("| figure | here | bar | |\n|---|---|---|---|")
    print(f"| recall, pairs | {made.recall:.3f} of {len(truth.pairs):,} | ≥ {BAR} | {verdict(made.recall)} |")
    decided = len(made.real) + len(made.false)
    print(f"| precision, edges | {made.precision:.3f} of {decided:,} | ≥ {BAR} | {verdict(made.precision)} |")
    counted = made.bindings
    share = counted["parameters found"] / max(1, counted["parameters"])
    print(f"| recall, (pair, parameter) | {share:.3f} of {counted['parameters']:,} | | |")
    of_judged = counted["judged real"] + counted["judged false"]
    print(f"| precision, bindings | {counted['judged real'] / max(1, of_judged):.3f} of {of_judged:,} | | |")
    print(f"| edges, left out of precision | {len(made.left_out):,} | | |")
    print(f"| edges a function | {len(edges) / len(functions):.1f} | | |")
    nested = sum(edge.nested for edge in edges.values())
    print(f"| of them nested | {nested / max(1, len(edges)):.2f} | | |")
    strings = sum(takes_strings(s) for f in functions.values() for s in f.properties.values())
    print(f"| parameters decided by running | {len(flows.deciding)} of {strings} that take strings | | |")
    print(f"| functions never reached | {len(unreached)} | | |")
    if arguments.candidates:
        allowed = under_candidates(functions)
        kept = score(truth, {pair: edge for pair, edge in edges.items() if pair in allowed})
        print(f"| recall under `hybrid` candidates | {kept.recall:.3f}, {len(allowed):,} pairs judged | | |")
    print("\n| toolkit (of the target) | real pairs | recall | judged | precision |\n|---|---|---|---|---|")
    for toolkit in sorted({f.toolkit for f in functions.values()}):
        counts = [
            sum(t.startswith(f"{toolkit}/") for _, t in g) for g in (made.found, made.missed, made.real, made.false)
        ]
        found, missed, real, false = counts
        recall, precision = found / max(1, found + missed), real / max(1, real + false)
        print(f"| {toolkit} | {found + missed} | {recall:.2f} | {real + false} | {precision:.2f} |")
    if arguments.show:
        missed_why = {p: f"{leafs(truth.pairs[p][0])} of {p[1]}" for p in made.missed}
        show("missed, by parameter", made.missed, missed_why, arguments.show)
        false_why = {
            p: "; ".join(
                f"{b.output.rpartition('.')[2]} → {b.parameter}"
                for b in edges[p].bindings
                if truth.holds(p, b.output, b.parameter) is False
            )
            for p in made.false
        }
        show("false, by binding", made.false, {p: f"{false_why[p]} of {p[1]}" for p in made.false}, arguments.show)
        left = {p: "; ".join(f"{b.output} → {b.parameter}" for b in edges[p].bindings) for p in made.left_out}
        show("left out, by binding", made.left_out, left, arguments.show)
        print("\nnever reached: " + (", ".join(unreached) or "none"))
        print("calculations: " + ", ".join(sorted(flows.calculations)))
    return 0 if made.recall >= BAR and made.precision >= BAR else 1


def leafs(binding: tuple[str, str]) -> str:
    output, parameter = binding
    return f"{output.rpartition('.')[2]} → {parameter}"


if __name__ == "__main__":
    sys.exit(main())
