"""Which files of a folder are looked at, and which of them are DICOM: those that say so at byte 128."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_PREFIX, _AT = b"DICM", 128


def is_folder(path: Path) -> bool:
    """Return whether `path` is a folder; a name longer than the system allows is none."""
    try:
        return path.is_dir()
    except OSError:
        return False


def files_below(folder: Path, *, closed: bool = False) -> Iterator[Path]:
    """Yield every file below `folder`, in the order of their names, subfolders after files.

    Links to folders are not followed. Nothing is opened. closed: folders that are links or cannot be read are
    yielded as well.
    """
    unread: list[str] = []
    for place, folders, names in os.walk(folder, onerror=lambda error: unread.append(str(error.filename))):
        folders.sort()
        linked = [name for name in folders if Path(place, name).is_symlink()] if closed else []
        for name in sorted([*names, *linked]):
            yield Path(place, name)
    if closed:
        yield from map(Path, sorted(unread))


def is_object(path: Path) -> bool:
    """Return whether the file has the DICM prefix (PS3.10 section 7.1); of pipes and devices nothing is read.

    A file that cannot be opened counts as an object, so that reading it says why.
    """
    if not path.is_file():
        return False
    try:
        with path.open("rb") as file:
            file.seek(_AT)
            return file.read(len(_PREFIX)) == _PREFIX
    except OSError:
        return True
