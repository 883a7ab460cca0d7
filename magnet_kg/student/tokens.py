"""A dialogue as tokens, and which of them are trained on: one function for training, preview and evaluation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from magnet_kg.domain.errors import MagnetError


@dataclass(frozen=True)
class Encoded:
    """A dialogue as tokens.

    Attributes:
        ids: int32, shape (tokens,).
        mask: bool, shape (tokens,): whether a token is the assistant's, and so trained on.
        spoken: bool, shape (tokens,): whether a token is of a message without calls, and not its first, which decides
            that nothing is called.
    """

    ids: NDArray[np.int32]
    mask: NDArray[np.bool_]
    spoken: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def trained(self) -> int:
        """Tokens that are trained on."""
        return int(self.mask.sum())

    @property
    def runs(self) -> list[tuple[int, int]]:
        """Where trained tokens stand together: (first, after the last), in order."""
        edges = np.flatnonzero(np.diff(self.mask.astype(np.int8), prepend=0, append=0))
        return [(int(start), int(end)) for start, end in zip(edges[::2], edges[1::2], strict=True)]


@dataclass(frozen=True)
class Rendered:
    """A dialogue as text.

    Attributes:
        text: all of it, as the chat template writes it.
        spans: (first character, after the last) of what the assistant writes, message by message.
        calling: for each span whether its message has calls; True for all where spans are not those of the messages,
            which no template does that `choose_template` takes.
    """

    text: str
    spans: tuple[tuple[int, int], ...]
    calling: tuple[bool, ...]


def encode(tokenizer: Any, messages: Sequence[Mapping[str, Any]], tools: str | Sequence[Mapping[str, Any]]) -> Encoded:
    """A dialogue as the model sees it in training, and which tokens are the assistant's; see `render`."""
    return tokenize(tokenizer, [render(tokenizer, messages, tools)])[0]


def render(tokenizer: Any, messages: Sequence[Mapping[str, Any]], tools: str | Sequence[Mapping[str, Any]]) -> Rendered:
    """A dialogue as text.

    Args:
        tokenizer: with a template that has generation marks; see `fitted_tokenizer`.
        messages: in OpenAI's form; arguments may be JSON strings or objects.
        tools: what is offered, in OpenAI's form, or that as a JSON string.

    Raises:
        MagnetError: the chat template refuses the dialogue.
    """
    offered = (orjson.loads(tools) if isinstance(tools, str) else list(tools)) or None
    try:
        texts, spans = import_module("transformers.utils.chat_template_utils").render_jinja_template(
            conversations=[readable(messages)],
            tools=offered,
            chat_template=tokenizer.get_chat_template(None, offered),
            return_assistant_tokens_mask=True,
            **tokenizer.special_tokens_map,
        )
    except Exception as error:
        # Templates raise whatever their authors chose to.
        raise MagnetError(f"the chat template refuses the dialogue ({' '.join(str(error).split())[:200]})") from error
    calling = tuple(bool(one.get("tool_calls")) for one in messages if one["role"] == "assistant")
    told = tuple(spans[0])
    return Rendered(texts[0], told, calling if len(calling) == len(told) else (True,) * len(told))


def tokenize(tokenizer: Any, dialogues: Sequence[Rendered]) -> list[Encoded]:
    """Dialogues as `tokenizer.apply_chat_template` gives them one by one, made at once: on all cores.

    Args:
        tokenizer: a fast one; others cannot say where a text's tokens stand.
        dialogues: one or more, of `render`.
    """
    made = tokenizer([one.text for one in dialogues], add_special_tokens=False, return_attention_mask=False)
    return [_encoded(made, at, one) for at, one in enumerate(dialogues)]


def _encoded(made: Any, at: int, dialogue: Rendered) -> Encoded:
    ids = np.array(made["input_ids"][at], dtype=np.int32)
    mask, spoken = np.zeros((2, len(ids)), dtype=np.bool_)
    for (start, end), calling in zip(dialogue.spans, dialogue.calling, strict=True):
        first, last = made.char_to_token(at, start), made.char_to_token(at, end - 1)
        # A character that no token has: nothing was written there.
        if first is not None:
            after = None if last is None else last + 1
            mask[first:after] = True
            spoken[first + 1 : after] = not calling
    return Encoded(ids, mask, spoken)


def readable(messages: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Messages with the arguments of calls as objects: a template would quote JSON in a string once more."""
    return [_readable(message) for message in messages]


def _readable(message: Mapping[str, Any]) -> dict[str, Any]:
    """Without keys that say nothing, too: Parquet has all keys in all messages."""
    told = {key: value for key, value in message.items() if value is not None}
    if told.get("tool_calls"):
        told["tool_calls"] = [{**call, "function": _called(call["function"])} for call in told["tool_calls"]]
    return told


def _called(function: Mapping[str, Any]) -> dict[str, Any]:
    arguments = function["arguments"]
    return {**function, "arguments": orjson.loads(arguments) if isinstance(arguments, str) else arguments}
