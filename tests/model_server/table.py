"""Answers by prompt: what a server says that was told beforehand what to say to whom."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from model_server.script import Message, Question, Reply, Script, fitting

# How many paragraphs at the end of a prompt may be the request for JSON.
_PARAGRAPHS = 3


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


def _readings(messages: Sequence[Message]) -> Iterator[Sequence[Message]]:
    """A prompt as it is, without what follows a bad answer, and without what asks for JSON at its end."""
    yield messages
    first = next((at for at, one in enumerate(messages) if one.role == "assistant"), len(messages))
    own = messages[:first]
    yield own
    # After an empty answer, what is wrong with it follows at once.
    yield own[:-1]
    for at, one in enumerate(own):
        if one.role == "user":
            text = one.text
            for _ in range(_PARAGRAPHS):
                text = text.rpartition("\n\n")[0]
                yield (*own[:at], Message("user", text), *own[at + 1 :])
