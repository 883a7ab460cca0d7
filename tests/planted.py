"""A benchmark that nobody has, and rows in which parts of it are planted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

Row = dict[str, Any]

LONG = "Would you polish the nine silver spoons of my late grandmother before the mayor comes to supper on Thursday?"
SHORT = "Which lighthouse keeper sold the blue parrot?"
TINY = "Wake the gardener"
POLISH = "Polish a number of spoons with a paste, and tell how long it took."
RENT = "Rent a rowing boat at a pier for some hours and give its number."


def tool(name: str, description: str, *parameters: str) -> Row:
    """A definition in OpenAI's form."""
    properties = {one: {"type": "string"} for one in parameters}
    schema = {"type": "object", "properties": properties, "required": list(parameters)}
    return {"type": "function", "function": {"name": name, "description": description, "parameters": schema}}


TOOLS = [
    tool("polish_spoons", POLISH, "spoon_count", "paste", "shine"),
    tool("boats.rent", RENT, "pier", "boat_hours"),
    tool("ring_bell", "Ring the bell."),
]


def benchmark(path: Path) -> Path:
    """The benchmark as a file."""
    lines = [
        {
            "id": "made-1",
            "question": [[{"role": "system", "content": "no question"}, {"role": "user", "content": LONG}]],
        },
        {"id": "made-2", "question": SHORT, "tools": TOOLS},
        {"id": "made-3", "questions": [TINY, "Yes"]},
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


def with_message(row: Row, text: str) -> Row:
    """The row with other words of the user, in its last message."""
    messages = [dict(message) for message in row["messages"]]
    at = max(index for index, message in enumerate(messages) if message["role"] == "user")
    messages[at]["content"] = text
    return {**row, "messages": messages}


def with_answer(row: Row, text: str) -> Row:
    """The row with other words of the assistant at its end."""
    return {**row, "messages": [*row["messages"][:-1], {"role": "assistant", "content": text}]}


def with_tool(row: Row, definition: Row) -> Row:
    """The row with one more function on offer."""
    return {**row, "tools": json.dumps([*json.loads(row["tools"]), definition])}


def with_call(row: Row, name: str) -> Row:
    """The row with one more call."""
    call = {"id": "call_x", "type": "function", "function": {"name": name, "arguments": "{}"}}
    result = {"role": "tool", "content": "{}", "tool_call_id": "call_x", "name": name}
    asked = {"role": "assistant", "content": "", "tool_calls": [call]}
    return {**row, "messages": [*row["messages"][:-1], asked, result, row["messages"][-1]]}


def guilty(rows: list[Row]) -> dict[str, tuple[Row, str]]:
    """Rows that overlap, each by one rule, and by which: what is planted, in other letters than the benchmark's."""
    said = "Um — would you POLISH the nine “silver” spoons, of my late grandmother before the mayor comes to town?"
    doc = "Rents a rowing boat for some hours, at a pier; gives the number."
    planted = [
        (with_message(rows[0], said), "question"),
        (with_message(rows[1], f"Tell me: {SHORT.lower()} Thanks!"), "short_question"),
        (with_message(rows[2], "Wake the gardener!"), "short_question"),
        (with_call(rows[3], "polishSpoons"), "name_called"),
        (with_call(rows[4], "ring_bell"), "name_called"),
        (with_tool(rows[5], tool("PolishSpoons", "Whatever.", "shine", "paste")), "name_and_schema"),
        (with_tool(rows[6], tool("hire_vessel", doc, "boatHours", "pier")), "schema"),
    ]
    return {row["id"]: (row, rule) for row, rule in planted}


def innocent(rows: list[Row]) -> list[Row]:
    """Rows that come close, and share nothing that counts."""
    twelve = "Would you polish the nine silver spoons of my late grandmother before breakfast?"
    return [
        with_message(rows[0], twelve),
        with_message(rows[1], "Which lighthouse keeper bought the blue parrot?"),
        with_message(rows[2], "Wake the gardener at six, please."),
        with_message(rows[3], "Yes"),
        with_answer(rows[4], LONG),
        with_tool(rows[5], tool("polish_spoons", "Polish spoons on the moon.", "crater")),
        with_tool(rows[6], tool("moor", "Say how deep the water is, and whether it will rain.", "pier", "boat_hours")),
        with_tool(rows[7], tool("ring", "Put a ring on a finger.", "finger")),
    ]
