"""What an input is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Image:
    """One input: files of equal pixels. frames: of all files together."""

    name: str
    files: tuple[Path, ...]
    frames: int
    rows: int
    columns: int
    samples: int
    bits_stored: int

    @property
    def megapixels(self) -> float:
        """Millions of pixels of all frames."""
        return self.frames * self.rows * self.columns / 1e6

    @property
    def frame_bytes(self) -> int:
        """Bytes of one native frame."""
        return self.rows * self.columns * self.samples * (2 if self.bits_stored > 8 else 1)  # noqa: PLR2004

    @property
    def words(self) -> str:
        """Size and number, as a table says it."""
        colour = "RGB" if self.samples > 1 else f"{self.bits_stored} bits"
        files = f"{len(self.files):,} files" if len(self.files) > 1 else f"{self.frames:,} frames"
        return f"{self.name}: {files} of {self.columns} x {self.rows} {colour}"
