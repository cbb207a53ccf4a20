"""Which files the paths of a caller stand for: themselves, those of folders, those a DICOMDIR names."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lossytools.dicomio.directory import files_named, is_directory
from lossytools.dicomio.walking import files_below, is_folder
from lossytools.errors import UnreadableSource

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Listing:
    """The files that one path stands for, in order; nothing of them has been read.

    is_folder: they were met in it, and may be no DICOM files. repeated: how many more there are that an
    earlier path stands for already. fault: what is missing of a DICOMDIR, in words, "" for nothing.
    """

    root: Path
    files: tuple[str, ...]
    is_folder: bool = False
    repeated: int = 0
    fault: str = ""


def list_files(roots: Iterable[Path]) -> list[Listing]:
    """Return the files of each path, every file once."""
    seen: set[str] = set()
    return [_first_time(_list(root), seen) for root in roots]


def _list(root: Path) -> Listing:
    if is_folder(root):
        return Listing(root, tuple(map(str, files_below(root))), is_folder=True)
    return _list_directory(root) if is_directory(root) else Listing(root, (str(root),))


def _list_directory(root: Path) -> Listing:
    """Return a DICOMDIR and the files that it names."""
    try:
        records = list(files_named(root))
    except UnreadableSource:
        return Listing(root, (str(root),))  # reading it again says why
    there = (record.file for record in records if record.there)
    absent = [record.number for record in records if not record.there]
    fault = ""
    if absent:
        fault = f"{len(absent)} of its files are not there or not below its folder, as of record {absent[0]}"
    return Listing(root, (str(root), *there), fault=fault)


def _first_time(listing: Listing, seen: set[str]) -> Listing:
    """Return the listing without the files that were seen before."""
    places = {file: os.path.abspath(file) for file in listing.files}  # noqa: PTH100  a link is a file of its own
    new = tuple(file for file, place in places.items() if place not in seen)
    seen.update(places.values())
    return Listing(listing.root, new, listing.is_folder, len(listing.files) - len(new), listing.fault)
