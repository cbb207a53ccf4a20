"""Read an instance back from an archive and compare it with the file it was made from.

That an archive said "stored", and its Storage Commitment, prove nothing of what it will give out.
"""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lossytools.dicomio.publishing import disk_errors
from lossytools.dicomio.source import read_source
from lossytools.errors import UnreadableSource
from lossytools.history import stored_values
from lossytools.net.end import read_remote
from lossytools.net.failures import ONE_OBJECT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lossytools.dicomio.source import Source
    from lossytools.net.end import End

COMPARED = (
    "SOPClassUID",
    "SOPInstanceUID",
    "SamplesPerPixel",
    "PhotometricInterpretation",
    "PlanarConfiguration",
    "NumberOfFrames",
    "Rows",
    "Columns",
    "BitsAllocated",
    "BitsStored",
    "HighBit",
    "PixelRepresentation",
    "LossyImageCompression",
    "LossyImageCompressionRatio",
    "LossyImageCompressionMethod",
)
"""Elements that must come back as they went: what the pixels are and what was done to them.

Others an archive may rightly change, such as a patient's name that was corrected there (PS3.4 B.4.1.3).
"""
_PIECE = 1 << 20  # bytes


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What came of reading one instance back.

    found: the archive gave it out. same: and it is the same object. says: every difference, or why it could
    not be had, "" where it is the same.
    """

    path: Path
    uid: str
    found: bool
    same: bool
    says: str


def confirm(end: End, path: Path, folder: Path | None = None) -> Confirmed:
    """Fetch the instance of the file at `path` from `end` and compare the two.

    folder: for the copy while it is compared, else one of the system. The SHA-256 of every fragment, or
    of the native pixel data, the transfer syntax and the elements `COMPARED` must be equal. Raises
    EndLost, AccessDenied, DestinationError, UnreadableSource of the file itself.
    """
    remote, _ = read_remote(path)
    beside = folder or Path(tempfile.gettempdir())
    with disk_errors(beside), tempfile.TemporaryDirectory(dir=beside, prefix="lossytools-") as place:
        copy = Path(place) / "copy.dcm"
        try:
            end.fetch(remote, copy)
        except (UnreadableSource, *ONE_OBJECT) as error:
            return Confirmed(path, remote.instance, found=False, same=False, says=str(error))
        says = "; ".join(_differences(path, copy))
    return Confirmed(path, remote.instance, found=True, same=not says, says=says and f"{end.name}: {says}")


def _differences(sent: Path, back: Path) -> Iterator[str]:
    with read_source(sent) as ours, read_source(back) as theirs:
        if ours.transfer_syntax != theirs.transfer_syntax:
            yield f"transfer syntax {ours.transfer_syntax} came back as {theirs.transfer_syntax}"
        for keyword in COMPARED:
            before, after = _shown(ours, keyword), _shown(theirs, keyword)
            if before != after:
                yield f"{keyword} {before} came back as {after}"
        yield from _pixel_differences(ours, theirs)


def _shown(source: Source, keyword: str) -> str:
    """Return the value of an element in words, its padding removed."""
    element = source.image.get_item(keyword)
    if element is None:
        return "absent"
    if element.VR in {"US", "SS"}:
        return str(source.image.get(keyword))
    return "\\".join(value.strip(" \0") for value in stored_values(source.image, keyword)) or "empty"


def _pixel_differences(ours: Source, theirs: Source) -> Iterator[str]:
    kinds = [source.opened.pixel_keyword or "no pixel data" for source in (ours, theirs)]
    if kinds[0] != kinds[1]:
        yield f"{kinds[0]} came back as {kinds[1]}"
        return
    before, after = (list(_spans(source)) for source in (ours, theirs))
    if len(before) != len(after):
        yield f"{len(before)} fragments came back as {len(after)}"
        return
    what = "fragment {}" if ours.items is not None else "the pixel data"
    for number, (mine, other) in enumerate(zip(before, after, strict=True), start=1):
        if _digest(ours, *mine) != _digest(theirs, *other):
            yield f"{what.format(number)} of {mine[1]} bytes came back changed, {other[1]} bytes"


def _spans(source: Source) -> Iterator[tuple[int, int]]:
    """Yield offset and length in bytes of each fragment, or of the native pixel data as one."""
    file, items = source.opened, source.items
    if items is not None:
        yield from ((items.value_at(i), length) for i, length in enumerate(items.lengths))
    elif file.pixel_keyword:
        held = file.file.size - file.pixel_offset
        yield file.pixel_offset, held if file.pixel_length is None else min(file.pixel_length, held)


def _digest(source: Source, offset: int, length: int) -> bytes:
    digest = hashlib.sha256()
    for at in range(offset, offset + length, _PIECE):
        digest.update(source.opened.file.read_at(at, min(_PIECE, offset + length - at)))
    return digest.digest()
