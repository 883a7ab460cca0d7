"""A student in a folder: a Hugging Face model that is run in this process, one answer after the other."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from hashlib import blake2b
from importlib import import_module
from pathlib import Path
from typing import Any

import orjson

from magnet_kg.domain.errors import MagnetError, Unanswered

MOST_TOKENS = 1024


class LocalStudent:
    """A student in a folder; see `ToolCaller`. Its calls stay in the text, as its chat template writes them.

    Args:
        folder: of the model, with its tokenizer.
        temperature: of sampling; 0 takes the likeliest token.

    Raises:
        MagnetError: a package is missing, or the folder lacks a tokenizer, a chat template or a model.
    """

    def __init__(self, folder: Path, *, temperature: float) -> None:
        try:
            torch, transformers = import_module("torch"), import_module("transformers")
        except ImportError as error:
            raise MagnetError(
                f"a student in a folder needs {error.name}", where=str(folder), do="pip install 'magnet-kg[train]'"
            ) from error
        self._torch: Any = torch
        self._transformers: Any = transformers
        self._folder = folder
        self._temperature = temperature
        self._lock = asyncio.Lock()
        self._tokenizer = self._loaded("AutoTokenizer", "tokenizer")
        if self._tokenizer.chat_template is None:
            raise MagnetError(
                "the tokenizer has no chat template", where=str(folder), do="Save the model as it was trained"
            )
        self._model = self._loaded("AutoModelForCausalLM", "model")
        self._model.to("cuda" if torch.cuda.is_available() else "cpu").eval()

    @property
    def model(self) -> str:
        """The folder's name."""
        return self._folder.resolve().name

    async def chat(
        self, messages: Sequence[dict[str, Any]], tools: Sequence[dict[str, Any]], sample: int
    ) -> dict[str, Any]:
        """See `ToolCaller.chat`: the text as it was generated, calls in it included.

        Raises:
            Unanswered: the dialogue does not fit the model's context, or its chat template refuses it.
        """
        async with self._lock:
            return {"content": await asyncio.to_thread(self._generate, messages, tools, sample)}

    def _generate(self, messages: Sequence[dict[str, Any]], tools: Sequence[dict[str, Any]], sample: int) -> str:
        told = [_readable(message) for message in messages]
        try:
            given = self._tokenizer.apply_chat_template(
                told, tools=list(tools) or None, add_generation_prompt=True, return_tensors="pt", return_dict=True
            )
        except Exception as error:
            # Templates raise whatever their authors chose to.
            raise Unanswered("the chat template refuses the dialogue", str(error)[:200]) from error
        length = given["input_ids"].shape[1]
        context = getattr(self._model.config, "max_position_embeddings", None)
        if context is not None and length >= context:
            raise Unanswered("the context is too long", f"{length} of {context} tokens")
        # The same dialogue and sample give the same answer, whatever was generated before.
        said = blake2b(orjson.dumps([told, sample]), digest_size=6).digest()
        self._torch.manual_seed(int.from_bytes(said, "big"))
        sampling = {"do_sample": True, "temperature": self._temperature} if self._temperature else {"do_sample": False}
        most = MOST_TOKENS if context is None else min(MOST_TOKENS, context - length)
        with self._torch.inference_mode():
            made = self._model.generate(**given.to(self._model.device), max_new_tokens=most, **sampling)
        return str(self._tokenizer.decode(_without_end(made[0, length:], self._tokenizer), skip_special_tokens=False))

    def _loaded(self, name: str, what: str) -> Any:
        try:
            return getattr(self._transformers, name).from_pretrained(str(self._folder), local_files_only=True)
        except (OSError, ValueError, KeyError, ImportError) as error:
            said = str(error).strip().splitlines()[0].rstrip(".")
            raise MagnetError(
                f"the folder has no {what} that can be loaded ({said})",
                where=str(self._folder),
                do="Give a folder that save_pretrained has written, model and tokenizer",
            ) from error


def _readable(message: dict[str, Any]) -> dict[str, Any]:
    """Templates take arguments as objects; JSON in a string would be quoted once more."""
    if not message.get("tool_calls"):
        return message
    calls = [
        {**call, "function": {**call["function"], "arguments": orjson.loads(call["function"]["arguments"])}}
        for call in message["tool_calls"]
    ]
    return {**message, "tool_calls": calls}


def _without_end(tokens: Any, tokenizer: Any) -> Any:
    """Without what ends a message; other special tokens stay, since some models mark their calls with them."""
    ends = {tokenizer.eos_token_id, tokenizer.pad_token_id}
    return [token for token in tokens.tolist() if token not in ends]
