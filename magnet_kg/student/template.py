"""Which chat template a model is taught with: its own where that trains what the model writes, else ours.

Ours (`chat_template.jinja`) has the form of Hermes and Qwen. A saved model carries the template that it was taught
with, so that whoever serves it asks it in the same words.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.resources import files
from itertools import takewhile
from typing import Any, Literal

from magnet_kg.domain.errors import MagnetError
from magnet_kg.student.answers import read_answer
from magnet_kg.student.tokens import Encoded, Rendered, readable, render, tokenize

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
_CITIES = ("Lisbon", "Porto")
_CALLS = [
    {"id": f"call_{at}", "type": "function", "function": {"name": "probe_weather", "arguments": f'{{"city":"{city}"}}'}}
    for at, city in enumerate(_CITIES, 1)
]
_PROBE: list[dict[str, Any]] = [
    {"role": "system", "content": "Theta rules."},
    {"role": "user", "content": "Alpha asks."},
    {"role": "assistant", "content": "", "tool_calls": _CALLS},
    *(
        {"role": "tool", "content": '{"sky":"Beta"}', "tool_call_id": call["id"], "name": "probe_weather"}
        for call in _CALLS
    ),
    {"role": "assistant", "content": "Gamma answers."},
    {"role": "user", "content": "Delta asks."},
    {"role": "assistant", "content": "Epsilon answers."},
]
_ANSWERS = tuple(at for at, message in enumerate(_PROBE) if message["role"] == "assistant")
# What each message of the assistant must train, as `read_answer` reads it, and what nothing may.
_TRAINED = (("", _CITIES), ("Gamma answers.", ()), ("Epsilon answers.", ()))
_UNTRAINED = ("Theta", "Alpha", "Beta", "Delta", "The weather of a city.")


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

    A dialogue with two calls at once is rendered. The assistant's messages must be trained, calls and the ends of
    messages included, and nothing else; its calls must be such as `read_answer` reads. What the model is asked with
    must be what stands before its message in training, and no message may look different once others follow it.
    """
    if not tokenizer.chat_template:
        return ["is missing"]
    try:
        dialogue = render(tokenizer, _PROBE, _TOOLS)
        problems = list(_changed(tokenizer, dialogue))
    except Exception as error:
        # Templates raise whatever their authors chose to.
        return [f"refuses a dialogue with tools ({_reason(error.__cause__ or error)})"]
    if "The weather of a city." not in dialogue.text:
        return ["does not show the tools"]
    encoded = tokenize(tokenizer, [dialogue])[0]
    if not encoded.mask.any():
        return [*problems, "has no generation marks"]
    return problems + list(_wrongly_trained(tokenizer, encoded))


def shows_calls(tokenizer: Any) -> bool:
    """Whether a model that is asked with the tokenizer's own template sees the tools, and calls as `read_answer` reads.

    What is checked is less than what training needs: see `check_template`.
    """
    try:
        asked, called = (_told(tokenizer, _PROBE[: _ANSWERS[0] + more]) for more in (0, 1))
    except Exception:
        # There is no template, or one that raises whatever its author chose to.
        return False
    alike = takewhile(lambda pair: pair[0] == pair[1], zip(asked, called, strict=False))
    return "probe_weather" in asked and _read(called[sum(1 for _ in alike) :])[1] == _CITIES


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


def _changed(tokenizer: Any, dialogue: Rendered) -> Iterator[str]:
    """What differs between asking for a message of the assistant, and the message among others."""
    spans = dialogue.spans if len(dialogue.spans) == len(_ANSWERS) else (None,) * len(_ANSWERS)
    for at, span in zip(_ANSWERS, spans, strict=True):
        prompt = _told(tokenizer, _PROBE[:at], add_generation_prompt=True)
        if not dialogue.text.startswith(prompt):
            yield "changes what was asked once it is answered"
            return
        # A line's end may be trained that the prompt gives already.
        if span is not None and (len(prompt) < span[0] or dialogue.text[span[0] : len(prompt)].strip()):
            yield "asks for an answer with another beginning than it trains"
            return
        if not dialogue.text.startswith(_told(tokenizer, _PROBE[: at + 1])):
            yield "changes what was answered once others follow"
            return


def _told(tokenizer: Any, messages: Sequence[Mapping[str, Any]], **said: Any) -> str:
    return str(tokenizer.apply_chat_template(readable(messages), tools=_TOOLS, tokenize=False, **said))


def _read(answer: str) -> tuple[str, tuple[Any, ...]]:
    """The text of an answer, and the cities of its calls; None for a call that cannot be read."""
    text, calls = read_answer({"content": answer})
    fit = (one.name == "probe_weather" and one.arguments is not None and len(one.arguments) == 1 for one in calls)
    return text, tuple(
        (one.arguments or {}).get("city") if good else None for one, good in zip(calls, fit, strict=True)
    )


def _wrongly_trained(tokenizer: Any, encoded: Encoded) -> Iterator[str]:
    runs = [encoded.ids[start:end] for start, end in encoded.runs]
    everything = "".join(str(tokenizer.decode(run)) for run in runs)
    for word in ("probe_weather", *_CITIES, *(text for text, _ in _TRAINED)):
        if word not in everything:
            yield f"does not train what the assistant says ({word!r} in the check)"
            return
    if any(word in everything for word in _UNTRAINED):
        yield "trains what the assistant does not say"
    if '\\"' in everything:
        yield "quotes the arguments of calls twice"
    ends = {tokenizer.eos_token_id, *tokenizer.get_added_vocab().values()}
    if len(runs) != len(_TRAINED) or any(int(run[_last(tokenizer, run)]) not in ends for run in runs):
        yield "does not train the end of the assistant's messages"
    elif tuple(_read(tokenizer.decode(run[: _last(tokenizer, run)])) for run in runs) != _TRAINED:
        yield "writes calls or answers in a form that is not read here"


def _last(tokenizer: Any, run: Any) -> int:
    """Where the last token of a run stands that is more than white space; the run's first where there is none."""
    return next((at for at in reversed(range(len(run))) if str(tokenizer.decode([run[at]])).strip()), 0)


def _reason(error: BaseException) -> str:
    return " ".join(str(error).split())[:100]
