"""Whether what an archive sent is the object that was asked for, and whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lossytools.dicomio.source import read_source
from lossytools.errors import UnreadableSource
from lossytools.history import stored_values

if TYPE_CHECKING:
    from pathlib import Path

    from lossytools.net.end import Remote


def check_arrival(path: Path, remote: Remote, name: str) -> None:
    """Raise UnreadableSource unless the file at `path` is the instance that the end `name` was asked for.

    Its elements and the items of its pixel data are walked to their end; pixels are not looked at.
    """
    try:
        found = instance_at(path)
    except UnreadableSource as error:
        words = str(error).removeprefix(f"{path}: ")
        raise UnreadableSource(f"{name}: what it sends for {remote.instance} is damaged: {words}") from error
    if found != remote.instance:
        raise UnreadableSource(f"{name}: sends {found or 'an object without UID'} for {remote.instance}")


def instance_at(path: Path) -> str:
    """Return the SOP Instance UID of a file that is whole. Raises UnreadableSource."""
    with read_source(path) as source:
        file = source.opened
        held = file.file.size - file.pixel_offset
        if file.pixel_length is not None and held < file.pixel_length:
            raise UnreadableSource(f"truncated: Pixel Data claims {file.pixel_length} bytes, it holds {held}")
        return "\\".join(stored_values(file.elements, "SOPInstanceUID"))
