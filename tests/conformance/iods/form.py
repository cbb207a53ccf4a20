"""What the pixels of a generated object are, and the pixels: smooth, with an edge, no two frames alike."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

SIDE = 64


@dataclass(frozen=True)
class Form:
    """Frames of SIDE x SIDE pixels. stored: bits, 1 to 16. samples: 1 or 3. multi: counted even if one."""

    stored: int = 8
    samples: int = 1
    frames: int = 1
    signed: bool = False
    multi: bool = False
    photometric: str = "MONOCHROME2"
    by_plane: bool = False

    @property
    def allocated(self) -> int:
        """Bits Allocated."""
        return 8 if self.stored <= 8 else 16

    @property
    def codecs(self) -> tuple[str, ...]:
        """The codecs that can hold these pixels: baseline JPEG knows 8 bits without sign only."""
        eight = self.stored == 8 and not self.signed
        return (*(("jpeg",) if eight else ()), "jpegls", "jpeg2000")

    def header(self) -> dict[str, object]:
        """Return the attributes that describe the pixels (PS3.3 C.7.6.3, C.7.6.6)."""
        values: dict[str, object] = {
            "Rows": SIDE,
            "Columns": SIDE,
            "SamplesPerPixel": self.samples,
            "PhotometricInterpretation": self.photometric if self.samples == 1 else "RGB",
            "BitsAllocated": self.allocated,
            "BitsStored": self.stored,
            "HighBit": self.stored - 1,
            "PixelRepresentation": int(self.signed),
        }
        if self.samples > 1:
            values["PlanarConfiguration"] = int(self.by_plane)
        if self.multi or self.frames > 1:
            values["NumberOfFrames"] = self.frames
        return values

    def pixels(self) -> np.ndarray:
        """Return the samples, little endian: (frames, SIDE, SIDE, samples), samples earlier if `by_plane`."""
        frame, y, x, sample = np.ogrid[: self.frames, :SIDE, :SIDE, : self.samples]
        wave = 0.5 + 0.3 * np.sin(x / 9 + frame / 2 + sample) * np.cos(y / 7) + 0.1 * (x > SIDE // 2)
        values = np.rint(wave * (2**self.stored - 1)) - (2 ** (self.stored - 1) if self.signed else 0)
        kind = f"<{'i' if self.signed else 'u'}{self.allocated // 8}"
        ordered: np.ndarray = values.transpose(0, 3, 1, 2) if self.by_plane else values
        return ordered.astype(kind)
