"""Questions in Gemini's batches instead of one by one: half the price, and answers within a day (`mode: batch`).

Only judging and naming errors go this way; in a dialogue each question waits for the answer before it.
"""

from __future__ import annotations

import asyncio

from magnet_kg.domain.errors import MagnetError
from magnet_kg.teacher.llm.batch_desk import Asked, BatchDesk, Pace
from magnet_kg.teacher.llm.carrier import Carrier, as_json
from magnet_kg.teacher.llm.gemini_batches import Entry, GeminiBatches
from magnet_kg.teacher.llm.office import Office
from magnet_kg.teacher.llm.reply import Form, Question, Reply
from magnet_kg.teacher.settings import DUTIES, Task, TeacherSettings

BATCHED: tuple[Task, ...] = (*DUTIES["judge"], *DUTIES["errors"])


class BatchCarrier(Carrier):
    """Carries the questions of `BATCHED` in batches, all others one by one; with one cache, account and budget.

    Raises:
        MagnetError: the provider has no batches; no key; no price where there is a budget.
    """

    def __init__(self, settings: TeacherSettings, office: Office, pace: Pace | None = None) -> None:
        super().__init__(settings, office)
        if self._place.provider != "google":
            raise MagnetError(
                f"{self.model}: only Gemini's batches are known (google:NAME)",
                do="Leave mode: batch out for this model",
            )
        self._pace = pace or Pace()
        self._desks: dict[asyncio.AbstractEventLoop, BatchDesk] = {}

    async def _try_often(self, question: Question) -> Reply:
        if question.task not in BATCHED:
            return await super()._try_often(question)
        accounts = self.office.accounts
        form: Form = "json" if self.settings.structured == "json" else "schema"
        messages = as_json(question) if form == "json" else question.messages
        size = sum(len(str(message["content"]).encode()) for message in messages)
        reserved = await accounts.reserve(self.settings, question.task, size)
        try:
            desk = await self._desk()
            return await desk.ask(
                self.key(question), Asked(question.task, Entry(messages, question.schema, form), size)
            )
        finally:
            accounts.release(reserved)

    async def _desk(self) -> BatchDesk:
        """The desk of the event loop that runs now."""
        loop = asyncio.get_running_loop()
        if loop not in self._desks:
            self._desks = {one: desk for one, desk in self._desks.items() if not one.is_closed()}
            batches = GeminiBatches(self._place, self.settings, self._key)
            self._desks[loop] = BatchDesk(self.model, self._place.address, self.office, batches, self._pace)
            await self._desks[loop].open()
        return self._desks[loop]
