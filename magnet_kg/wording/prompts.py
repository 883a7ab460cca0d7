"""Prompt texts from `prompts/`: Jinja2 with undefined names an error, after a front matter with task and version."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import jinja2
import yaml


@dataclass(frozen=True)
class Prompt:
    """A prompt with its version; `text` is the template as written."""

    task: str
    version: int
    given: tuple[str, ...]
    text: str
    template: jinja2.Template

    def render(self, **given: Any) -> str:
        """The text with what it is given filled in."""
        return self.template.render(**given).strip()


@cache
def load_prompt(name: str) -> Prompt:
    """The prompt in `prompts/<name>.md`."""
    source = files("magnet_kg.prompts").joinpath(f"{name}.md").read_text(encoding="utf-8")
    _, front, text = source.split("---\n", 2)
    data = yaml.safe_load(front)
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, trim_blocks=True, autoescape=False)
    return Prompt(data["task"], data["version"], tuple(data["given"]), text, environment.from_string(text))
