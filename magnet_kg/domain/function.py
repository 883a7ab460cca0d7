"""Functions: what can be called (METHOD.md §1)."""

from __future__ import annotations

from functools import cached_property
from typing import Any, Literal

from pydantic import Field, field_validator

from magnet_kg.domain.record import JsonObject, Record, content_hash

NAME_PATTERN = r"^[A-Za-z0-9_-]{1,64}$"

# The catalog of all functions of toolkits, which share one world.
TOOLKITS = "toolkits"
# What can run a function: the toolkits of this package and of others, AWS on moto, an MCP server. Where nothing can, a
# run may let the simulator or a model make up its outputs; only in a run's own files a function says so.
Runner = Literal["toolkit", "aws", "mcp", "simulator", "model"]


class Function(Record):
    """A callable as a model sees it, and where it came from.

    `parameters` and `returns` are JSON Schemas of objects. `executor` names what can run it ("toolkit"), or is None
    for functions of a catalog that nothing here can execute. Where it comes from (`source`, `licence`, `version`) is
    kept, and judges nothing: a new release that left a function as it was costs no judgement.
    """

    id: str = Field(description="unique in a graph: <catalog>/<name>, or <toolkit>/<name> of toolkits")
    name: str = Field(pattern=NAME_PATTERN, description="the name that a model calls; fits every provider's limits")
    category: str
    toolkit: str
    description: str
    parameters: JsonObject
    returns: JsonObject | None = None
    source: str
    executor: Runner | None = None
    catalog: str = Field("", description="what it was added with: the name under which all of it is taken out again")
    original_name: str | None = Field(None, description="its name in the source, where that one fits no provider")
    licence: str | None = Field(None, description="SPDX identifier, or the source's own words")
    version: str | None = Field(None, description="of the source")

    @field_validator("parameters")
    @classmethod
    def _is_object_schema(cls, value: JsonObject) -> JsonObject:
        if value.get("type") != "object":
            raise ValueError('parameters must be a JSON Schema with "type": "object"')
        return value

    @cached_property
    def content_hash(self) -> str:
        """Changes when anything changes that a judgement or a row depends on."""
        return content_hash([self.name, self.category, self.toolkit, self.description, self.parameters, self.returns])

    @property
    def properties(self) -> dict[str, JsonObject]:
        """The parameters by name, each with its JSON Schema."""
        found: dict[str, JsonObject] = self.parameters.get("properties", {})
        return found

    @property
    def required(self) -> tuple[str, ...]:
        """Names of the required parameters, in the order of the schema."""
        names: list[str] = self.parameters.get("required", [])
        return tuple(names)

    def as_tool(self) -> dict[str, Any]:
        """The OpenAI form of this function, as it is offered to a model."""
        return {
            "type": "function",
            "function": {"name": self.name, "description": self.description, "parameters": self.parameters},
        }
