"""Preference rows: prompt, chosen and rejected messages, and which error at which turn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from magnet_kg.domain.function import Function
from magnet_kg.domain.trajectory import NamedError, PreferencePair
from magnet_kg.export.chat import to_chat, tool_definitions, tools_added
from magnet_kg.export.sft import provenance, trajectory_from


def preference_row(pair: PreferencePair, functions: Mapping[str, Function]) -> dict[str, Any]:
    """The row. The prompt is the first user message and everything before it (METHOD.md §8)."""
    chosen, rejected = to_chat(pair.chosen.messages), to_chat(pair.rejected.messages)
    prompt = next(index for index, message in enumerate(chosen) if message["role"] == "user") + 1
    return {
        "id": pair.row,
        "kind": pair.chosen.kind,
        "prompt": chosen[:prompt],
        "chosen": chosen[prompt:],
        "rejected": rejected[prompt:],
        "tools": tool_definitions(functions[one] for one in pair.chosen.tools),
        "tools_added": tools_added(pair.chosen, functions),
        "simulated": pair.chosen.simulated or pair.rejected.simulated,
        "errors": [error.model_dump(mode="json") for error in pair.errors],
        "provenance": orjson.dumps({"chosen": provenance(pair.chosen), "rejected": provenance(pair.rejected)}).decode(),
    }


def read_preference_row(row: Mapping[str, Any]) -> PreferencePair:
    """The pair that a row was made from, from the row's own content."""
    proven = orjson.loads(row["provenance"])
    sides = {
        side: trajectory_from(str(row["id"]), str(row["kind"]), [*row["prompt"], *row[side]], proven[side])
        for side in ("chosen", "rejected")
    }
    errors = tuple(NamedError.model_validate(error) for error in row["errors"])
    return PreferencePair(row=str(row["id"]), chosen=sides["chosen"], rejected=sides["rejected"], errors=errors)
