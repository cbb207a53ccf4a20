"""Where a migration writes: a BagIt bag, a folder for what is not whole yet, and no way out of either.

Layout (RFC 8493): `bagit.txt`, `manifest-sha256.txt` and `data/` with the objects. Files that wait for the
rest of their study lie in `.lossytools/`.
"""

from __future__ import annotations

import contextlib
import os
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lossytools.dicomio.publishing import disk_errors, give_name, publish, sync_folder
from lossytools.errors import DestinationError, TargetExists

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lossytools.batch.schema import Entry

DATA, STAGING, MANIFEST = "data", ".lossytools", "manifest-sha256.txt"
_BAG = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
_MARK = ".lossytools-plan"
_DIGITS = 16  # of the digest of the plan, in the name of its staging folder
_NAME, _PATH = 255, 4095  # bytes
_A_FOLDER = 1000  # files of the staging area in one folder


@dataclass(frozen=True, slots=True)
class Destination:
    """The folder that a migration writes to.

    layout: "source" keeps the tree, "study" names files by UIDs. plan: of the job, the only one that writes
    here.
    """

    root: Path
    layout: str
    plan: str

    def prepare(self) -> None:
        """Make the folders, and find out whether anything can be written. Raises DestinationError."""
        with disk_errors(self.root):
            for name in (DATA, STAGING):
                (self.root / name).mkdir(parents=True, exist_ok=True)
                if (self.root / name).is_symlink():
                    raise DestinationError(f"{self.root / name}: is a link, which could lead anywhere")
            self._claim()
            bag = self.root / "bagit.txt"
            with publish(bag, force=True) as draft:
                draft.file.write(_BAG.encode())

    def _claim(self) -> None:
        """Raise DestinationError where another job writes here: they could take each other's objects."""
        mark = self.root / _MARK
        with contextlib.suppress(TargetExists), publish(mark, force=False) as draft:
            draft.file.write(f"{self.plan}\n".encode())
        if mark.read_text(encoding="utf-8").strip() != self.plan:
            raise DestinationError(f"{self.root}: another job writes here; a destination is of one plan")

    def set_aside(self, place: Path, number: int) -> None:
        """Move what stands at a place into the staging folder, where it does not harm and is not lost."""
        if self.fault_of(place) or not place.is_file():
            return
        aside = self.staged(f"aside/{number}-{uuid.uuid4().hex[:8]}.dcm")
        with disk_errors(aside):
            place.rename(aside)

    def staged(self, name: str) -> Path:
        """Return where a file waits, its folder made."""
        path = self.root / STAGING / self.plan[:_DIGITS] / name
        with disk_errors(path):
            path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def relative(self, entry: Entry, source: str) -> str:
        """Return where below `data` an object belongs. source: its path below the archive.

        The UIDs have been found to be digits and dots before the plan took the object.
        """
        if self.layout == "source":
            folder, slash, name = source.rpartition("/")
            stem, dot, suffix = name.rpartition(".")
            beside = f"{stem}.new{dot}{suffix}" if stem else f"{name}.new"
            return f"{folder}{slash}{beside if entry.twin else name}"
        return f"{entry.study}/{entry.series}/{entry.final_uid}.dcm"

    def place(self, relative: str) -> Path:
        """Return the path of an object."""
        return self.root / DATA / relative

    def fault_of(self, place: Path) -> str:
        """Return why nothing can stand at a path, as a code of `reasons`, "" where it can.

        It leads out of the destination, as through a link; its name is too long; a file stands where it needs
        a folder, or a folder where it belongs.
        """
        if len(os.fsencode(place.name)) > _NAME or len(os.fsencode(place)) > _PATH:
            return "target-impossible"
        try:
            inside = Path(os.path.realpath(place.parent)).is_relative_to(os.path.realpath(self.root / DATA))
        except (OSError, ValueError):
            return "target-outside"
        if not inside or place.is_symlink():
            return "target-outside"
        above = next((folder for folder in place.parents if folder.exists()), self.root)
        return "" if above.is_dir() and not place.is_dir() else "target-exists"

    def clear(self) -> None:
        """Remove the staging folder where nothing is left in it."""
        staging = self.root / STAGING
        with contextlib.suppress(OSError):
            for folder, _, _ in os.walk(staging, topdown=False):
                Path(folder).rmdir()


def staging_name(number: int, *, again: bool = False) -> str:
    """Return the name of an object's file in the staging folder; `again` with its references changed.

    >>> staging_name(12345), staging_name(12345, again=True)
    ('12/12345.dcm', '12/12345.names.dcm')
    """
    return f"{number // _A_FOLDER}/{number}{'.names' if again else ''}.dcm"


def put_in_place(moves: Iterable[tuple[Path, Path]]) -> None:
    """Give files their names, each durable, and take them from the staging folder; none is replaced.

    A move that was made before is left as it is. Raises DestinationError.
    """
    done = list(moves)
    folders: set[Path] = set()
    for staged, place in done:
        with disk_errors(place):
            folders |= _make_folder(place.parent)
            if staged.exists() and not place.exists():
                give_name(staged, place, force=False)
    for folder in sorted(folders):
        with disk_errors(folder):
            sync_folder(folder)
    for staged, _ in done:
        with disk_errors(staged):
            staged.unlink(missing_ok=True)


def _make_folder(folder: Path) -> set[Path]:
    """Make a folder and those above it; return which have to be flushed for that to last."""
    made = {folder}
    missing = folder
    while not missing.exists():
        missing = missing.parent
        made.add(missing)
    folder.mkdir(parents=True, exist_ok=True)
    return made
