"""An answer's text against its schema: it fits as it is, or there are sentences that say what is wrong."""

from __future__ import annotations

import re
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from magnet_kg.domain.errors import Unanswered
from magnet_kg.teacher.llm.reply import Reply

Answer = TypeVar("Answer", bound=BaseModel)
EMPTY = "the answer is empty"
CUT = "the answer was cut off"
NOT_JSON = "the answer is not one JSON object"
NOT_FITTING = "the answer does not fit its schema"
FAULTY = "the answer has faults"
REFUSED = "the model refused"
# Where JSON is asked for in plain text, a whole answer in one block of code is the form that models know.
_BLOCK = re.compile(r"\A```(?:json)?[ \t]*\n(.*)\n[ \t]*```\Z", re.DOTALL)
_MOST_FAULTS = 8


class Unfit(Exception):  # noqa: N818  (a verdict about an answer)
    """An answer that cannot be used.

    Attributes:
        reason: short and countable.
        faults: what is wrong, in sentences for the model.
    """

    def __init__(self, reason: str, faults: list[str]) -> None:
        super().__init__(reason)
        self.reason = reason
        self.faults = faults

    def given_up(self, *, known: bool) -> Unanswered:
        """What becomes of the row when the answer to the repair does not fit either; `known` as `Unanswered` has it."""
        return Unanswered(self.reason, " ".join(self.faults)[:500], known=known)


def read_answer(reply: Reply, answer: type[Answer]) -> Answer:
    """The answer, exactly as it was given: nothing is cut out, completed or converted.

    Raises:
        Unfit: it does not fit.
    """
    text = reply.text.strip()
    if not text:
        raise Unfit(CUT if reply.finish == "length" else EMPTY, ["The answer is empty."])
    if reply.form == "json" and (block := _BLOCK.match(text)):
        text = block[1]
    try:
        return answer.model_validate_json(text, strict=True, extra="forbid")
    except ValidationError as error:
        raise _unfit(error, reply) from None


def _unfit(error: ValidationError, reply: Reply) -> Unfit:
    found = error.errors(include_url=False, include_input=False)
    if found[0]["type"] == "json_invalid":
        if reply.finish == "length":
            return Unfit(CUT, ["The answer was too long and was cut off before its end; answer more briefly."])
        return Unfit(NOT_JSON, [f"The answer is not one JSON object and nothing else: {found[0]['msg']}."])
    faults = [f"{_place(each['loc'])}: {each['msg']}." for each in found[:_MOST_FAULTS]]
    return Unfit(NOT_FITTING, faults)


def _place(loc: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in loc) or "the whole answer"
