"""One bit stream of all frames, written into a file as they come; the frames are never all in memory."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from lossytools.codecs.movies.colour import planes_of
from lossytools.codecs.movies.reading import EXTRA
from lossytools.errors import CodecMissing, EncodeError
from lossytools.libraries import require, words_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lossytools.values import Frame, ImagePixel

_LIMITED, _BT601 = 1, 6  # AVCOL_RANGE_MPEG; SMPTE 170M, which are the figures of BT.601 for 525 lines


@dataclass(frozen=True, slots=True)
class MovieSettings:
    """What FFmpeg is told. encoder: its name. container: "mp4" or "mpeg" (program stream). tag: of MP4."""

    encoder: str
    container: str
    options: Mapping[str, str]
    tag: str = ""


@dataclass(frozen=True, slots=True)
class Packet:
    """The coded form of one frame: its number, from 0, and its bytes; packets come in decoding order."""

    number: int
    size: int


def write_movie(
    frames: Iterable[Frame], native: ImagePixel, rate: Fraction, settings: MovieSettings, out: IO[bytes]
) -> tuple[Packet, ...]:
    """Write `frames`, RGB or grey of 8 or 10 bits stored, as one bit stream in a container to `out`.

    rate: frames a second, exact. Colours are coded, and said in the stream to be, BT.601 of limited range,
    4:2:0. One thread encodes, and no instructions that only some processors have, so that every machine
    makes the same bytes. Returns the packets in decoding order.
    Raises EncodeError; CodecMissing without the extra or where its FFmpeg lacks the encoder.
    """
    av = require("av", EXTRA)
    if settings.encoder not in av.codecs_available:
        raise CodecMissing(f"this build of FFmpeg has no encoder {settings.encoder}: pip install '{EXTRA}'")
    packets: list[Packet] = []
    try:
        with av.open(out, "w", format=settings.container, options={"fflags": "+bitexact"}) as container:
            stream = _stream(container, native, rate, settings)

            def put(coded: Iterable[Any]) -> None:
                for packet in coded:
                    packets.append(Packet(packet.pts, packet.size))
                    container.mux(packet)

            for number, frame in enumerate(frames):
                put(stream.encode(_picture(av, frame, native, number, rate)))
                if number == 0 and stream.codec_context.options:
                    raise EncodeError(f"FFmpeg does not know {sorted(stream.codec_context.options)}")
            put(stream.encode(None))
    except (av.FFmpegError, ValueError, TypeError, ArithmeticError, LookupError) as error:
        raise EncodeError(f"{settings.encoder}: {words_of(error)}") from error
    return tuple(packets)


def _stream(container: Any, native: ImagePixel, rate: Fraction, settings: MovieSettings) -> Any:
    stream = container.add_stream(settings.encoder, rate=rate, options=dict(settings.options))
    stream.width, stream.height = native.columns, native.rows
    stream.pix_fmt = pixel_format(native)
    stream.time_base = 1 / rate
    context = stream.codec_context
    context.framerate, context.time_base = rate, 1 / rate
    context.sample_aspect_ratio = Fraction(1)
    context.color_range = _LIMITED
    context.colorspace = context.color_primaries = context.color_trc = _BT601
    context.thread_count, context.thread_type = 1, "FRAME"
    if settings.tag:
        context.codec_tag = settings.tag
    return stream


def pixel_format(native: ImagePixel) -> str:
    """Return FFmpeg's name of the planes that are coded."""
    return "yuv420p" if native.bits_stored == 8 else "yuv420p10le"  # noqa: PLR2004


def _picture(av: Any, frame: Frame, native: ImagePixel, number: int, rate: Fraction) -> Any:
    picture = av.VideoFrame(native.columns, native.rows, pixel_format(native))
    for plane, samples in zip(picture.planes, planes_of(frame, native.bits_stored), strict=True):
        lines = np.frombuffer(plane, samples.dtype).reshape(plane.height, -1)
        lines[:, : plane.width] = samples
    picture.pts, picture.time_base = number, 1 / rate
    return picture
