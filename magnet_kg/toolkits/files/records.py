"""What the cloud drive keeps and what its functions return."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

FileType = Literal["document", "spreadsheet", "presentation", "pdf", "image"]
SharePermission = Literal["view", "comment", "edit"]
ExportFormat = Literal["pdf", "word", "csv", "plain_text", "png"]


@dataclass(slots=True)
class Version:
    """An earlier or the present state of a file. `contact_id` is who saved it; nothing where it was the user."""

    file_version_id: str
    saved_at: datetime
    size_mb: float
    contact_id: str | None = None


@dataclass(slots=True)
class Comment:
    """A remark on a file; the user's own where there is no contact."""

    contact_id: str | None
    text: str
    written_at: datetime


@dataclass(slots=True)
class StoredFile:
    """A file of the drive. `shared` maps contacts to what they may do; the newest version stands last."""

    file_id: str
    file_name: str
    file_type: FileType
    folder_id: str
    versions: list[Version]
    shared: dict[str, SharePermission] = field(default_factory=dict)
    comments: list[Comment] = field(default_factory=list)


@dataclass(slots=True)
class Folder:
    """A folder of the drive."""

    folder_id: str
    folder_name: str


@dataclass(slots=True)
class TrashedFile:
    """A file that lies in the trash until it is deleted for good."""

    trashed_file_id: str
    file: StoredFile
    trashed_on: date


@dataclass(slots=True)
class FilesState:
    """Folders, files, what is in the trash, and how much room there is."""

    folders: list[Folder]
    files: list[StoredFile]
    trash: list[TrashedFile]
    storage_gb: int
    other_gb: float


@dataclass(slots=True)
class FileSummary:
    """A file as it stands in a list."""

    file_id: str
    file_name: str
    file_type: FileType
    folder_name: str
    size_mb: float
    modified_on: date


@dataclass(slots=True)
class FileList:
    """Files, the one changed last first."""

    files: list[FileSummary]


@dataclass(slots=True)
class FolderSummary:
    """A folder and what is in it."""

    folder_id: str
    folder_name: str
    file_count: int
    total_size_mb: float


@dataclass(slots=True)
class FolderList:
    """All folders of the drive."""

    folders: list[FolderSummary]


@dataclass(slots=True)
class FolderContents:
    """What lies in one folder, the file changed last first."""

    folder_id: str
    folder_name: str
    files: list[FileSummary]


@dataclass(slots=True)
class FileDetails:
    """Everything about one file: where it is, who changed it when, and who else may open it."""

    file_id: str
    file_name: str
    file_type: FileType
    folder_id: str
    folder_name: str
    size_mb: float
    created_on: date
    modified_on: date
    modified_by: str
    shared_with: list[str]
    version_count: int
    comment_count: int


@dataclass(slots=True)
class CreatedFolder:
    """A new folder."""

    folder_id: str
    folder_name: str


@dataclass(slots=True)
class MovedFile:
    """A file in its new place."""

    file_id: str
    file_name: str
    folder_id: str
    folder_name: str
    previous_folder_name: str


@dataclass(slots=True)
class RenamedFile:
    """A file under its new name."""

    file_id: str
    file_name: str
    previous_file_name: str


@dataclass(slots=True)
class SharedFile:
    """A file that somebody else may open now."""

    file_id: str
    file_name: str
    contact_id: str
    shared_with: str
    permission: SharePermission


@dataclass(slots=True)
class FileVersion:
    """An earlier version of a file as it stands in the list."""

    file_version_id: str
    saved_on: date
    saved_by: str
    size_mb: float


@dataclass(slots=True)
class FileVersions:
    """The versions that a file had before the present one, newest first."""

    file_id: str
    file_name: str
    versions: list[FileVersion]


@dataclass(slots=True)
class RestoredVersion:
    """A file as it was before. `restored_from` is the day on which that version was saved."""

    file_id: str
    file_name: str
    restored_from: date
    size_mb: float


@dataclass(slots=True)
class FileComment:
    """A remark as it is read."""

    author: str
    text: str
    written_on: date


@dataclass(slots=True)
class FileComments:
    """The remarks on one file, the newest last."""

    file_id: str
    file_name: str
    comments: list[FileComment]


@dataclass(slots=True)
class AddedComment:
    """A remark that everybody can read now who can open the file."""

    file_id: str
    file_name: str
    comment: str
    comment_count: int


@dataclass(slots=True)
class ExportedFile:
    """A copy of a file in another format, saved beside it."""

    file_id: str
    file_name: str
    export_format: ExportFormat
    folder_name: str
    size_mb: float


@dataclass(slots=True)
class FileInTrash:
    """A file in the trash and the day on which it is gone for good."""

    trashed_file_id: str
    file_name: str
    size_mb: float
    trashed_on: date
    deleted_for_good_on: date


@dataclass(slots=True)
class TrashContents:
    """What is in the trash, what was thrown away last first."""

    trashed_files: list[FileInTrash]


@dataclass(slots=True)
class RestoredFile:
    """A file that is back from the trash."""

    file_id: str
    file_name: str
    folder_id: str
    folder_name: str


@dataclass(slots=True)
class StorageUsage:
    """How much of the drive is used."""

    used_gb: float
    free_gb: float
    storage_gb: int
    used_percent: float
    trash_size_mb: float
    largest_file_id: str
    largest_file_name: str
    largest_file_size_mb: float


@dataclass(slots=True)
class StoragePlan:
    """A larger plan that one could take."""

    storage_plan_id: str
    plan_name: str
    storage_gb: int
    yearly_price: float
    currency: str


@dataclass(slots=True)
class StoragePlans:
    """The plans that are larger than the present one, the smallest first."""

    storage_gb: int
    plans: list[StoragePlan]


@dataclass(slots=True)
class UpgradedStorage:
    """A plan that has been bought."""

    plan_name: str
    storage_gb: int
    free_gb: float
    total_price: float
    currency: str
    renews_on: date
    transaction_id: str
