"""Which files of a folder are DICOM objects: those that say so at byte 128 (PS3.10 section 7.1)."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

_PREFIX, _AT = b"DICM", 128


@dataclass(frozen=True, slots=True)
class Found:
    """Objects to look at, in the order of their names, and how many other files lay among them."""

    objects: tuple[Path, ...]
    skipped: int = 0


def objects_of(path: Path) -> Found:
    """Return the file at `path` as it is, or the DICOM files of the folder and of those in it.

    Links to folders are not followed. A file that cannot be opened counts as an object, so that
    reading it says why.
    """
    try:
        if not path.is_dir():
            return Found((path,))
    except OSError:  # a name longer than the system allows
        return Found((path,))
    objects, skipped = [], 0
    for folder, folders, names in os.walk(path):
        folders.sort()
        for name in sorted(names):
            file = Path(folder, name)
            if is_object(file):
                objects.append(file)
            else:
                skipped += 1
    return Found(tuple(objects), skipped)


def is_object(path: Path) -> bool:
    """Return whether the file has the DICM prefix; of pipes and devices nothing is read."""
    if not path.is_file():
        return False
    try:
        with path.open("rb") as file:
            file.seek(_AT)
            return file.read(len(_PREFIX)) == _PREFIX
    except OSError:
        return True
