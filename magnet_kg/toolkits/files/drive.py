"""The drive with which a world begins, and what several functions do with it."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from magnet_kg.execution.tool_error import ToolError
from magnet_kg.execution.world import World, found
from magnet_kg.toolkits.files.records import (
    Comment,
    FilesState,
    FileSummary,
    FileType,
    Folder,
    StoredFile,
    TrashedFile,
    Version,
)

TRASH_DAYS = 30
# Names are what could follow "my": any of a folder's subjects with any of its kinds of file.
_SUBJECTS: dict[str, tuple[str, ...]] = {
    "House": ("roof repair", "kitchen renovation", "heat pump", "garden shed", "bathroom", "loft conversion"),
    "Finances": ("tax", "pension", "mortgage", "household", "car loan", "savings"),
    "Work": ("product launch", "customer survey", "hiring", "office move", "quarterly", "trade fair"),
    "Travel": ("road trip", "ski week", "island hopping", "city break", "honeymoon", "camping"),
    "Family": ("family reunion", "wedding", "christening", "anniversary", "graduation", "baby shower"),
    "Studies": ("thesis", "statistics", "Spanish course", "chemistry lab", "photography class", "seminar"),
    "Club": ("choir", "tennis club", "allotment", "book club", "neighborhood watch", "theater group"),
    "Recipes": ("sourdough", "curry", "holiday baking", "barbecue", "soup", "jam"),
    "Health": ("physiotherapy", "vaccination", "running", "dental", "sleep", "allergy"),
}
_KINDS: dict[str, tuple[tuple[str, FileType], ...]] = {
    "House": (("quote", "pdf"), ("budget", "spreadsheet"), ("sketch", "image"), ("to-do list", "document")),
    "Finances": (
        ("overview", "spreadsheet"),
        ("statement", "pdf"),
        ("letter", "document"),
        ("forecast", "spreadsheet"),
    ),
    "Work": (("slide deck", "presentation"), ("report", "document"), ("dashboard", "spreadsheet"), ("contract", "pdf")),
    "Travel": (
        ("itinerary", "document"),
        ("packing list", "document"),
        ("map", "image"),
        ("cost sheet", "spreadsheet"),
    ),
    "Family": (("guest list", "spreadsheet"), ("group photo", "image"), ("speech", "document"), ("invitation", "pdf")),
    "Studies": (
        ("summary", "document"),
        ("reading list", "pdf"),
        ("results table", "spreadsheet"),
        ("talk", "presentation"),
    ),
    "Club": (("attendance list", "document"), ("rota", "spreadsheet"), ("poster", "image"), ("newsletter", "pdf")),
    "Recipes": (("collection", "document"), ("shopping list", "document"), ("photo", "image"), ("cookbook", "pdf")),
    "Health": (("plan", "document"), ("record", "pdf"), ("diary", "spreadsheet"), ("checklist", "document")),
}
_SIZES: dict[FileType, tuple[float, float]] = {
    "document": (0.1, 3.0),
    "spreadsheet": (0.1, 6.0),
    "presentation": (4.0, 60.0),
    "pdf": (0.3, 18.0),
    "image": (1.5, 14.0),
}
_REMARKS = (
    "Looks good to me.",
    "The second paragraph could be shorter.",
    "Is this the latest state?",
    "I fixed a few typos.",
    "The total in the last row seems off.",
    "Love the pictures!",
    "Let's talk about this one in person.",
    "I've added my part at the end.",
)


def make_drive(world: World, rng: Random) -> FilesState:
    """Five folders with about twenty files; some are shared, some have remarks, three are in the trash."""
    names = rng.sample(sorted(_SUBJECTS), 5)
    folders = [Folder(world.new_id("fld", 5), name) for name in names]
    state = FilesState(folders, [], [], 15, round(rng.uniform(4.0, 13.5), 1))
    for folder in folders:
        pairs = [(s, k) for s in _SUBJECTS[folder.folder_name] for k in _KINDS[folder.folder_name]]
        for subject, (kind, file_type) in rng.sample(pairs, rng.randrange(4, 6)):
            state.files.append(_file(world, rng, folder, f"{subject} {kind}", file_type))
    rng.shuffle(state.files)
    for file, ago in zip(state.files[:3], rng.sample(range(1, 27), 3), strict=True):
        gone = TrashedFile(world.new_id("trs", 5), file, world.today - timedelta(days=ago))
        state.trash.append(gone)
    del state.files[:3]
    return state


def _file(world: World, rng: Random, folder: Folder, name: str, file_type: FileType) -> StoredFile:
    size = rng.uniform(*_SIZES[file_type])
    ages = sorted(rng.sample(range(2, 9000), rng.randrange(2, 5)), reverse=True)
    helpers = [c.contact_id for c in rng.sample(world.contacts, 2)] if rng.random() < 0.4 else []
    versions = [
        Version(
            world.new_id("ver", 6),
            world.now - timedelta(hours=ago, minutes=rng.randrange(60)),
            round(size * rng.uniform(0.7, 1.2) + 0.1, 1),
            rng.choice([None, None, *helpers]),
        )
        for ago in ages
    ]
    made = StoredFile(world.new_id("file", 6), name, file_type, folder.folder_id, versions)
    for contact_id in helpers:
        made.shared[contact_id] = rng.choice(["view", "comment", "edit"])
        if rng.random() < 0.6:
            written = versions[-1].saved_at + timedelta(minutes=rng.randrange(5, 110))
            made.comments.append(Comment(contact_id, rng.choice(_REMARKS), written))
    made.comments.sort(key=lambda c: c.written_at)
    return made


def file_by_id(world: World, file_id: str) -> StoredFile:
    """The file with this id, or a `not_found` error."""
    return found(world.of(FilesState).files, "file_id", file_id, "file")


def folder_by_id(world: World, folder_id: str) -> Folder:
    """The folder with this id, or a `not_found` error."""
    return found(world.of(FilesState).folders, "folder_id", folder_id, "folder")


def used_gb(world: World) -> float:
    """What is used of the drive; the trash counts too."""
    state = world.of(FilesState)
    megabytes = sum(f.versions[-1].size_mb for f in [*state.files, *(t.file for t in state.trash)])
    return round(state.other_gb + megabytes / 1024, 2)


def store_file(world: World, folder: Folder, file_name: str, file_type: FileType, size_mb: float) -> StoredFile:
    """Put a new file into a folder.

    Raises:
        ToolError: `already_exists` where the folder holds a file of that name, `storage_full` where it does not fit.
    """
    state = world.of(FilesState)
    taken = [f.file_name.casefold() for f in state.files if f.folder_id == folder.folder_id]
    if file_name.casefold() in taken:
        raise ToolError("already_exists", f"There already is a file called {file_name} in {folder.folder_name}.")
    if used_gb(world) + size_mb / 1024 > state.storage_gb:
        raise ToolError("storage_full", f"The drive is full: {size_mb} MB more do not fit.")
    version = Version(world.new_id("ver", 6), world.now, size_mb)
    made = StoredFile(world.new_id("file", 6), file_name, file_type, folder.folder_id, [version])
    state.files.append(made)
    return made


def summary_of(world: World, file: StoredFile) -> FileSummary:
    """A file as it stands in a list."""
    folder, newest = folder_by_id(world, file.folder_id), file.versions[-1]
    return FileSummary(
        file.file_id, file.file_name, file.file_type, folder.folder_name, newest.size_mb, newest.saved_at.date()
    )


def listed(world: World, files: list[StoredFile]) -> list[FileSummary]:
    """Files as they stand in a list, the one changed last first."""
    return [summary_of(world, f) for f in sorted(files, key=lambda f: (f.versions[-1].saved_at, f.file_id))[::-1]]


def name_of(world: World, contact_id: str | None) -> str:
    """Who did something; the user is "you"."""
    if contact_id is None:
        return "you"
    return next((c.full_name for c in world.contacts if c.contact_id == contact_id), "somebody else")
