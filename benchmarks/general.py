"""Rows of the recipe `general`, or of any run: how long, how varied in schemas and values, and how they are asked.

    python benchmarks/general.py RUN [--tokenizer FOLDER] [--read 20] [--seed 1]

Lengths are in tokens of the tokenizer where one is given, else in characters. `own` is what a row adds to the rows that
share its tools and system message; `cut` is the row up to the assistant's first message.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from random import Random
from statistics import median, quantiles
from typing import Any

import orjson
from yardsticks import distinct, shuffled

Row = dict[str, Any]
Length = Callable[[str], int]


def rows_of(run: Path) -> Iterator[Row]:
    with (run / "export" / "sft.jsonl").open("rb") as lines:
        yield from map(orjson.loads, lines)


def length_with(tokenizer: str | None) -> Length:
    if tokenizer is None:
        return len
    from transformers import AutoTokenizer

    encode = AutoTokenizer.from_pretrained(tokenizer)
    return lambda text: len(encode(text)["input_ids"])


def calls_of(row: Row) -> list[tuple[str, dict[str, Any]]]:
    return [
        (call["function"]["name"], orjson.loads(call["function"]["arguments"]))
        for message in row["messages"]
        for call in message.get("tool_calls") or ()
    ]


def lengths_of(row: Row, length: Length, known: dict[str, int]) -> tuple[int, int, int]:
    """(prefix, whole, cut after the first calls)."""
    stated = "".join(message["content"] for message in row["messages"] if message["role"] == "system")
    prefix = known.setdefault(stated + row["tools"], length(stated + row["tools"]))
    whole = cut = prefix
    answered = False
    for message in row["messages"]:
        if message["role"] == "system":
            continue
        calls = "".join(c["function"]["name"] + c["function"]["arguments"] for c in message.get("tool_calls") or ())
        size = length((message["content"] or "") + calls)
        whole += size
        cut += 0 if answered else size
        answered = answered or message["role"] == "assistant"
    return prefix, whole, cut


def kind_of_value(schema: dict[str, Any]) -> str:
    kind = "enum" if schema.get("enum") else str(schema.get("type", "any"))
    return f"list of {schema['items'].get('type', 'any')}" if kind == "array" and "items" in schema else kind


def values_of(rows: Iterable[Row]) -> tuple[Counter[str], int, int]:
    """Values by their kinds; optional parameters that are stated, and those that are offered in called functions."""
    kinds: Counter[str] = Counter()
    stated = offered = 0
    for row in rows:
        tools = {tool["function"]["name"]: tool["function"]["parameters"] for tool in orjson.loads(row["tools"])}
        for name, arguments in calls_of(row):
            schema = tools.get(name, {})
            optional = schema.get("properties", {}).keys() - set(schema.get("required", ()))
            offered += len(optional)
            stated += len(optional & arguments.keys())
            kinds.update(kind_of_value(schema["properties"][key]) for key in arguments if schema)
    return kinds, stated, offered


def request_of(row: Row) -> str:
    return str(next(message["content"] for message in row["messages"] if message["role"] == "user"))


def print_lengths(rows: list[Row], length: Length) -> None:
    by_kind: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
    known: dict[str, int] = {}
    for row in rows:
        by_kind[f"{row['id'].partition('-')[0]} {row['kind']}"].append(lengths_of(row, length, known))
    print(f"{'rows':34} {'number':>7} {'prefix':>7} {'whole':>7} {'cut':>6} {'cut p90':>8} {'own':>5}")
    for kind, found in sorted(by_kind.items()):
        prefix, whole, cut = (median(part) for part in zip(*found, strict=True))
        own = median(c - p for p, _, c in found)
        tail = quantiles((c for _, _, c in found), n=10)[8] if len(found) > 1 else cut
        print(f"{kind:34} {len(found):7,} {prefix:7.0f} {whole:7.0f} {cut:6.0f} {tail:8.0f} {own:5.0f}")
    print(f"different prefixes: {len(known):,}, with {sum(known.values()):,} in all")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path)
    parser.add_argument("--tokenizer")
    parser.add_argument("--read", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    rows = list(rows_of(arguments.run))
    print_lengths(rows, length_with(arguments.tokenizer))
    single = [row for row in rows if row["kind"] != "multi_turn"]
    called = {name for row in rows for name, _ in calls_of(row)}
    offered = Counter(min(9, len(orjson.loads(row["tools"]))) for row in single)
    print(f"\nnames called: {len(called):,}; tools offered in single-turn rows: {dict(sorted(offered.items()))}")
    kinds, stated, able = values_of(single)
    total = sum(kinds.values())
    print("values: " + ", ".join(f"{kind} {count / total:.1%}" for kind, count in kinds.most_common(12)))
    print(f"optional parameters stated: {stated / max(1, able):.1%} of {able:,}")
    requests = [request_of(row) for row in single]
    print(f"questions: {sum(text.rstrip().endswith('?') for text in requests) / max(1, len(requests)):.1%}")
    masked = sum("masks" in orjson.loads(row["provenance"]) for row in rows)
    silent = sum(row["messages"][0]["role"] != "system" for row in rows)
    print(f"masked names: {masked / len(rows):.1%}; no system message: {silent / len(rows):.1%}")
    for tokens in (5_000, 20_000):
        print(f"distinct-2 at {tokens:,} words: {distinct(shuffled(requests, arguments.seed), 2, tokens):.3f}")
    for row in Random(arguments.seed).sample(single, min(arguments.read, len(single))):
        print(f"\n{row['id']}: {request_of(row)}")
        for name, given in calls_of(row):
            print(f"    {name}({', '.join(f'{key}={value!r}' for key, value in given.items())})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
