"""A student in a folder: a Hugging Face model that is run in this process, many dialogues at once."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b
from importlib import import_module
from pathlib import Path
from typing import Any

import orjson

from magnet_kg.domain.errors import MagnetError, Unanswered
from magnet_kg.student.generation import Generator, Prompt
from magnet_kg.student.loading import loaded
from magnet_kg.student.template import fitted_tokenizer, shows_calls
from magnet_kg.student.tokens import readable

MOST_TOKENS = 1024
# Dialogues that come within so many seconds are answered together.
_GATHER = 0.02
# Tokens of prompts in one batch, padding included, and dialogues. Larger ones gain little on a processor, and keep
# results waiting.
_TOKENS_ON_CPU, _TOKENS_ON_GPU = 12_288, 65_536
_MOST_AT_ONCE = 64


@dataclass(frozen=True, eq=False)
class _Waiting:
    prompt: Prompt
    answered: asyncio.Future[list[int]]


class LocalStudent:
    """A student in a folder; see `ToolCaller`. Its calls stay in the text, as its chat template writes them.

    It is asked with its own chat template where that shows tools, and calls in a form that is read here, else with
    ours, as it would be taught.

    Dialogues that wait at the same time are answered together, those of like length in one batch. The same dialogue
    and sample give the same answer, whatever was or is generated beside them, as far as floating point allows: sums in
    another order may tip a choice between two tokens that are all but equally likely.

    Args:
        folder: of the model, with its tokenizer.
        temperature: of sampling; 0 takes the likeliest token.
        max_tokens: of an answer; one that repeats itself without end is cut off long before.

    Raises:
        MagnetError: a package is missing, or the folder lacks a tokenizer or a model.
    """

    def __init__(self, folder: Path, *, temperature: float, max_tokens: int = MOST_TOKENS) -> None:
        try:
            torch, _ = import_module("torch"), import_module("transformers")
        except ImportError as error:
            raise MagnetError(
                f"a student in a folder needs {error.name}", where=str(folder), do="pip install 'magnet-kg[train]'"
            ) from error
        self._folder = folder
        self._max_tokens = max_tokens
        self._tokenizer = _asking(loaded("AutoTokenizer", folder, "tokenizer"))
        # Halves of a float are what processors of many computers take for ever to multiply.
        on_gpu = torch.cuda.is_available()
        model = loaded("AutoModelForCausalLM", folder, "model", dtype="auto" if on_gpu else torch.float32)
        model.to("cuda" if on_gpu else "cpu").eval()
        self._context: int | None = getattr(model.config, "max_position_embeddings", None)
        self._tokens_at_once = _TOKENS_ON_GPU if on_gpu else _TOKENS_ON_CPU
        self._out_of_memory: type[Exception] = torch.OutOfMemoryError
        self._generator = Generator(torch, model, self._ends(model), temperature, remember=not on_gpu)
        self._waiting: list[_Waiting] = []
        self._serving: asyncio.Task[None] | None = None

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
            MagnetError: memory is too small for this dialogue alone.
        """
        waiting = _Waiting(self._prompt(messages, tools, sample), asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        if self._serving is None or self._serving.done():
            self._serving = asyncio.create_task(self._serve())
        return {"content": self._tokenizer.decode(await waiting.answered, skip_special_tokens=False)}

    async def _serve(self) -> None:
        """Answer until nobody waits."""
        self._generator.stopped.clear()
        while True:
            await asyncio.sleep(_GATHER)
            self._waiting = [one for one in self._waiting if not one.answered.done()]
            if not self._waiting:
                return
            taken = self._take()
            try:
                made = await asyncio.to_thread(self._generator.generate, [one.prompt for one in taken])
            except asyncio.CancelledError:
                self._generator.stopped.set()
                raise
            except Exception as error:
                _fail(taken, self._told(error))
                continue
            for one, tokens in zip(taken, made, strict=True):
                with suppress(asyncio.InvalidStateError):
                    one.answered.set_result(tokens)

    def _take(self) -> list[_Waiting]:
        """Those that are answered next, as many as fit: those first of which most is known."""
        remembers = self._generator.remembers
        order = sorted(
            self._waiting, key=lambda one: (self._generator.left(one.prompt) if remembers else 0, -_length(one))
        )
        longest = _length(order[0])
        taken: list[_Waiting] = []
        for one in order:
            # Padding is computed like anything else where prompts are computed together.
            if not remembers and _length(one) < longest * 3 // 4:
                continue
            longest = max(longest, _length(one))
            if taken and (len(taken) == _MOST_AT_ONCE or (len(taken) + 1) * longest > self._tokens_at_once):
                break
            taken.append(one)
        self._waiting = [one for one in self._waiting if one not in taken]
        return taken

    def _prompt(self, messages: Sequence[dict[str, Any]], tools: Sequence[dict[str, Any]], sample: int) -> Prompt:
        told = readable(messages)
        try:
            ids = self._tokenizer.apply_chat_template(
                told, tools=list(tools) or None, add_generation_prompt=True, return_dict=True
            )["input_ids"]
        except Exception as error:
            # Templates raise whatever their authors chose to.
            raise Unanswered("the chat template refuses the dialogue", str(error)[:200]) from error
        room = self._max_tokens if self._context is None else self._context - len(ids)
        if room <= 0:
            raise Unanswered("the context is too long", f"{len(ids)} of {self._context} tokens")
        # The same dialogue and sample give the same answer, whatever was generated before.
        said = blake2b(orjson.dumps([told, sample]), digest_size=6).digest()
        return Prompt(tuple(ids), min(room, self._max_tokens), int.from_bytes(said, "big"))

    def _ends(self, model: Any) -> list[int]:
        """The tokens that end an answer: the model's, the tokenizer's, and the one that its chat template writes."""
        configured = model.generation_config.eos_token_id
        found = list(configured) if isinstance(configured, list) else [configured]
        found += [self._tokenizer.eos_token_id, self._end_of_turn()]
        return list(dict.fromkeys(token for token in found if token is not None))

    def _end_of_turn(self) -> int | None:
        """The special token that follows an assistant's words, where the template writes one."""
        words = "Good morning"
        chat = [{"role": "user", "content": "Hello"}, {"role": "assistant", "content": words}]
        try:
            told: str = self._tokenizer.apply_chat_template(chat, tokenize=False)
        except Exception:
            return None
        after = told.rpartition(words)[2]
        ids = self._tokenizer.encode(after, add_special_tokens=False)[:1]
        return next((one for one in ids if one in self._tokenizer.all_special_ids), None)

    def _told(self, error: Exception) -> Exception:
        if isinstance(error, self._out_of_memory):
            return MagnetError(
                "memory is too small for one dialogue",
                where=str(self._folder),
                do="Use a smaller model or another device",
            )
        return error


def _length(waiting: _Waiting) -> int:
    return len(waiting.prompt.ids)


def _fail(taken: Sequence[_Waiting], error: Exception) -> None:
    for one in taken:
        with suppress(asyncio.InvalidStateError):
            one.answered.set_exception(error)


def _asking(tokenizer: Any) -> Any:
    """The tokenizer as the model is asked: with its own template where its calls can be read, else as it is taught."""
    return tokenizer if shows_calls(tokenizer) else fitted_tokenizer(tokenizer)
