"""One frame through a codec and back, judged: what every worker thread does."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from threading import local
from typing import TYPE_CHECKING

import numpy as np

from lossytools.codecs.codestream import read_header
from lossytools.codecs.movies.reading import movie_frames
from lossytools.differences import largest_gap
from lossytools.errors import DecodeError, EncodeError, UnreadableSource
from lossytools.measurement import FrameMeasurement, measure_frame, unmeasured
from lossytools.pixels import bit_plane, pack_bits
from lossytools.rules.attributes import value
from lossytools.standard.transfer_syntaxes import BY_UID

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pydicom.dataset import Dataset

    from lossytools.codecs.encoders import Encode
    from lossytools.codecs.protocol import FrameCodec
    from lossytools.dicomio.source import FrameReader, Source
    from lossytools.fidelity.loss import Gauge, Loss
    from lossytools.pipeline.options import Verify
    from lossytools.values import Frame, ImagePixel

    Numbered = tuple[int, Callable[[], bytes]]


@dataclass(frozen=True, slots=True)
class CodedFrame:
    """A frame's code stream, what it lost, and what had to be looked at on the way."""

    stream: bytes
    measurement: FrameMeasurement
    lossy: bool
    padding_kept: bool
    overlays: tuple[bytes, ...]
    parts: Mapping[str, Loss] = field(default_factory=dict)
    again: Mapping[str, Loss] = field(default_factory=dict)  # as a second decoder sees them, where wanted


@dataclass(frozen=True, slots=True, eq=False)
class Coding:
    """A frame as one codec coded it. decoded, parts: what came out and what it lost, where anybody looked."""

    codec: FrameCodec
    stream: bytes
    decoded: Frame | None
    parts: Mapping[str, Loss]


class _Room(local):
    """An array for each thread that one decoded frame after the other is put into.

    A new one for every frame would cost more than measuring: the system gives and takes its pages one by one.
    """

    frame: Frame | None = None


@dataclass(frozen=True, slots=True)
class FrameWork:
    """What to do with every frame.

    encode: the codec's, or that of a process which encodes for it.
    padding: smallest and largest value that mean padding, None without. overlay_bits: bits of a
    cell that hold an overlay plane. gauge: measures the parts of a frame too, where they are asked for. both:
    of what a second decoder makes of it as well.
    """

    reader: FrameReader
    codec: FrameCodec
    encode: Encode
    verify: Verify
    padding: tuple[int, int] | None
    overlay_bits: tuple[int, ...]
    gauge: Gauge | None = None
    both: bool = False
    room: _Room = field(default_factory=_Room, init=False, compare=False)

    def __call__(self, numbered: Numbered) -> CodedFrame:
        """Return a frame coded, and decoded again and measured.

        Raises UnreadableSource, EncodeError, DecodeError.
        """
        number, read = numbered
        value = read()
        frame = self.reader.frame(value)
        stream = self.encode(frame, self.reader.native)
        decoded = None if self.verify == "none" else self._decoded(stream)
        parts = {} if decoded is None or self.gauge is None else self.gauge.measure(frame, decoded)
        return self.judged(number, value, frame, Coding(self.codec, stream, decoded, parts))

    def judged(self, number: int, value: bytes, frame: Frame, coding: Coding) -> CodedFrame:
        """Return what became of frame `number`, from 0, whose bytes are `value`. Raises EncodeError."""
        stream, decoded = coding.stream, coding.decoded
        measured = self._measured(number + 1, frame, decoded, len(stream))
        again: Mapping[str, Loss] = {}
        if decoded is not None:
            self._judge_bound(coding.codec, measured)
            if self.verify == "independent":
                second = self._second(coding.codec, measured.number, stream, decoded)
                again = self.gauge.measure(frame, second) if self.both and self.gauge is not None else {}
        lossy = read_header(stream).irreversible
        kept = padding_kept(self.padding, frame, decoded)
        return CodedFrame(stream, measured, lossy, kept, self._overlays(value), coding.parts, again)

    def _decoded(self, stream: bytes) -> Frame:
        native = self.reader.native
        if self.room.frame is None:
            self.room.frame = np.empty(native.shape, native.dtype)
        return self.codec.decode(stream, native, self.room.frame)

    def _measured(self, number: int, frame: Frame, decoded: Frame | None, size: int) -> FrameMeasurement:
        native = self.reader.native
        if decoded is None:
            return unmeasured(
                number=number, native_bytes=native.counted_bytes, stream_bytes=size, peak=native.peak
            )
        return measure_frame(
            frame,
            decoded,
            number=number,
            native_bytes=native.counted_bytes,
            stream_bytes=size,
            peak=native.peak,
        )

    def _judge_bound(self, codec: FrameCodec, measured: FrameMeasurement) -> None:
        bound = codec.bound
        if bound is not None and measured.max_error is not None and measured.max_error > bound:
            raise EncodeError(
                f"{codec!r}: frame {measured.number} is off by {measured.max_error} grey levels,"
                f" the bound is {bound}"
            )

    def _second(self, codec: FrameCodec, number: int, stream: bytes, decoded: Frame) -> Frame:
        """Return what another decoder makes of a frame. Raises EncodeError where it is something else."""
        second = codec.decode_independent(stream, self.reader.native)
        gap = largest_gap(second, decoded)
        if gap > codec.tolerance:
            raise EncodeError(
                f"{codec!r}: frame {number}: two decoders differ by {gap} grey levels,"
                f" {codec.tolerance} is possible"
            )
        return second

    def _overlays(self, value: bytes) -> tuple[bytes, ...]:
        if not self.overlay_bits:
            return ()
        cells = self.reader.cells(value)
        return tuple(pack_bits(bit_plane(cells, bit)) for bit in self.overlay_bits)


def numbered_values(source: Source, reader: FrameReader) -> Iterator[Numbered]:
    """Yield the number, from 0, of every frame and what reads its bytes, in whichever thread asks."""
    if source.is_video:
        yield from _shown(source, reader)
        return
    for number in range(reader.declared.frames):
        yield number, partial(source.value_of, number, reader.declared)


def _shown(source: Source, reader: FrameReader) -> Iterator[Numbered]:
    """Yield the frames of a video, which can only be decoded one after the other: their RGB samples."""
    method = BY_UID[source.transfer_syntax].method
    try:
        for number, frame in enumerate(movie_frames(source.movie(), reader.native, method)):
            yield number, frame.tobytes
    except DecodeError as error:
        raise UnreadableSource(str(error)) from error


def padding_of(image: Dataset, native: ImagePixel) -> tuple[int, int] | None:
    """Return the smallest and the largest padding value (PS3.3 section C.7.5.1.1.2), None without any.

    Equipment writes the value of signed pixels as unsigned, and the other way round; it is taken as the
    pixels are.
    """
    ends = [value(image, keyword) for keyword in ("PixelPaddingValue", "PixelPaddingRangeLimit")]
    if not isinstance(ends[0], int):
        return None
    span = 1 << native.bits_allocated
    turn = span // 2 if native.signed else 0
    values = [(int(end) + turn) % span - turn for end in ends if isinstance(end, int)]
    return min(values), max(values)


def padding_kept(padding: tuple[int, int] | None, before: Frame, after: Frame | None) -> bool:
    """Return whether the same pixels are padding in both frames; True where no value means padding.

    after: None where nobody has looked, so that nobody can say.
    """
    if padding is None or after is None:
        return padding is None
    low, high = padding
    one, other = ((frame >= low) & (frame <= high) for frame in (before, after))
    return bool(np.array_equal(one, other))
