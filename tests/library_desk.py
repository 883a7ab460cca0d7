"""The catalog of a library's desk, which nothing can run, and a recipe over it."""

from __future__ import annotations

from typing import Any

RECIPE = """
name: desk
seed: 3
worlds: 40
pools:
  desk:
    catalogs: [desk]
    executors: [simulator]
    sft: {single: 8, parallel: 3, multiple: 3, irrelevance: 2}
"""
TEXT = {"type": "string"}
DATE = {"type": "string", "format": "date"}


def tool(name: str, description: str, takes: dict[str, Any], returns: dict[str, Any]) -> dict[str, Any]:
    parameters = {"type": "object", "properties": takes, "required": list(takes)}
    return {
        "name": name, "description": description, "parameters": parameters,
        "returns": {"type": "object", "properties": returns},
    }  # fmt: skip


LOAN = {"loan_id": TEXT, "title": TEXT, "due_date": {"type": "string", "format": "date"}}
TOOLS = [
    tool("search_books", "Search the catalogue for books by title.", {"title": TEXT},
         {"books": {"type": "array", "items": {"type": "object", "properties": {"title": TEXT, "author": TEXT}}}}),
    tool("get_opening_hours", "Get the opening hours of a branch in a city.", {"city": TEXT}, {"hours": TEXT}),
    tool("count_copies", "Count the copies of a book.", {"title": TEXT}, {"copies": {"type": "integer"}}),
    tool("reserve_book", "Reserve a book by its title.", {"title": TEXT}, {"reservation_id": TEXT, "title": TEXT}),
    tool("convert_shelf_mark", "Convert a shelf mark into another scheme.",
         {"shelf_mark": TEXT, "scheme": {"type": "string", "enum": ["dewey", "udc"]}}, {"shelf_mark": TEXT}),
    tool("list_events_on_day", "List the events at a branch on a day.", {"city": TEXT, "date": DATE},
         {"events": {"type": "array", "items": {"type": "object", "properties": {"title": TEXT, "time": TEXT}}}}),
    tool("send_reminder", "Send a reminder to an e-mail address.", {"email": TEXT}, {"sent": {"type": "boolean"}}),
]  # fmt: skip
