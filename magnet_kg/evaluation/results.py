"""What came of each item, kept on disk as soon as it is known: nothing is evaluated twice."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import orjson
from pydantic import ValidationError

import magnet_kg.student
from magnet_kg.domain.errors import file_error
from magnet_kg.domain.record import Record, content_hash
from magnet_kg.teacher.llm.carrier import FAILED

_WEIGHTS_AND_WORDS = ("*.safetensors", "*.bin", "*.json", "*.jinja", "*.model", "*.txt")


class ItemResult(Record):
    """What a student made of an item.

    Attributes:
        id: of the item.
        category: to which it belongs.
        valid: the benchmark's verdict.
        error_type: the benchmark's name for what is wrong; empty where nothing is.
        error: what it says about it.
        unanswered: why the student gave no answer (a context too long); empty where it gave one.
        answer: what was judged, in the benchmark's form.
        messages: what the student said and what came back, in OpenAI's form.
        seconds: from the question to the verdict; items that are asked together wait for each other.
    """

    id: str
    category: str
    valid: bool
    error_type: str = ""
    error: str = ""
    unanswered: str = ""
    answer: Any = None
    messages: tuple[dict[str, Any], ...] = ()
    seconds: float = 0.0


class Results:
    """The results of one student on one benchmark: a file of lines that grows as they come.

    Args:
        folder: where such files are.
        about: everything that shapes a result: the model's content, the benchmark's version, how it is asked.
        fresh: whether what is there is done away with.
    """

    def __init__(self, folder: Path, about: Mapping[str, Any], *, fresh: bool = False) -> None:
        self.path = folder / f"{content_hash(about)}.jsonl"
        self._found: dict[str, ItemResult] = {}
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if fresh or not self.path.exists():
                self.path.write_bytes(orjson.dumps({"about": about}, option=orjson.OPT_APPEND_NEWLINE))
            lines = self.path.read_bytes().splitlines()
        except OSError as error:
            raise file_error(error, self.path) from None
        for line in lines[1:]:
            # A line that was being written when the machine went down is as if it were not there.
            try:
                one = ItemResult.model_validate_json(line)
            except ValidationError:
                continue
            self._found[one.id] = one

    def get(self, id: str) -> ItemResult | None:
        """The result of an item, where there is one."""
        return self._found.get(id)

    def put(self, result: ItemResult) -> None:
        """Keep a result; one that a server's failure made, until the program ends: it says nothing of the student."""
        self._found[result.id] = result
        if result.unanswered == FAILED:
            return
        try:
            with self.path.open("ab+") as file:
                file.seek(max(0, file.tell() - 1))
                torn = file.read(1) != b"\n"
                file.write((b"\n" if torn else b"") + result.to_line())
        except OSError as error:
            raise file_error(error, self.path) from None


def folder_identity(folder: Path) -> str:
    """Changes with anything in a model's folder that has a part in its answers, and with the template that we add."""
    digest = hashlib.blake2b(digest_size=16)
    templates = Path(magnet_kg.student.__file__).parent.glob("*.jinja")
    files = {file for pattern in _WEIGHTS_AND_WORDS for file in folder.glob(pattern)}
    for file in [*sorted(files), *sorted(templates)]:
        with file.open("rb") as opened:
            digest.update(file.name.encode() + b"\0" + hashlib.file_digest(opened, "blake2b").digest())
    return digest.hexdigest()


def write_lines(path: Path, results: Iterable[ItemResult]) -> None:
    """Results as lines of JSON, for reading: wrong ones with what is wrong."""
    path.write_bytes(b"".join(orjson.dumps(one.model_dump(mode="json")) + b"\n" for one in results))
