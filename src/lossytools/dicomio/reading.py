"""Open a DICOM file up to its pixel data, and believe no length that the file does not hold."""

from __future__ import annotations

import struct
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any, cast

from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset
from pydicom.errors import BytesLengthException, InvalidDicomError
from pydicom.filereader import read_dataset, read_partial
from pydicom.valuerep import VR

from lossytools.dicomio.deflated import deflated_meta, inflate
from lossytools.dicomio.fragments import end_of_items
from lossytools.dicomio.honest_file import HonestFile
from lossytools.dicomio.relabel import to_explicit_little_endian
from lossytools.errors import DecodeError, EncodeError, SourceError, UnreadableSource
from lossytools.standard.transfer_syntaxes import BIG_ENDIAN, IMPLICIT_LITTLE_ENDIAN

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pydicom.tag import BaseTag

_KNOWN_VRS = frozenset(VR)
PIXEL_DATA = {0x7FE00008: "FloatPixelData", 0x7FE00009: "DoubleFloatPixelData", 0x7FE00010: "PixelData"}
UNDEFINED = 0xFFFFFFFF
DAMAGE = (
    BytesLengthException,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    RuntimeError,
    EOFError,
    struct.error,
)
"""What pydicom trips over first in a damaged data set; it has no error of its own for that."""
_IN_MEMORY = 1 << 25  # bytes of an inflated data set; more goes to the disk


@dataclass(frozen=True, slots=True)
class Opened:
    """A file read up to its pixel data.

    elements: the data set without pixel data, in Explicit VR Little Endian, values untouched;
    what follows the pixel data is in it too. transfer_syntax: as the file has it.
    pixel_keyword: "" without pixel data. pixel_offset: of its value. pixel_length: in bytes, None if
    undefined. implicit: the elements lie in the file in Implicit VR, whatever its transfer syntax says.
    """

    file: HonestFile
    preamble: bytes
    meta: Dataset
    elements: Dataset
    transfer_syntax: str
    pixel_keyword: str
    pixel_vr: str
    pixel_offset: int
    pixel_length: int | None
    implicit: bool


@contextmanager
def opened(path: Path) -> Iterator[Opened]:
    """Open the DICOM file at `path`; its pixel data stays in the file.

    Raises UnreadableSource where it is missing, not DICOM, or truncated.
    """
    with named(path), _handle(path) as handle, tempfile.SpooledTemporaryFile(_IN_MEMORY) as spare:
        yield _open(HonestFile(handle, str(path)), spare)


def _handle(path: Path) -> IO[bytes]:
    try:
        if path.exists() and not path.is_file():
            raise UnreadableSource("is no file")
        return path.open("rb")
    except OSError as error:
        raise UnreadableSource(f"cannot be opened: {error.strerror}") from error


@contextmanager
def named(path: Path) -> Iterator[None]:
    """Put the path in front of what is said of a source or its frames; the innermost path counts."""
    try:
        yield
    except (SourceError, EncodeError, DecodeError) as error:
        if error.path is not None:
            raise
        telling = type(error)(f"{path}: {error}")
        telling.path = path
        raise telling from error


def _open(file: HonestFile, spare: IO[bytes]) -> Opened:
    try:
        return _read(file, spare)
    except DAMAGE as error:
        raise UnreadableSource(f"the data set cannot be parsed: {error}") from error
    except OSError as error:
        raise UnreadableSource(f"cannot be read: {error.strerror or error}") from error


