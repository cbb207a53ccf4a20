"""The values that travel between the floors of the house: all frozen, no behaviour that touches files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Frame = npt.NDArray[Any]
"""One frame of native pixels: (rows, columns) or (rows, columns, 3), C-contiguous, native-endian."""

Mask = npt.NDArray[np.uint8]
"""Pixels of a frame, (rows, columns): 255 where they count, 0 elsewhere."""


@dataclass(frozen=True, slots=True)
class ImagePixel:
    """The Image Pixel Module of one image: what shape its frames have and what they mean.

    rows, columns: 1 to 65535 pixels. frames: 1 or more.
    samples: 1 (monochrome, palette indices) or 3 (colour).
    photometric: Photometric Interpretation (0028,0004), such as "RGB".
    bits_allocated: 8 or 16. bits_stored: 1 to bits_allocated, the high bit always bits_stored - 1.
    signed: Pixel Representation (0028,0103) is 1, two's complement.
    planar: Planar Configuration (0028,0006), None for one sample per pixel.
    counted: bytes of a native frame that a ratio counts where these pixels were made from another
        form, palette indices or shared chroma; None for their own.

    PS3.3 section C.7.6.3, PS3.5 section 8.1.1.
    """

    rows: int
    columns: int
    frames: int
    samples: int
    photometric: str
    bits_allocated: int
    bits_stored: int
    signed: bool = False
    planar: int | None = None
    counted: int | None = None

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of one frame array: (rows, columns) or (rows, columns, samples)."""
        return (self.rows, self.columns) if self.samples == 1 else (self.rows, self.columns, self.samples)

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of a frame array, native-endian: uint8, int8, uint16, int16 and so on."""
        return np.dtype(f"{'i' if self.signed else 'u'}{self.bits_allocated // 8}")

    @property
    def peak(self) -> int:
        """Largest distance between two sample values, 2**bits_stored - 1 grey levels."""
        return (1 << self.bits_stored) - 1

    @property
    def minimum(self) -> int:
        """Smallest sample value these bits can hold."""
        return -(1 << (self.bits_stored - 1)) if self.signed else 0

    @property
    def maximum(self) -> int:
        """Largest sample value these bits can hold."""
        return self.minimum + self.peak

    @property
    def frame_bytes(self) -> int:
        """Length of one native frame in bytes, without padding.

        Native YBR_FULL_422 shares its chroma between two pixels: two samples a pixel, not
        three (PS3.3 section C.7.6.3.1.2).
        """
        samples = 2 if self.photometric == "YBR_FULL_422" else self.samples
        return self.rows * self.columns * samples * (self.bits_allocated // 8)

    @property
    def counted_bytes(self) -> int:
        """Bytes of one native frame that a ratio counts (PS3.3 section C.7.6.1.1.5.2)."""
        return self.frame_bytes if self.counted is None else self.counted

    @property
    def native_bytes(self) -> int:
        """Length of the native Pixel Data of all frames in bytes, without padding."""
        return self.frame_bytes * self.frames


@dataclass(frozen=True, slots=True)
class LossyStep:
    """One lossy compression step: a method and its ratio never travel as two lists.

    method: Defined Term of (0028,2114), "" where it is not known.
    ratio: value of (0028,2112) as its own characters, "" where it is not known.

    PS3.3 section C.7.6.1.1.5, PS3.5 section 7.4.1 (empty values inside a list).
    """

    method: str
    ratio: str
