"""Students as the command line names them: an address, or a folder with a model."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from magnet_kg.domain.errors import MagnetError
from magnet_kg.pipeline.models import Models
from magnet_kg.student.caller import ToolCaller
from magnet_kg.teacher.settings import TeacherSettings


@dataclass(frozen=True)
class StudentAt:
    """Where a student is.

    Attributes:
        where: `http://…/v1`, or a folder of a Hugging Face model.
        model: its name at the server; None asks the server.
        key_file: a file with the server's key alone; the environment is asked otherwise.
        timeout: seconds for one call.
        max_tokens: of one answer; None leaves it to whoever serves it.
        naming: what the user does to name one of several models.
    """

    where: str
    model: str | None = None
    key_file: Path | None = None
    timeout: float = 120.0
    max_tokens: int | None = None
    naming: str = "Give --model"

    @property
    def served(self) -> bool:
        """Whether it is a server's."""
        return self.where.startswith(("http://", "https://"))

    def open(self, models: Models, temperature: float, concurrency: int) -> ToolCaller:
        """The student, ready to be called.

        Args:
            models: whose cache and account it shares.
            temperature: of sampling.
            concurrency: calls in flight at most.

        Raises:
            MagnetError: nobody is there, or what is needed to call is not installed.
        """
        if self.served:
            return self._served(models, temperature, concurrency)
        if not Path(self.where).is_dir():
            raise MagnetError(
                "there is no such student", where=self.where,
                do="Give the address of a server with /v1, or a model's folder",
            )  # fmt: skip
        from magnet_kg.student.local import MOST_TOKENS, LocalStudent

        return LocalStudent(Path(self.where), temperature=temperature, max_tokens=self.max_tokens or MOST_TOKENS)

    def _served(self, models: Models, temperature: float, concurrency: int) -> ToolCaller:
        from magnet_kg.teacher.llm.served import choose_model

        settings = TeacherSettings(
            kind="llm",
            model=f"openai:{self.model or 'student'}",
            base_url=self.where.rstrip("/"),
            key_file=self.key_file,
            temperature=temperature,
            concurrency=concurrency,
            timeout=self.timeout,
            max_tokens=self.max_tokens,
        )
        named = choose_model(settings, self.model, self.naming)
        return models.student(settings.model_copy(update={"model": f"openai:{named}"}))
