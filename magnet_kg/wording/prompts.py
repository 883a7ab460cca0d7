"""Prompt texts from `prompts/`: Jinja2 with undefined names an error, after a front matter that says what each is for.

The front matter has `task`, `version`, `given` (the names that the text is filled with) and, where a model answers it,
`answer` (what with). A text with the headings `# System`, `# User` or `# Assistant` is a conversation of such messages;
one without is a single text. The headings are looked for in the file alone, never in what is filled in.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal, cast

import jinja2
import jinja2.meta
import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from magnet_kg.domain.errors import MagnetError
from magnet_kg.domain.record import content_hash

PromptRole = Literal["system", "user", "assistant"]

_HEADING = re.compile(r"^# (System|User|Assistant)\n", re.MULTILINE)
_ENVIRONMENT = jinja2.Environment(undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True)


class _Front(BaseModel):
    model_config = ConfigDict(extra="forbid")

    task: str
    version: int
    given: tuple[str, ...]
    answer: str = ""


@dataclass(frozen=True)
class Prompt:
    """A prompt with its version; `text` is the template as written.

    Attributes:
        task: what it is for, in a sentence.
        version: counted up with every change of its meaning.
        given: the names of what it is filled with.
        answer: what a model answers it with.
        text: the template.
        hash: changes with the file.
        template: of the whole text.
        parts: of each message, where the text is a conversation.
    """

    task: str
    version: int
    given: tuple[str, ...]
    answer: str
    text: str
    hash: str
    template: jinja2.Template
    parts: tuple[tuple[PromptRole, jinja2.Template], ...]

    def render(self, **given: Any) -> str:
        """The text with what it is given filled in.

        Raises:
            jinja2.UndefinedError: something is not given.
        """
        self._require(given)
        return self.template.render(**given).strip()

    def render_parts(self, **given: Any) -> tuple[tuple[PromptRole, str], ...]:
        """The messages in order, each with what it is given filled in.

        Raises:
            jinja2.UndefinedError: something is not given.
        """
        self._require(given)
        return tuple((role, template.render(**given).strip()) for role, template in self.parts)

    def _require(self, given: Mapping[str, Any]) -> None:
        # A name that is used in one case only would be missed in that case alone.
        missing = [name for name in self.given if name not in given]
        if missing:
            raise jinja2.UndefinedError(f"{missing[0]!r} is not given")


@cache
def load_prompt(name: str) -> Prompt:
    """The prompt in `prompts/<name>.md`.

    Raises:
        MagnetError: the file is no prompt, or its text uses a name that is not among those given.
    """
    source = files("magnet_kg.prompts").joinpath(f"{name}.md").read_text(encoding="utf-8")
    return parse_prompt(source, f"prompts/{name}.md")


def parse_prompt(source: str, where: str) -> Prompt:
    """A prompt from the text of its file; `where` is named in errors.

    Raises:
        MagnetError: it is no prompt, or its text uses a name that is not among those given.
    """
    try:
        _, front, text = source.split("---\n", 2)
        head = _Front.model_validate(yaml.safe_load(front))
    except (ValueError, yaml.YAMLError, ValidationError) as error:
        do = "It begins with task, version and given between two lines ---"
        raise MagnetError("this is no prompt", where=where, do=do) from error
    try:
        used = jinja2.meta.find_undeclared_variables(_ENVIRONMENT.parse(text))
        before, parts = _parts(text)
        template = _ENVIRONMENT.from_string(text)
    except jinja2.TemplateSyntaxError as error:
        line = source[: len(source) - len(text)].count("\n") + error.lineno
        raise MagnetError(f"the prompt is no template: {error.message}", where=f"{where}:{line}") from error
    if unknown := sorted(used - set(head.given)):
        do = f"Use what it is given ({', '.join(head.given) or 'nothing'}), or name it under given:"
        raise MagnetError(f"the prompt uses {unknown[0]}, which is not defined", where=where, do=do)
    if parts and before:
        raise MagnetError("the prompt has a text before its first message", where=where, do="Put it under a heading")
    told = head.model_dump()
    return Prompt(**told, text=text, hash=content_hash([source]), template=template, parts=parts)


def _parts(text: str) -> tuple[str, tuple[tuple[PromptRole, jinja2.Template], ...]]:
    """What stands before the first heading, and the messages."""
    before, *pieces = _HEADING.split(text)
    named = zip(pieces[::2], pieces[1::2], strict=True)
    parts = tuple((cast(PromptRole, role.lower()), _ENVIRONMENT.from_string(one)) for role, one in named)
    return before.strip(), parts