def _read(file: HonestFile, spare: IO[bytes]) -> Opened:
    deflated = deflated_meta(file)
    if deflated is not None:
        file = inflate(file, deflated, spare)
    header = _parse(file)
    meta, preamble = header.file_meta if deflated is None else deflated, header.preamble or b""
    syntax = str(meta.get("TransferSyntaxUID", ""))
    if not syntax:
        raise UnreadableSource("the file does not name its Transfer Syntax (0002,0010)")
    implicit, little = _is_implicit(header, syntax), syntax != BIG_ENDIAN
    keyword, vr, length = _pixel_element(file, implicit=implicit, little=little)
    at = file.tell()
    elements = to_explicit_little_endian(header)
    if keyword:
        elements.update(to_explicit_little_endian(_after(file, at, length, implicit=implicit, little=little)))
    elif file.tell() < file.size:
        raise UnreadableSource(
            f"truncated or damaged: {file.size - file.tell()} bytes at the end are no element"
        )
    check_elements(elements)
    return Opened(file, preamble, meta, elements, syntax, keyword, vr, at, length, implicit)


def _is_implicit(header: Dataset, syntax: str) -> bool:
    """Return whether the elements lie in Implicit VR: some writers forget what the syntax asks for."""
    for element in header.values():
        if isinstance(element, RawDataElement):
            return element.is_implicit_VR
    return syntax == IMPLICIT_LITTLE_ENDIAN


def check_elements(elements: Dataset) -> None:
    """Refuse elements that pydicom takes as they are and trips over later."""
    for tag, element in elements.items():
        if not isinstance(element, RawDataElement):
            continue
        held = len(element.value or b"")
        if element.length > held:
            raise UnreadableSource(f"truncated: {tag} claims {element.length} bytes, the file holds {held}")
        if element.VR not in _KNOWN_VRS:
            raise UnreadableSource(f"damaged: {tag} has the VR {element.VR!r}, which does not exist")


def _parse(file: HonestFile) -> Any:
    """Return the data set up to its pixel data, the file standing at the pixel data."""
    file.seek(0)
    try:
        return read_partial(cast("Any", file), stop_when=_at_pixel_data)
    except InvalidDicomError as error:
        raise UnreadableSource("not a DICOM file: no DICM prefix at byte 128") from error


def _at_pixel_data(tag: BaseTag, vr: str | None, length: int) -> bool:  # noqa: ARG001  pydicom's signature
    # Command and File Meta groups have no place in a data set; runs of zero bytes look like the former.
    return int(tag) in PIXEL_DATA or tag.group in {0, 2}


def _pixel_element(file: HonestFile, *, implicit: bool, little: bool) -> tuple[str, str, int | None]:
    """Return keyword, VR and length of the pixel data element the file stands at, ("", "", 0) at the end."""
    at = file.tell()
    head = file.read(8)
    order = "little" if little else "big"
    if len(head) < 8:  # noqa: PLR2004  tag and length
        file.seek(at)
        return "", "", 0
    group, element = (int.from_bytes(head[i : i + 2], order) for i in (0, 2))  # type: ignore[arg-type]
    keyword = PIXEL_DATA.get(group << 16 | element, "")
    if not keyword:
        file.seek(at)
        return "", "", 0
    vr = "OW" if implicit else head[4:6].decode("latin-1")
    raw = head[4:8] if implicit else file.read(4)
    length = int.from_bytes(raw, order)  # type: ignore[arg-type]
    return keyword, vr, None if length == UNDEFINED else length


def _after(file: HonestFile, at: int, length: int | None, *, implicit: bool, little: bool) -> Dataset:
    """Return the elements that follow the pixel data, an empty data set where none do.

    Zero bytes behind the last element are a common way to fill a block, and are left out. Raises
    UnreadableSource for elements that should stand before: they would replace those that do.
    """
    start = end_of_items(file, at) if length is None else min(at + length, file.size)
    if start == file.size:
        return Dataset()
    file.seek(start)
    rest = read_dataset(cast("Any", file), implicit, little, stop_when=_not_behind_pixels)
    end = file.tell()
    while piece := file.read_at(end, min(1 << 20, file.size - end)):
        if any(piece):
            raise UnreadableSource(
                f"damaged: what stands behind the pixel data, at byte {end}, does not belong"
            )
        end += len(piece)
    return rest


def _not_behind_pixels(tag: BaseTag, vr: str | None, length: int) -> bool:  # noqa: ARG001  pydicom's signature
    return int(tag) <= max(PIXEL_DATA)
