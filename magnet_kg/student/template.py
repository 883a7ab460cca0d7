"""Which chat template a model is taught with: its own where that trains what the model writes, else ours.

Ours (`chat_template.jinja`) has the form of Hermes and Qwen. A saved model carries the template that it was taught
with, so that whoever serves it asks it in the same words.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.resources import files
from typing import Any, Literal

from magnet_kg.domain.errors import MagnetError
from magnet_kg.student.tokens import Encoded, encode, readable

START, END = "<|im_start|>", "<|im_end|>"
Whose = Literal["own", "marked", "ours"]
_TOOLS: list[dict[str, Any]] = [
    {
        "type": "function",
        "function": {
            "name": "probe_weather",
            "description": "The weather of a city.",
            "parameters": {"type": "object", "properties": {"city": {"type": "string"}}},
        },
    }
]
_CALL = {"id": "call_1", "type": "function", "function": {"name": "probe_weather", "arguments": '{"city":"Lisbon"}'}}
_PROBE: list[dict[str, Any]] = [
    {"role": "user", "content": "Alpha asks."},
    {"role": "assistant", "content": "", "tool_calls": [_CALL]},
    {"role": "tool", "content": '{"sky":"Beta"}', "tool_call_id": "call_1", "name": "probe_weather"},
    {"role": "assistant", "content": "Gamma answers."},
    {"role": "user", "content": "Delta asks."},
    {"role": "assistant", "content": "Epsilon answers."},
]
# What each message of the assistant must train, and what nothing may.
_TRAINED = (("probe_weather", "Lisbon"), ("Gamma answers.",), ("Epsilon answers.",))
_UNTRAINED = ("Alpha", "Beta", "Delta", "The weather of a city.")


@dataclass(frozen=True)
class TemplateChoice:
    """The template that a model is taught with.

    Attributes:
        template: Jinja, with `{% generation %}` marks.
        whose: "own" (the model's, as it is), "marked" (its own text, with the marks that TRL knows for it), "ours".
        problems: what is wrong with the model's own; empty for "own".
    """

    template: str
    whose: Whose
    problems: tuple[str, ...] = ()

    def __str__(self) -> str:
        if self.whose == "own":
            return "the model's own"
        form = "its own text, with generation marks" if self.whose == "marked" else "ours (Hermes form)"
        return f"{form}, because the model's own {self.problems[0]}"


@cache
def our_template() -> str:
    """`chat_template.jinja`."""
    return files("magnet_kg.student").joinpath("chat_template.jinja").read_text("utf-8")


def check_template(tokenizer: Any) -> list[str]:
    """What keeps a tokenizer's chat template from training exactly what the model writes; empty where nothing does.

    A dialogue with a tool is rendered: the assistant's messages must be trained, calls and the ends of messages
    included, with the arguments as a JSON object; nothing else may be; and an earlier message must not look different
    once others follow it.
    """
    if not tokenizer.chat_template:
        return ["is missing"]
    try:
        text = str(tokenizer.apply_chat_template(readable(_PROBE), tools=_TOOLS, tokenize=False))
        prompt = str(
            tokenizer.apply_chat_template(_PROBE[:1], tools=_TOOLS, tokenize=False, add_generation_prompt=True)
        )
    except Exception as error:
        # Templates raise whatever their authors chose to.
        return [f"refuses a dialogue with tools ({' '.join(str(error).split())[:100]})"]
    if "The weather of a city." not in text:
        return ["does not show the tools"]
    problems = [] if text.startswith(prompt) else ["changes what was asked once it is answered"]
    encoded = encode(tokenizer, _PROBE, _TOOLS)
    if not encoded.mask.any():
        return [*problems, "has no generation marks"]
    return problems + list(_wrongly_trained(tokenizer, encoded))


def choose_template(tokenizer: Any) -> TemplateChoice:
    """The template that a model is taught with, and why.

    Raises:
        MagnetError: the tokenizer has no token that ends a message.
    """
    problems = tuple(check_template(tokenizer))
    if not problems:
        return TemplateChoice(tokenizer.chat_template, "own")
    marked = _marked(tokenizer)
    if marked is not None and not check_template(_with(tokenizer, marked)):
        return TemplateChoice(marked, "marked", problems)
    return TemplateChoice(_ours(tokenizer), "ours", problems)


def fitted_tokenizer(tokenizer: Any, choice: TemplateChoice | None = None) -> Any:
    """A copy of a tokenizer that has tools and generation marks in its template, and a token to pad with.

    Args:
        tokenizer: a fast tokenizer of transformers.
        choice: of `choose_template`; made here where it is left out.

    Raises:
        MagnetError: the tokenizer has no token that ends a message.
    """
    choice = choice or choose_template(tokenizer)
    fitted = _with(tokenizer, choice.template)
    if choice.whose == "ours" and END in choice.template:
        fitted.eos_token = END
    if fitted.pad_token is None:
        fitted.pad_token = fitted.eos_token
    return fitted


def _with(tokenizer: Any, template: str) -> Any:
    changed = copy.deepcopy(tokenizer)
    changed.chat_template = template
    return changed


def _ours(tokenizer: Any) -> str:
    """Our template, ended by a token that the model has, and begun as the model expects any text to begin."""
    template = our_template()
    if END not in tokenizer.get_vocab():
        if tokenizer.eos_token is None:
            raise MagnetError(
                "the tokenizer has no token that ends a message",
                where=str(tokenizer.name_or_path),
                do=f"Give it an eos_token, or add the token {END}",
            )
        template = template.replace(END, tokenizer.eos_token)
    begun = tokenizer("a")["input_ids"]
    if tokenizer.bos_token_id is not None and begun and begun[0] == tokenizer.bos_token_id:
        template = "{{- bos_token }}" + template
    return template


def _marked(tokenizer: Any) -> str | None:
    """The model's own template with generation marks, where TRL knows it."""
    try:
        found = import_module("trl.chat_template_utils").get_training_chat_template(tokenizer)
    except (ImportError, ValueError, TypeError, AttributeError):
        return None
    return None if found is None else str(found)


def _wrongly_trained(tokenizer: Any, encoded: Encoded) -> Iterator[str]:
    runs = [encoded.ids[start:end] for start, end in encoded.runs]
    said = [str(tokenizer.decode(run)) for run in runs]
    everything = "".join(said)
    for words in _TRAINED:
        for word in words:
            if word not in everything:
                yield f"does not train what the assistant says ({word!r} in the check)"
                return
    if any(word in everything for word in _UNTRAINED):
        yield "trains what the assistant does not say"
    if '\\"' in everything:
        yield "quotes the arguments of calls twice"
    ends = {tokenizer.eos_token_id, *tokenizer.get_added_vocab().values()}
    if len(runs) != len(_TRAINED) or any(_last(tokenizer, run) not in ends for run in runs):
        yield "does not train the end of the assistant's messages"


def _last(tokenizer: Any, run: Any) -> int:
    """The last token of a run that is more than white space."""
    return next((int(one) for one in reversed(run) if str(tokenizer.decode([one])).strip()), -1)
