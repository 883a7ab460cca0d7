"""Carries one question to one model: from the cache, or once over the wire, tried again where that may help."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from magnet_kg.domain.errors import MagnetError, Unanswered
from magnet_kg.teacher.llm.cache import question_key
from magnet_kg.teacher.llm.keys import find_key, redact
from magnet_kg.teacher.llm.limiter import Limiter, Slot
from magnet_kg.teacher.llm.office import Office
from magnet_kg.teacher.llm.providers import find_place
from magnet_kg.teacher.llm.reply import Form, NotTaken, Question, RateLimited, Reply, TooLong, Unavailable
from magnet_kg.teacher.llm.troubles import neutral
from magnet_kg.teacher.settings import TeacherSettings
from magnet_kg.wording.prompts import load_prompt

if TYPE_CHECKING:
    from tenacity import RetryCallState

# Tries at a call that fails, and seconds for which one that is refused is tried.
_TRIES = 6
_PATIENCE = 900.0
# A server that asks to wait longer than this wants the run to go on another day.
_LONGEST_WAIT = 300.0
_LONGEST_BACKOFF = 30.0
TOO_LONG = "the prompt is longer than the model's context"
FAILED = "the server failed"
NOT_TAKEN = "the server does not take the request"


class Carrier:
    """One model as `settings` name it.

    Raises:
        MagnetError: no such provider, its package is missing, no key, no price where there is a budget.
    """

    def __init__(self, settings: TeacherSettings, office: Office) -> None:
        assert settings.model is not None
        self.model = settings.model
        self.settings = settings
        self.office = office
        self._place = find_place(settings)
        self._key = find_key(settings)
        office.accounts.check(settings)
        self._limiter = office.limiter(self._place, settings.concurrency)
        self._circuit = office.circuit(self._place)

    def key(self, question: Question) -> bytes:
        """Under which the answer is kept."""
        return question_key(self.settings, question)

    async def carry(self, question: Question) -> Reply:
        """The answer.

        Raises:
            Unanswered: the server failed on this question several times, or does not take it.
            MagnetError: no call can be made any more.
        """
        key = self.key(question)
        reply, shared = await self.office.once(key, lambda: self._find(key, question))
        if shared:
            self.office.accounts.cached(self.model, question.task)
        return reply

    async def keep(self, question: Question, reply: Reply, factor: float = 1.0) -> None:
        """Keeps and counts an answer that came another way (a batch), paid at `factor` times the price."""
        usd = self.office.accounts.usd(self.model, reply.tokens_in, reply.tokens_out, factor)
        await self.office.cache.put(self.key(question), self.model, question.task, reply, usd or 0.0)
        self.office.accounts.answered(self.model, question.task, reply, usd)

    async def _find(self, key: bytes, question: Question) -> Reply:
        if (known := await self.office.cache.get(key)) is not None:
            self.office.accounts.cached(self.model, question.task)
            return known
        try:
            return await self._try_often(question)
        except TooLong:
            raise Unanswered(TOO_LONG) from None
        except Unavailable as failure:
            raise Unanswered(FAILED, failure.what) from None
        except RateLimited as refusal:
            raise MagnetError(
                f"{self.model} takes no calls: {refusal.what}",
                do="Give the same command again later; finished rows are kept, and no answer is paid twice",
            ) from None

    async def _try_often(self, question: Question) -> Reply:
        from tenacity import AsyncRetrying, retry_if_exception_type

        tries = _Tries(self._limiter)
        trying = AsyncRetrying(
            retry=retry_if_exception_type((Unavailable, RateLimited)), stop=tries.stop, wait=tries.wait, reraise=True
        )
        return await trying(self._try_forms, question)

    async def _try_forms(self, question: Question) -> Reply:
        """Held to the schema where the server can, else asked for as JSON; which it is, is learnt once a type."""
        if question.schema is None:
            return await self._send_in(question, "free")
        learnt = (self._place, question.schema.name)
        auto = self.settings.structured == "auto"
        if self.settings.structured == "schema":
            return await self._send_in(question, "schema")
        if auto and learnt not in self.office.without_schema:
            with contextlib.suppress(NotTaken):
                return await self._send(question, "schema")
        reply = await self._send_in(question, "json")
        if auto:
            self.office.without_schema.add(learnt)
        return reply

    async def _send_in(self, question: Question, form: Form) -> Reply:
        try:
            return await self._send(question, form)
        except NotTaken as refusal:
            raise self._not_taken(refusal) from None

    async def _send(self, question: Question, form: Form) -> Reply:
        """One call within all limits: a place among those in flight, a provider that is up, money for it."""
        slot = await self._limiter.enter()
        end: Callable[[Slot], None] = self._limiter.left
        try:
            probe = await self._circuit.enter()
            try:
                reply = await self._paid(question, form)
                self._circuit.succeeded()
                end = self._limiter.succeeded
                return reply
            except Unavailable as failure:
                failure.counts = not self._circuit.failed(failure.what, probe)
                raise
            except RateLimited as refusal:
                end = partial(self._limiter.rejected, after=refusal.after)
                if refusal.failing:
                    self._circuit.failed(refusal.what, probe)
                else:
                    self._circuit.succeeded()
                raise
            except (NotTaken, TooLong):
                self._circuit.succeeded()
                raise
            finally:
                self._circuit.left(probe)
        finally:
            end(slot)

    async def _paid(self, question: Question, form: Form) -> Reply:
        accounts = self.office.accounts
        messages = as_json(question) if form == "json" else question.messages
        size = sum(len(str(message.get("content") or "").encode()) for message in messages)
        reserved = await accounts.reserve(self.settings, question.task, size)
        try:
            reply = replace(await self._over_the_wire(question, messages, form), form=form)
            # On disk before anybody sees it: whatever happens from here on, it is not asked again.
            await self.keep(question, reply)
        except (Unavailable, RateLimited, TooLong, NotTaken):
            accounts.failed(self.model, question.task)
            raise
        finally:
            accounts.release(reserved)
        self.office.answering.add(self._place)
        return reply

    async def _over_the_wire(self, question: Question, messages: Any, form: Form) -> Reply:
        client = await self.office.client(self._place, self.settings, self._key)
        schema = question.schema if form == "schema" else None
        try:
            async with asyncio.timeout(self.settings.timeout):
                return await client.send(messages, schema, question.tools)
        except TimeoutError:
            raise Unavailable(f"no answer came within {self.settings.timeout:g} seconds") from None
        except Exception as error:
            raise neutral(error, self.model, redact(self._place.address)) from None

    def _not_taken(self, refusal: NotTaken) -> Exception:
        if self._place in self.office.answering:
            return Unanswered(NOT_TAKEN, refusal.what)
        return MagnetError(
            f"{redact(self._place.address)} does not take a request to {self.model}: {refusal.what}",
            do="Check temperature, max_tokens and structured (json asks for no schema mode); a student's "
            "server must take tools",
        )


class _Tries:
    """How long one question is tried, and how long to wait in between."""

    def __init__(self, limiter: Limiter) -> None:
        self._limiter = limiter
        self._failures = 0
        self._first_refusal: float | None = None

    def stop(self, state: RetryCallState) -> bool:
        """A server that fails has some tries, one that is merely busy has time."""
        error = _error(state)
        if isinstance(error, Unavailable):
            self._failures += error.counts
            return self._failures >= _TRIES
        if isinstance(error, RateLimited) and (error.after or 0) > _LONGEST_WAIT:
            return True
        now = time.monotonic()
        self._first_refusal = self._first_refusal or now
        # Whoever stands in a long line behind others, who are served, is not refused for good.
        return now - max(self._first_refusal, self._limiter.accepted_at) > _PATIENCE

    def wait(self, state: RetryCallState) -> float:
        """Exponential with jitter, and at least what the server asks for (Retry-After)."""
        from tenacity import wait_random_exponential

        error = _error(state)
        asked = error.after or 0.0 if isinstance(error, RateLimited) else 0.0
        return max(asked, float(wait_random_exponential(multiplier=0.5, max=_LONGEST_BACKOFF)(state)))


def _error(state: RetryCallState) -> BaseException | None:
    return None if state.outcome is None else state.outcome.exception()


def as_json(question: Question) -> list[dict[str, Any]]:
    """The messages with the schema told in words, with the first of the user's: some models know no system's."""
    assert question.schema is not None
    told = load_prompt("as_json").render(schema=question.schema.text)
    messages = [dict(message) for message in question.messages]
    first = next((message for message in messages if message["role"] == "user"), messages[-1])
    first["content"] = f"{first['content']}\n\n{told}"
    return messages
