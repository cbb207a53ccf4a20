"""A DICOM object as a source: its header, and its frames one at a time."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from lossytools.codecs.decoding import decode_frame
from lossytools.dicomio.fragments import Items, read_items, share_out
from lossytools.dicomio.movie_file import MovieFile
from lossytools.dicomio.pixel_module import NO_NUMBER, image_pixel
from lossytools.dicomio.reading import Opened, opened
from lossytools.dicomio.relabel import to_explicit_little_endian
from lossytools.errors import DecodeError, UnreadableSource
from lossytools.pixels import (
    clean,
    expand_palette,
    palette_of,
    to_codec_form,
    unpack_native,
    ybr_full_to_rgb,
)
from lossytools.standard.encodings import NEVER_NATIVE
from lossytools.standard.transfer_syntaxes import BIG_ENDIAN, BY_UID, NATIVE, RLE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pydicom.dataset import Dataset

    from lossytools.values import Frame, ImagePixel


@dataclass(frozen=True, slots=True)
class Source:
    """One opened object. Its frames stay in the file until they are asked for.

    image: the header to look at; `opened.elements` are the values to write, never looked into.
    items: of encapsulated pixel data, None for native or none. ranges: the fragments of each frame,
    None where they cannot be shared out.
    """

    path: Path
    opened: Opened
    image: Dataset
    items: Items | None
    ranges: tuple[tuple[int, int], ...] | None

    @property
    def is_video(self) -> bool:
        """Whether the frames lie together in one bit stream."""
        syntax = BY_UID.get(self.transfer_syntax)
        return syntax is not None and syntax.family == "video"

    def movie(self) -> MovieFile:
        """Return the bit stream of a video as a file to read. Raises UnreadableSource without fragments."""
        if self.items is None or not self.items.lengths:
            raise UnreadableSource("a video without a fragment")
        return MovieFile(self.opened.file, self.items)

    @property
    def transfer_syntax(self) -> str:
        """Transfer Syntax UID of the file."""
        return self.opened.transfer_syntax

    def value_of(self, number: int, pixels: ImagePixel) -> bytes:
        """Return the bytes of frame `number`, from 0: its native cells or its joined fragments.

        For any number of threads.
        """
        if self.items is None:
            return self._native_value(number, pixels.frame_bytes)
        if self.ranges is None or number >= len(self.ranges):
            raise UnreadableSource(
                f"{len(self.items.offsets)} fragments cannot be shared out over {pixels.frames} frames"
            )
        parts = range(*self.ranges[number])
        file = self.opened.file
        return b"".join(file.read_at(self.items.value_at(i), self.items.lengths[i]) for i in parts)

    def _native_value(self, number: int, length: int) -> bytes:
        start = number * length
        if not self._swapped_words():
            return self.opened.file.read_at(self.opened.pixel_offset + start, length)
        even = start - start % 2
        words = self.opened.file.read_at(self.opened.pixel_offset + even, length + start % 2 + length % 2)
        swapped = np.frombuffer(words[: len(words) & ~1], np.uint16).byteswap().tobytes()
        return swapped[start - even : start - even + length]

    def _swapped_words(self) -> bool:
        """Whether bytes of 8-bit cells lie swapped in pairs: OW in big endian (PS3.5 section 7.3)."""
        if self.transfer_syntax != BIG_ENDIAN or self.opened.pixel_vr != "OW":
            return False
        return bool(self.image.get("BitsAllocated") == 8)  # noqa: PLR2004


@dataclass(frozen=True, slots=True)
class FrameReader:
    """Turns the bytes of one frame into the array a codec takes; for any number of threads.

    declared: as the header has it. native: as codecs take it. palette: first value and colours.
    """

    declared: ImagePixel
    native: ImagePixel
    high_bit: int
    transfer_syntax: str
    palette: tuple[int, Frame] | None

    @property
    def is_video(self) -> bool:
        """Whether the bytes of a frame are the RGB samples that a video was decoded to."""
        syntax = BY_UID.get(self.transfer_syntax)
        return syntax is not None and syntax.family == "video"

    @property
    def converts(self) -> str:
        """What happens to colour on the way to `native`, in words, "" where the decoder does it all."""
        if self.palette is not None:
            return "palette expanded to RGB before"
        stored = self.transfer_syntax in {*NATIVE, RLE} and self.declared.photometric.startswith("YBR")
        return "YBR converted to RGB before" if stored else ""

    def cells(self, value: bytes) -> Frame:
        """Return the stored cells of a monochrome frame, unused bits included. Raises UnreadableSource."""
        if self.transfer_syntax in NATIVE:
            return unpack_native(value, self.declared, big_endian=self.transfer_syntax == BIG_ENDIAN)
        whole = replace(self.declared, bits_stored=self.declared.bits_allocated, signed=False)
        return _decoded(value, self.transfer_syntax, whole)[0]

    def decoded(self, value: bytes) -> tuple[Frame, str]:
        """Return the frame as its pixels are coded, and their photometric interpretation.

        Indices of a palette stay indices and YBR_FULL stays YBR_FULL. Raises UnreadableSource.
        """
        if self.is_video:
            return np.frombuffer(value, self.declared.dtype).reshape(self.native.shape), "RGB"
        if self.transfer_syntax in NATIVE:
            photometric = self.declared.photometric.replace("YBR_FULL_422", "YBR_FULL")
            return clean(self.cells(value), self.declared, self.high_bit), photometric
        return _decoded(value, self.transfer_syntax, self.declared)

    def frame(self, value: bytes) -> Frame:
        """Return the frame, of `native.shape` and `native.dtype`. Raises UnreadableSource."""
        array, photometric = self.decoded(value)
        if self.palette is not None:
            return expand_palette(array, *self.palette)
        if photometric == "YBR_FULL":
            return ybr_full_to_rgb(array, self.declared.bits_stored)
        return array


def _decoded(value: bytes, transfer_syntax: str, pixels: ImagePixel) -> tuple[Frame, str]:
    try:
        return decode_frame(value, transfer_syntax, pixels)
    except DecodeError as error:
        raise UnreadableSource(f"a frame does not decode: {error}") from error


def frame_reader(source: Source) -> FrameReader:
    """Return the reader of the frames of `source`.

    Raises UnreadableSource where the pixel data is shorter than the header claims, UnsupportedPixels.
    """
    declared, high_bit = image_pixel(source.image)
    if source.items is None:
        _check_native_length(source.opened, declared)
    elif source.ranges is None and not source.is_video:
        raise UnreadableSource(
            f"{len(source.items.offsets)} fragments cannot be shared out over {declared.frames} frames"
        )
    palette = palette_of(source.image) if declared.photometric == "PALETTE COLOR" else None
    # A source that is encapsulated counts the pixels it decodes to: those are what a codec is given.
    own = source.transfer_syntax in NATIVE or palette is not None
    if source.is_video and (declared.samples == 1 or declared.signed):
        raise UnreadableSource("a video has three unsigned samples per pixel (PS3.5 8.2.5 to 8.2.11)")
    native = replace(to_codec_form(declared), counted=declared.frame_bytes if own else None)
    return FrameReader(declared, native, high_bit, source.transfer_syntax, palette)


def _check_native_length(file: Opened, declared: ImagePixel) -> None:
    if declared.photometric in NEVER_NATIVE:
        raise UnreadableSource(f"native pixels cannot be {declared.photometric} (PS3.5 section 8.2)")
    if declared.photometric == "YBR_FULL_422" and declared.columns % 2:
        raise UnreadableSource(f"native YBR_FULL_422 needs even Columns, not {declared.columns}")
    held = min(file.pixel_length or 0, file.file.size - file.pixel_offset)
    if held >= declared.native_bytes + declared.frame_bytes and held > declared.native_bytes + 1:
        raise UnreadableSource(
            f"Number of Frames {declared.frames} leaves {held - declared.native_bytes} bytes of Pixel Data"
            f" over, a frame has {declared.frame_bytes}: frames would be dropped"
        )
    if held < declared.native_bytes:
        raise UnreadableSource(
            f"truncated: {declared.frames} frames of {declared.columns} x {declared.rows} need"
            f" {declared.native_bytes} bytes of Pixel Data, the file holds {held}"
        )


@contextmanager
def read_source(path: Path) -> Iterator[Source]:
    """Open the object at `path` for reading; nothing of its pixel data is read yet.

    Raises UnreadableSource, with the path in its words.
    """
    with opened(path) as file:
        image = to_explicit_little_endian(file.elements)
        items = ranges = None
        if file.pixel_keyword == "PixelData" and (file.transfer_syntax not in NATIVE):
            items = read_items(file.file, file.pixel_offset)
            ranges = share_out(file.file, items, _frames(image), extended_offsets(image))
        yield Source(path, file, image, items, ranges)


def _frames(image: Dataset) -> int:
    try:
        return max(int(image.get("NumberOfFrames") or 1), 1)
    except NO_NUMBER:
        return 1


def extended_offsets(image: Dataset) -> tuple[int, ...]:
    """Return the entries of the Extended Offset Table (7FE0,0001), () without one (PS3.3 C.7.6.3.1.8)."""
    try:
        value = image.get("ExtendedOffsetTable") or b""
    except NO_NUMBER:
        return ()
    return tuple(np.frombuffer(value[: len(value) & ~7], "<u8").tolist()) if isinstance(value, bytes) else ()
