"""One frame coded otherwise, and the proof that it is what it was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lossytools.codecs.decoding import decode_frame
from lossytools.errors import EncodeError
from lossytools.measurement import measure_frame
from lossytools.pipeline.forms import one_form
from lossytools.pixels import bit_plane, pack_bits

if TYPE_CHECKING:
    from lossytools.codecs.encoders import Encode
    from lossytools.codecs.lossless import LosslessCodec
    from lossytools.codecs.recompression import StreamCodec
    from lossytools.dicomio.source import FrameReader
    from lossytools.measurement import FrameMeasurement
    from lossytools.pipeline.coding import Numbered
    from lossytools.values import Frame, ImagePixel


@dataclass(frozen=True, slots=True)
class Recoded:
    """A frame's new code stream, its sizes, and the overlay planes that lay in unused bits of its cells."""

    stream: bytes
    measurement: FrameMeasurement
    overlays: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Coding:
    """Codes one frame without loss, and proves it. native: the form of all frames."""

    reader: FrameReader
    codec: LosslessCodec
    encode: Encode
    native: ImagePixel
    independent: bool
    overlay_bits: tuple[int, ...]

    def __call__(self, numbered: Numbered) -> Recoded:
        """Return the frame coded. Raises UnreadableSource, UnsupportedPixels, EncodeError, DecodeError."""
        number, read = numbered
        value = read()
        frame, form = self.reader.decoded(value)
        one_form(self.reader.declared, (form, self.native.photometric))
        stream = self.encode(frame, self.native)
        self._prove(number, frame, self.codec.decode(stream, self.native))
        if self.independent:
            self._prove(number, frame, self.codec.decode_independent(stream, self.native))
        cells = self.reader.cells(value) if self.overlay_bits else frame
        planes = tuple(pack_bits(bit_plane(cells, bit)) for bit in self.overlay_bits)
        return Recoded(stream, _same(number, frame, self.native, stream), planes)

    def _prove(self, number: int, frame: Frame, decoded: Frame) -> None:
        if not np.array_equal(frame, decoded):
            raise EncodeError(f"{self.codec!r}: frame {number + 1} does not decode to what was coded")


@dataclass(frozen=True, slots=True)
class Wrapping:
    """Turns one code stream into another that gives it back, and decodes it."""

    reader: FrameReader
    codec: StreamCodec

    def __call__(self, numbered: Numbered) -> Recoded:
        """Return the frame recoded. Raises UnreadableSource, DecodeError, EncodeError."""
        number, read = numbered
        value, declared = read(), self.reader.declared
        frame, _ = self.reader.decoded(value)
        stream = self.codec.recode(value, declared)
        decode_frame(stream, self.codec.transfer_syntax, declared)
        return Recoded(stream, _same(number, frame, declared, stream))


def _same(number: int, frame: Frame, native: ImagePixel, stream: bytes) -> FrameMeasurement:
    """Return the measurement of a frame that decodes to itself."""
    return measure_frame(
        frame,
        frame,
        number=number + 1,
        native_bytes=frame.nbytes,
        stream_bytes=len(stream),
        peak=native.peak,
    )
