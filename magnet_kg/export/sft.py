"""SFT rows: a trajectory as a trainer loads it, with everything that proves it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from magnet_kg.domain.dialogue import FunctionCall, Observation
from magnet_kg.domain.function import Function
from magnet_kg.domain.trajectory import Trajectory
from magnet_kg.export.chat import from_chat, to_chat, tool_definitions, tools_added
from magnet_kg.export.masking import Masks, hidden, masked_function, masks_of, put_on, take_off

_PROVEN = (
    "world", "seed", "context", "turns", "links", "operations", "edges", "state", "teacher", "prompt_hash",
    "writers", "function_hashes", "tools", "tools_added", "executors", "replays",
)  # fmt: skip


def sft_row(trajectory: Trajectory, functions: Mapping[str, Function], masked: float = 0.0) -> dict[str, Any]:
    """The row: id, kind, messages, tools, tools_added, simulated, provenance (tools and provenance as JSON strings).

    Args:
        trajectory: what the row is made from.
        functions: definitions by id.
        masked: share of rows with masked names (`masking.py`).
    """
    masks = masks_of(trajectory, functions, masked)
    proven = provenance(trajectory)
    if masks:
        proven["masks"] = {one: mask.model_dump(exclude_defaults=True) for one, mask in masks.items()}
        proven["masked"] = {one: functions[one].name for one in masks}
    return {
        "id": trajectory.row,
        "kind": trajectory.kind,
        "messages": to_chat(put_on(trajectory.messages, functions, masks)),
        "tools": offered_tools(trajectory, functions, masks),
        "tools_added": tools_added(trajectory, functions),
        "simulated": trajectory.simulated,
        "provenance": orjson.dumps(proven).decode(),
    }


def offered_tools(trajectory: Trajectory, functions: Mapping[str, Function], masks: Masks) -> str:
    """The tools that a row offers from the start, with its masks on."""
    return tool_definitions(masked_function(functions[one], masks) for one in trajectory.tools)


def provenance(trajectory: Trajectory) -> dict[str, Any]:
    """Path, edges with their verdicts, operations, origins, hashes: where everything in the row comes from."""
    data = trajectory.model_dump(mode="json", exclude_defaults=True)
    proven = {key: data[key] for key in _PROVEN if key in data}
    failed = {o.call for o in trajectory.observations if o.failed}
    proven["message_turns"] = [message.turn for message in trajectory.messages]
    proven["calls"] = [
        {key: value for key, value in call.items() if key != "arguments"}
        | ({"failed": True} if call["id"] in failed else {})
        for call in data.get("calls", [])
    ]
    return proven


def read_sft_row(row: Mapping[str, Any]) -> Trajectory:
    """The trajectory that a row was made from, from the row's own content.

    Raises:
        ValueError, KeyError: the row is not of this form.
    """
    return trajectory_from(str(row["id"]), str(row["kind"]), row["messages"], orjson.loads(row["provenance"]))


def trajectory_from(row: str, kind: str, messages: list[Any], proven: dict[str, Any]) -> Trajectory:
    """A trajectory from chat messages and their provenance."""
    masks, names = hidden(proven)
    chat = tuple(take_off(from_chat(messages, proven["message_turns"]), names, masks))
    made = {call.id: call for message in chat for call in message.calls}
    outputs = {message.call: message.content for message in chat if message.role == "tool"}
    calls = [
        FunctionCall.model_validate(
            {key: value for key, value in call.items() if key != "failed"} | {"arguments": made[call["id"]].arguments}
        )
        for call in proven["calls"]
    ]
    observations = [
        Observation(call=call["id"], output=orjson.loads(outputs[call["id"]]), failed=call.get("failed", False))
        for call in proven["calls"]
    ]
    rest = {key: proven[key] for key in _PROVEN if key in proven}
    return Trajectory.model_validate(
        {
            "row": row,
            "kind": kind,
            "messages": chat,
            "calls": tuple(calls),
            "observations": tuple(observations),
            **rest,
        }
    )
