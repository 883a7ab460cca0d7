"""What a student is to everybody else: chat messages and tools in, an assistant's message out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol


class ToolCaller(Protocol):
    """A model that plays the assistant itself: chat messages and tools in, text or calls out (a student)."""

    @property
    def model(self) -> str:
        """The model as the settings name it."""

    async def chat(
        self, messages: Sequence[dict[str, Any]], tools: Sequence[dict[str, Any]], sample: int
    ) -> dict[str, Any]:
        """The assistant's next message in OpenAI's form (`content`, `tool_calls` with arguments as JSON text).

        Raises:
            Unanswered: this dialogue gets no answer (it does not fit the model's context).
            MagnetError: no call can be made any more.
        """
