"""The frames of a video, one after the other: by their order, never by their time stamps."""

from __future__ import annotations

from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any, NamedTuple

import numpy as np

from lossytools.codecs.movies.colour import BT601, BT709, BT2020, Matrix, Planes, rgb_of
from lossytools.errors import DecodeError
from lossytools.libraries import require, words_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import BufferedIOBase

    from lossytools.values import Frame, ImagePixel

EXTRA = "lossytools[video]"
_STRICT = {"err_detect": "+crccheck+buffer+explode"}  # not bitstream: a pad byte is no damage
_FAMILIES = {
    "ISO_13818_2": {"mpeg2video", "mpeg1video"},
    "ISO_14496_10": {"h264"},
    "ISO_23008_2": {"hevc"},
}
"""FFmpeg's names of what may lie under the Defined Term of a transfer syntax."""
_MATRICES = {1: BT709, 9: BT2020}  # ISO/IEC 23091-2; all others, "unspecified" too, are taken for BT.601
_FULL = 2  # AVCOL_RANGE_JPEG
_PLANAR = {"yuv420p", "yuvj420p", "yuv422p", "yuv444p", "gray", "yuv420p10le", "gray10le"}


class Picture(NamedTuple):
    """A decoded frame as its planes, and what their samples mean."""

    planes: Planes
    bits: int
    matrix: Matrix
    full: bool

    def rgb(self) -> Frame:
        """Return the frame as RGB, (rows, columns, 3)."""
        return rgb_of(self.planes, self.bits, self.matrix, full=self.full)


def movie_frames(file: IO[bytes] | BufferedIOBase, pixels: ImagePixel, method: str = "") -> Iterator[Frame]:
    """Yield the frames of a video as RGB, (rows, columns, 3), of `pixels.dtype`, in the order they are shown.

    file: the bit stream, bare or in a container (MP4, MPEG transport or program stream); read from its
    beginning. Colours follow what the stream says of matrix and range, else BT.601 in the limited range.
    method: Defined Term of (0028,2114) that the transfer syntax stands for, "" for any video.
    Raises DecodeError where a frame is damaged, or the stream holds another size, another precision or
    another number of frames than `pixels` says; CodecMissing without the extra lossytools[video].
    """
    for picture in movie_pictures(file, pixels, method):
        yield picture.rgb()


def movie_pictures(
    file: IO[bytes] | BufferedIOBase, pixels: ImagePixel, method: str = ""
) -> Iterator[Picture]:
    """Yield the frames of a video as they are coded; the rest is as with `movie_frames`."""
    av = require("av", EXTRA)
    count = 0
    with _refusals(av), _opened(av, file) as container:
        if len(container.streams.video) != 1:
            raise DecodeError(f"{len(container.streams.video)} video streams are in it, not one")
        stream = container.streams.video[0]
        name = stream.codec_context.name
        if name not in _FAMILIES.get(method, set().union(*_FAMILIES.values())):
            raise DecodeError(f"the video is {name}, which is not what the transfer syntax says")
        stream.codec_context.thread_count = 1
        stream.codec_context.options = dict(_STRICT)
        for packet in container.demux(stream):
            if packet.is_corrupt:
                raise DecodeError(f"the video is damaged near frame {count + 1}")
            for decoded in packet.decode():
                count += 1
                if count <= pixels.frames:
                    yield _picture(decoded, pixels, count)
    if count != pixels.frames:
        raise DecodeError(f"the video holds {count} frames, the header says {pixels.frames}")


def _opened(av: Any, file: IO[bytes] | BufferedIOBase) -> Any:
    """Return the container of a video; titles in other character sets are no damage."""
    try:
        return av.open(file, "r", metadata_errors="replace")
    except (ValueError, LookupError, ArithmeticError) as error:
        raise DecodeError(f"the video cannot be opened: {words_of(error)}") from error


@contextmanager
def _refusals(av: Any) -> Iterator[None]:
    try:
        yield
    except av.FFmpegError as error:
        raise DecodeError(f"the video does not decode: {error.strerror or error}") from error


def _picture(decoded: Any, pixels: ImagePixel, number: int) -> Picture:
    """Return one decoded frame. Raises DecodeError where it is not what the image says."""
    name = decoded.format.name
    if decoded.is_corrupt:
        raise DecodeError(f"frame {number} of the video is damaged")
    if (decoded.height, decoded.width) != (pixels.rows, pixels.columns):
        raise DecodeError(
            f"frame {number} of the video has {decoded.height} rows and {decoded.width} columns, the image"
            f" says {pixels.rows} rows and {pixels.columns} columns"
        )
    bits = decoded.format.components[0].bits
    if bits != pixels.bits_stored or name not in _PLANAR:
        raise DecodeError(f"the video has {name} pixels of {bits} bits, the image says {pixels.bits_stored}")
    planes = [_plane(plane, pixels) for plane in decoded.planes]
    luma, blue, red = planes if len(planes) == 3 else (planes[0], None, None)  # noqa: PLR2004
    matrix = _MATRICES.get(int(decoded.colorspace), BT601)
    full = int(decoded.color_range) == _FULL or name.startswith("yuvj")
    return Picture(Planes(luma, blue, red), bits, matrix, full=full)


def _plane(plane: Any, pixels: ImagePixel) -> Frame:
    lines = np.frombuffer(plane, pixels.dtype).reshape(plane.height, -1)
    return lines[:, : plane.width]
