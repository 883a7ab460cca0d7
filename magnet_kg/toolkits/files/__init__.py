"""The user's cloud drive: folders, files, their versions and who else may open them."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from magnet_kg.execution.toolkit import ToolError, Toolkit
from magnet_kg.execution.world import World, found
from magnet_kg.toolkits.files.drive import (
    TRASH_DAYS,
    file_by_id,
    folder_by_id,
    listed,
    make_drive,
    name_of,
    store_file,
    used_gb,
)
from magnet_kg.toolkits.files.records import (
    AddedComment,
    Comment,
    CreatedFolder,
    ExportedFile,
    ExportFormat,
    FileComment,
    FileComments,
    FileDetails,
    FileInTrash,
    FileList,
    FilesState,
    FileType,
    FileVersion,
    FileVersions,
    Folder,
    FolderContents,
    FolderList,
    FolderSummary,
    MovedFile,
    RenamedFile,
    RestoredFile,
    RestoredVersion,
    SharedFile,
    SharePermission,
    StoragePlan,
    StoragePlans,
    StorageUsage,
    TrashContents,
    TrashedFile,
    UpgradedStorage,
    Version,
)

toolkit = Toolkit("files", category="documents", description="The user's files in a cloud drive.")

_PLANS = (
    ("splan_100", "Standard", 100, 23.99),
    ("splan_200", "Plus", 200, 35.99),
    ("splan_500", "Family", 500, 59.99),
    ("splan_2000", "Premium", 2000, 99.99),
)
_FORMATS: dict[FileType, tuple[ExportFormat, ...]] = {
    "document": ("pdf", "word", "plain_text"),
    "spreadsheet": ("pdf", "csv"),
    "presentation": ("pdf", "png"),
    "pdf": ("word", "plain_text", "png"),
    "image": ("pdf", "png"),
}
_TYPE_OF: dict[ExportFormat, FileType] = {
    "pdf": "pdf",
    "word": "document",
    "csv": "spreadsheet",
    "plain_text": "document",
    "png": "image",
}


@toolkit.state
def make_state(world: World, rng: Random) -> FilesState:
    """Five folders with files, and some in the trash."""
    return make_drive(world, rng)


@toolkit.function
def list_recent_files(world: World, file_type: FileType | None = None) -> FileList:
    """List the files of the drive that were changed last, at most ten of them.

    Args:
        file_type: only files of this type
    """
    kept = [f for f in world.of(FilesState).files if file_type is None or f.file_type == file_type]
    return FileList(listed(world, kept)[:10])


@toolkit.function
def find_files(world: World, query: str) -> FileList:
    """Find files of the drive by words of their name and get their file ids.

    Args:
        query: words of the name
    """
    wanted = query.casefold().split()
    kept = [f for f in world.of(FilesState).files if all(w in f.file_name.casefold().split() for w in wanted)]
    if not wanted:
        raise ToolError("invalid_query", "A search needs at least one word.")
    return FileList(listed(world, kept))


@toolkit.function
def list_folders(world: World) -> FolderList:
    """List the folders of the drive with their folder ids and how much is in them."""
    files = world.of(FilesState).files
    made = []
    for folder in world.of(FilesState).folders:
        inside = [f for f in files if f.folder_id == folder.folder_id]
        size = round(sum(f.versions[-1].size_mb for f in inside), 1)
        made.append(FolderSummary(folder.folder_id, folder.folder_name, len(inside), size))
    return FolderList(made)


@toolkit.function
def list_folder_files(world: World, folder_id: str) -> FolderContents:
    """List the files in one folder of the drive, the one changed last first.

    Args:
        folder_id: id of the folder
    """
    folder = folder_by_id(world, folder_id)
    inside = [f for f in world.of(FilesState).files if f.folder_id == folder_id]
    return FolderContents(folder_id, folder.folder_name, listed(world, inside))


@toolkit.function
def get_file_details(world: World, file_id: str) -> FileDetails:
    """Get everything about one file: folder, size, last change, and the people who can open it.

    Args:
        file_id: id of the file
    """
    file = file_by_id(world, file_id)
    newest = file.versions[-1]
    return FileDetails(
        file_id,
        file.file_name,
        file.file_type,
        file.folder_id,
        folder_by_id(world, file.folder_id).folder_name,
        newest.size_mb,
        file.versions[0].saved_at.date(),
        newest.saved_at.date(),
        name_of(world, newest.contact_id),
        [name_of(world, contact_id) for contact_id in file.shared],
        len(file.versions),
        len(file.comments),
    )


@toolkit.function
def create_folder(world: World, folder_name: str) -> CreatedFolder:
    """Make a new, empty folder in the drive.

    Args:
        folder_name: name of the new folder
    """
    state = world.of(FilesState)
    if any(f.folder_name.casefold() == folder_name.casefold() for f in state.folders):
        raise ToolError("already_exists", f"There already is a folder called {folder_name}.")
    made = Folder(world.new_id("fld", 5), folder_name)
    state.folders.append(made)
    return CreatedFolder(made.folder_id, made.folder_name)


@toolkit.function
def move_file(world: World, file_id: str, folder_id: str) -> MovedFile:
    """Move a file to another folder of the drive.

    Args:
        file_id: id of the file
        folder_id: id of the folder that it goes to
    """
    file, folder = file_by_id(world, file_id), folder_by_id(world, folder_id)
    before = folder_by_id(world, file.folder_id)
    if before.folder_id == folder_id:
        raise ToolError("unchanged", f"The file {file.file_name} already is in {folder.folder_name}.")
    _check_name(world, folder, file.file_name)
    file.folder_id = folder_id
    return MovedFile(file_id, file.file_name, folder_id, folder.folder_name, before.folder_name)


@toolkit.function
def rename_file(world: World, file_id: str, new_title: str) -> RenamedFile:
    """Give a file another name.

    Args:
        file_id: id of the file
        new_title: what the file is called from now on
    """
    file = file_by_id(world, file_id)
    _check_name(world, folder_by_id(world, file.folder_id), new_title)
    before, file.file_name = file.file_name, new_title
    return RenamedFile(file_id, new_title, before)


@toolkit.function
def share_file_with_contact(
    world: World, file_id: str, contact_id: str, permission: SharePermission = "view"
) -> SharedFile:
    """Let a person of the address book open a file, or change what they may do with it.

    Args:
        file_id: id of the file
        contact_id: id of the contact who gets access
        permission: what the person may do
    """
    file, contact = file_by_id(world, file_id), world.contact(contact_id)
    if file.shared.get(contact_id) == permission:
        raise ToolError("already_shared", f"{contact.full_name} can already {permission} {file.file_name}.")
    file.shared[contact_id] = permission
    return SharedFile(file_id, file.file_name, contact_id, contact.full_name, permission)


@toolkit.function
def list_file_versions(world: World, file_id: str) -> FileVersions:
    """List the earlier versions of a file, newest first, with who saved them and when.

    Args:
        file_id: id of the file
    """
    file = file_by_id(world, file_id)
    made = [
        FileVersion(v.file_version_id, v.saved_at.date(), name_of(world, v.contact_id), v.size_mb)
        for v in reversed(file.versions[:-1])
    ]
    return FileVersions(file_id, file.file_name, made)


@toolkit.function
def restore_file_version(world: World, file_version_id: str) -> RestoredVersion:
    """Make an earlier version of a file the current one again; the versions after it stay in the list.

    Args:
        file_version_id: id of the version
    """
    for file in world.of(FilesState).files:
        for version in file.versions:
            if version.file_version_id != file_version_id:
                continue
            if version is file.versions[-1]:
                raise ToolError("unchanged", f"This is the current version of {file.file_name} already.")
            file.versions.append(Version(world.new_id("ver", 6), world.now, version.size_mb))
            return RestoredVersion(file.file_id, file.file_name, version.saved_at.date(), version.size_mb)
    raise ToolError("not_found", f"There is no version with the id {file_version_id}.")


@toolkit.function
def add_file_comment(world: World, file_id: str, comment: str) -> AddedComment:
    """Write a comment on a file, which everybody can read who can open it.

    Args:
        file_id: id of the file
        comment: what the comment says
    """
    file = file_by_id(world, file_id)
    if not comment.strip():
        raise ToolError("empty_comment", "There is nothing in this comment yet.")
    file.comments.append(Comment(None, comment, world.now))
    return AddedComment(file_id, file.file_name, comment, len(file.comments))


@toolkit.function
def list_file_comments(world: World, file_id: str) -> FileComments:
    """List the comments on a file, the newest last.

    Args:
        file_id: id of the file
    """
    file = file_by_id(world, file_id)
    made = [FileComment(name_of(world, c.contact_id), c.text, c.written_at.date()) for c in file.comments]
    return FileComments(file.file_id, file.file_name, made)


@toolkit.function
def export_file(world: World, file_id: str, export_format: ExportFormat) -> ExportedFile:
    """Save a copy of a file in another format, beside the file itself.

    Args:
        file_id: id of the file
        export_format: format of the copy
    """
    file = file_by_id(world, file_id)
    words = export_format.replace("_", " ")
    if export_format not in _FORMATS[file.file_type]:
        raise ToolError("format_not_supported", f"The {file.file_type} {file.file_name} can't be saved as {words}.")
    size = round(max(0.1, file.versions[-1].size_mb * 0.8), 1)
    folder = folder_by_id(world, file.folder_id)
    made = store_file(world, folder, f"{file.file_name} ({words} copy)", _TYPE_OF[export_format], size)
    return ExportedFile(made.file_id, made.file_name, export_format, folder.folder_name, size)


@toolkit.function
def trash_file(world: World, file_id: str) -> FileInTrash:
    """Move a file to the trash, where it is kept for thirty days.

    Args:
        file_id: id of the file
    """
    state = world.of(FilesState)
    file = file_by_id(world, file_id)
    state.files.remove(file)
    gone = TrashedFile(world.new_id("trs", 5), file, world.today)
    state.trash.append(gone)
    return _in_trash(gone)


@toolkit.function
def list_trashed_files(world: World) -> TrashContents:
    """List what is in the trash of the drive and when it will be deleted for good."""
    gone = world.of(FilesState).trash
    return TrashContents([_in_trash(t) for t in sorted(gone, key=lambda t: (t.trashed_on, t.trashed_file_id))[::-1]])


@toolkit.function
def restore_trashed_file(world: World, trashed_file_id: str) -> RestoredFile:
    """Bring a file back from the trash to the folder in which it was.

    Args:
        trashed_file_id: id of the file in the trash
    """
    state = world.of(FilesState)
    gone = found(state.trash, "trashed_file_id", trashed_file_id, "file in the trash")
    folder = folder_by_id(world, gone.file.folder_id)
    _check_name(world, folder, gone.file.file_name)
    state.trash.remove(gone)
    state.files.append(gone.file)
    return RestoredFile(gone.file.file_id, gone.file.file_name, folder.folder_id, folder.folder_name)


@toolkit.function
def get_storage_usage(world: World) -> StorageUsage:
    """Tell how much of the drive is used and free, and what takes up the most room."""
    state = world.of(FilesState)
    used = used_gb(world)
    largest = max(state.files, key=lambda f: (f.versions[-1].size_mb, f.file_id), default=None)
    if largest is None:
        raise ToolError("not_found", "There are no files in the drive.")
    return StorageUsage(
        used,
        round(state.storage_gb - used, 2),
        state.storage_gb,
        round(used / state.storage_gb * 100, 1),
        round(sum(t.file.versions[-1].size_mb for t in state.trash), 1),
        largest.file_id,
        largest.file_name,
        largest.versions[-1].size_mb,
    )


@toolkit.function
def list_storage_plans(world: World) -> StoragePlans:
    """List the storage plans with more room than the present one and what they cost a year."""
    now = world.of(FilesState).storage_gb
    return StoragePlans(now, [StoragePlan(*plan, "USD") for plan in _PLANS if plan[2] > now])


@toolkit.function
def upgrade_storage(world: World, storage_plan_id: str, card_id: str) -> UpgradedStorage:
    """Buy a larger storage plan for a year, paid with a card.

    Args:
        storage_plan_id: id of the storage plan
        card_id: id of the card that pays
    """
    state = world.of(FilesState)
    plan = next((StoragePlan(*p, "USD") for p in _PLANS if p[0] == storage_plan_id), None)
    if plan is None:
        raise ToolError("not_found", f"There is no storage plan with the id {storage_plan_id}.")
    if plan.storage_gb <= state.storage_gb:
        raise ToolError("conflict", f"You have {state.storage_gb} GB already, so {plan.plan_name} is no upgrade.")
    paid = world.charge(card_id, plan.yearly_price, "Cloud drive", "subscriptions")
    state.storage_gb = plan.storage_gb
    free = round(plan.storage_gb - used_gb(world), 2)
    year = world.today.year + 1
    renewed = date(year, 3, 1) if (world.today.month, world.today.day) == (2, 29) else world.today.replace(year=year)
    return UpgradedStorage(
        plan.plan_name, plan.storage_gb, free, plan.yearly_price, "USD", renewed, paid.transaction_id
    )


def _check_name(world: World, folder: Folder, file_name: str) -> None:
    inside = [f for f in world.of(FilesState).files if f.folder_id == folder.folder_id]
    if any(f.file_name.casefold() == file_name.casefold() for f in inside):
        raise ToolError("already_exists", f"There already is a file called {file_name} in {folder.folder_name}.")


def _in_trash(gone: TrashedFile) -> FileInTrash:
    last = gone.trashed_on + timedelta(days=TRASH_DAYS)
    size = gone.file.versions[-1].size_mb
    return FileInTrash(gone.trashed_file_id, gone.file.file_name, size, gone.trashed_on, last)
