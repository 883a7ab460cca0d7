"""Students as the command line names them: an address, or a folder with a model."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from pathlib import Path

from magnet_kg.domain.errors import MagnetError
from magnet_kg.teacher.llm.request import ToolCaller


def student_at(
    where: str, model: str | None, *, temperature: float, timeout: float
) -> AbstractAsyncContextManager[ToolCaller]:
    """The student at an address or in a folder, opened when it is entered.

    Args:
        where: `http://…/v1`, or a folder of a Hugging Face model.
        model: its name at the server; None asks the server.
        temperature: of sampling.
        timeout: seconds for one call.

    Raises:
        MagnetError: neither, or what is needed for it is not installed.
    """
    if where.startswith(("http://", "https://")):
        from magnet_kg.teacher.llm.student_server import ServedStudent

        return ServedStudent(where.rstrip("/"), model, temperature=temperature, timeout=timeout)
    if not Path(where).is_dir():
        raise MagnetError(
            "there is no such student", where=where, do="Give the address of a server with /v1, or a model's folder"
        )
    from magnet_kg.teacher.llm.local_student import LocalStudent

    return LocalStudent(Path(where), temperature=temperature)
