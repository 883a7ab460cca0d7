"""A small MCP server for the tests: a shelf of notes, in memory or in a file."""

from __future__ import annotations

import json
import os
import sys
import threading
from pathlib import Path

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import ToolAnnotations
from pydantic import BaseModel

FILE = Path("notes.json")
kept: dict[str, str] = {}
server = MCPServer("notes", version="1.2.0")


class Note(BaseModel):
    title: str
    text: str


class Shelf(BaseModel):
    notes: list[Note]


def load() -> dict[str, str]:
    if "--in-memory" in sys.argv:
        return kept
    found: dict[str, str] = json.loads(FILE.read_text()) if FILE.exists() else {}
    return found


def save(notes: dict[str, str]) -> None:
    if "--in-memory" in sys.argv:
        kept.update(notes)
        for title in kept.keys() - notes.keys():
            del kept[title]
    else:
        FILE.write_text(json.dumps(notes))


@server.tool(description="Keep a note under a title.")
def add_note(title: str, text: str) -> Note:
    save({**load(), title: text})
    return Note(title=title, text=text)


@server.tool(description="All notes.", annotations=ToolAnnotations(read_only_hint=True))
def list_notes() -> Shelf:
    return Shelf(notes=[Note(title=title, text=text) for title, text in load().items()])


@server.tool(description="Throw a note away.")
def delete_note(title: str) -> str:
    notes = load()
    if title not in notes:
        raise ToolError(f"There is no note {title}.")
    save({name: text for name, text in notes.items() if name != title})
    return f"{title} is gone."


@server.tool(description="Where the notes lie.", structured_output=False)
def where() -> str:
    return json.dumps({"folder": os.getcwd(), "entries": sorted(os.listdir())})


@server.tool(description="Echo a path.", structured_output=False)
def echo(path: str) -> str:
    return path + (" is there" if Path(path).exists() else " is nowhere")


@server.tool(description="Never answer.")
def hang() -> str:
    threading.Event().wait()
    raise AssertionError("unreachable")


@server.tool(description="End the server.")
def die() -> str:
    os._exit(3)


if __name__ == "__main__":
    server.run("stdio")
