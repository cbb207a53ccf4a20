"""What a codec is: frozen settings that turn a frame into a code stream and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Protocol, TypeAlias

if TYPE_CHECKING:
    from lossytools.codecs.lossless import LosslessCodec
    from lossytools.codecs.movies.movie import MovieCodec
    from lossytools.codecs.recompression import StreamCodec
    from lossytools.values import Frame, ImagePixel


class FrameCodec(Protocol):
    """A codec that codes every frame by itself, with its settings as fields.

    Every codec is a frozen dataclass; its `repr` is its name in the notation that
    `parse_codec` reads, all knobs included, such as "jpeg:quality=90,subsampling=444".
    """

    name: ClassVar[str]
    title: ClassVar[str]
    transfer_syntax: ClassVar[str]
    method: ClassVar[str]

    @property
    def tolerance(self) -> int:
        """Largest difference in grey levels between two conforming decoders of one stream."""
        ...

    @property
    def bound(self) -> int | None:
        """Largest error in grey levels the codec promises for a sample, None where it promises none."""
        ...

    def resolve(self, native: ImagePixel) -> ImagePixel:
        """Return the pixels as they will be declared once encoded.

        Raises UnsupportedPixels where the transfer syntax has no row for them.
        """
        ...

    def serial(self, native: ImagePixel) -> bool:
        """Return whether an encoder of these pixels keeps other threads waiting."""
        ...

    def encode(self, frame: Frame, native: ImagePixel) -> bytes:
        """Return `frame`, of `native.shape` and `native.dtype`, as one bare code stream.

        Raises UnsupportedPixels, EncodeError, CodecMissing.
        """
        ...

    def decode(self, stream: bytes, native: ImagePixel, into: Frame | None = None) -> Frame:
        """Return the frame in the form it was handed to `encode`. Raises DecodeError.

        into: an array of `native.shape` and `native.dtype` that the frame may be put into and returned as.
        """
        ...

    def decode_independent(self, stream: bytes, native: ImagePixel) -> Frame:
        """Return the frame as another library decodes it. Raises DecodeError, CodecMissing."""
        ...

    def describe(self) -> str:
        """Return the settings in words for Derivation Description, in ASCII."""
        ...

    def library(self) -> str:
        """Return name and version of the encoding library. Raises CodecMissing."""
        ...


Codec: TypeAlias = "FrameCodec | MovieCodec | LosslessCodec | StreamCodec"
"""Whatever `parse_codec` can return."""
