"""Answers by prompt: what a server says that was told beforehand what to say to whom."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from model_server.script import Message, Question, Reply, Script, fitting

# A prompt of fewer messages than this has nothing that could be taken away.
_WHOLE = 2


@dataclass
class Table:
    """Answers as JSON, by the hash of a prompt's messages.

    Attributes:
        answers: by `key_of`.
        unknown: prompts that nobody had told the server about, as they came.
    """

    answers: dict[str, str] = field(default_factory=dict)
    unknown: list[Question] = field(default_factory=list)

    def script(self, otherwise: Script = fitting) -> Script:
        """Answers by looking the prompt up, an answer that was sent back as well as one that was not."""

        def reply(question: Question) -> Reply:
            for messages in _readings(question.messages):
                answer = self.answers.get(key_of(messages))
                if answer is not None:
                    return Reply(answer)
            self.unknown.append(question)
            return otherwise(question)

        return reply

    def save(self, path: Path) -> None:
        """Write it down, for a server in a process of its own."""
        path.write_text(json.dumps(self.answers))

    @classmethod
    def load(cls, path: Path) -> Table:
        """Read it again."""
        return cls(json.loads(path.read_text()))


def key_of(messages: Sequence[Message]) -> str:
    """The hash of a prompt."""
    return hashlib.sha256(json.dumps([[one.role, one.text] for one in messages]).encode()).hexdigest()[:32]


def _readings(messages: Sequence[Message]) -> list[Sequence[Message]]:
    """A prompt as it is, without what follows a bad answer, and without what asks for JSON."""
    readings: list[Sequence[Message]] = [messages]
    first = next((at for at, one in enumerate(messages) if one.role == "assistant"), len(messages))
    readings.append(messages[:first])
    return readings
