"""Batches that were handed in and not yet read, on disk: whoever comes back reads them and pays nothing twice."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from magnet_kg.domain.errors import MagnetError, file_error

FOLDER = "batches"


class Job(BaseModel):
    """One batch.

    Attributes:
        label: our name for it, which the provider keeps too.
        model: as the settings name it.
        address: the server's.
        tasks: the task of every question, by its key in the cache (hexadecimal), in the order of the batch.
        form: how answers were asked for.
        name: the provider's name; None while it is being handed in.
        submitted: seconds since 1970.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    label: str
    model: str
    address: str
    tasks: dict[str, str]
    form: str
    submitted: float
    name: str | None = None

    @property
    def keys(self) -> tuple[str, ...]:
        """Of its questions, in their order."""
        return tuple(self.tasks)


class JobBook:
    """A folder with a file a batch.

    Args:
        folder: where answers are kept.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder / FOLDER

    def write(self, job: Job) -> None:
        """Keep a batch, or what is new about it; it is complete or absent, whenever the process is killed."""
        path = self._path(job)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            unfinished = path.with_suffix(".part")
            unfinished.write_text(job.model_dump_json(), encoding="utf-8")
            unfinished.replace(path)
        except OSError as error:
            raise file_error(error, path) from None

    def remove(self, job: Job) -> None:
        """Its answers are in the cache."""
        self._path(job).unlink(missing_ok=True)

    def jobs(self, model: str, address: str) -> list[Job]:
        """What is still to be read of a model, the oldest first.

        Raises:
            MagnetError: a file is damaged.
        """
        found = [self._read(path) for path in sorted(self._folder.glob("*.json"))]
        return sorted(
            (one for one in found if (one.model, one.address) == (model, address)), key=lambda one: one.submitted
        )

    def _path(self, job: Job) -> Path:
        return self._folder / f"{job.label}.json"

    @staticmethod
    def _read(path: Path) -> Job:
        try:
            return Job.model_validate_json(path.read_bytes())
        except (OSError, ValidationError):
            raise MagnetError(
                "this note of a batch cannot be read",
                where=str(path),
                do="Remove it: its questions are then asked, and paid for, once more",
            ) from None
