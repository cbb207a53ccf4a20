"""What a synthetic cine is: its parameters, its limits and its size in bytes."""

from dataclasses import dataclass
from typing import Final

PHOTOMETRICS: Final = ("RGB", "MONOCHROME2", "PALETTE")
SHORTEST_SIDE: Final = 64
LONGEST_SIDE: Final = 2048
# FFFFFFFFH is the undefined length, and a length is even (PS3.5 7.1.1): the longest native Pixel Data.
LONGEST_PIXEL_DATA_BYTES: Final = 0xFFFFFFFE
# Explicit VR gives a DS a 16-bit length, and a length is even (PS3.5 7.1.2).
LONGEST_FRAME_TIME_VECTOR_BYTES: Final = 0xFFFE
FRAME_TIME_MS: Final = 40
HEART_RATE_BPM: Final = 75
FRAMES_IN_A_BEAT: Final = 60_000 // (HEART_RATE_BPM * FRAME_TIME_MS)
# Unequal on purpose, with a mean of FRAME_TIME_MS: what is lost by averaging a vector can then be seen.
UNEQUAL_FRAME_TIMES_MS: Final = (39, 40, 41)
BYTES_IN_A_GIGABYTE: Final = 1_000_000_000


class BadParameter(ValueError):
    """A parameter that no cine can have; the message says the value found and the limit."""


@dataclass(frozen=True)
class Cine:
    """The parameters of one synthetic cine; equal parameters make equal files.

    Attributes:
        rows: Height of a frame in pixels, 64 to 2048.
        columns: Width of a frame in pixels, 64 to 2048.
        frames: Number of frames; after FRAMES_IN_A_BEAT of them the beat repeats.
        photometric: One of PHOTOMETRICS; PALETTE stands for PALETTE COLOR.
        seed: Chooses the speckle; 0 or more, in 32 bits.
        frame_time_vector: Time the frames by a vector of unequal steps, not by one Frame Time.

    Raises:
        BadParameter: A value is out of its range, or the file cannot be encoded.
    """

    rows: int = 240
    columns: int = 320
    frames: int = 20
    photometric: str = "RGB"
    seed: int = 1
    frame_time_vector: bool = False

    def __post_init__(self) -> None:
        """Refuse what cannot be drawn or encoded."""
        require_range("rows", self.rows, SHORTEST_SIDE, LONGEST_SIDE)
        require_range("columns", self.columns, SHORTEST_SIDE, LONGEST_SIDE)
        require_range("frames", self.frames, 1, 0x7FFFFFFF)
        require_range("seed", self.seed, 0, 0xFFFFFFFF)
        if self.photometric not in PHOTOMETRICS:
            raise BadParameter(f"photometric is {self.photometric!r}; it can be {', '.join(PHOTOMETRICS)}")
        self._require_encodable()

    def _require_encodable(self) -> None:
        if self.pixel_bytes > LONGEST_PIXEL_DATA_BYTES:
            raise BadParameter(
                f"{self.frames} frames of {self.frame_bytes} bytes are {self.pixel_bytes} bytes; the 32-bit"
                f" length of native Pixel Data ends at {LONGEST_PIXEL_DATA_BYTES} bytes,"
                f" which is {LONGEST_PIXEL_DATA_BYTES // self.frame_bytes} frames"
            )
        size_bytes = len("\\".join(self.frame_times_ms)) if self.frame_time_vector else 0
        if size_bytes > LONGEST_FRAME_TIME_VECTOR_BYTES:
            raise BadParameter(
                f"the Frame Time Vector of {self.frames} frames is {size_bytes} bytes; its 16-bit length ends"
                f" at {LONGEST_FRAME_TIME_VECTOR_BYTES} bytes: fewer frames, or one Frame Time"
            )

    @property
    def samples(self) -> int:
        """Samples per Pixel."""
        return 3 if self.photometric == "RGB" else 1

    @property
    def coloured(self) -> bool:
        """Whether there is a colour Doppler box; a MONOCHROME2 cine has none."""
        return self.photometric != "MONOCHROME2"

    @property
    def frame_bytes(self) -> int:
        """Bytes of one native frame."""
        return self.rows * self.columns * self.samples

    @property
    def pixel_bytes(self) -> int:
        """Bytes of the native Pixel Data, padded to an even number."""
        return self.frames * self.frame_bytes + self.frames * self.frame_bytes % 2

    @property
    def frame_times_ms(self) -> tuple[str, ...]:
        """The values of a Frame Time Vector: zero, then the step from each frame to the next."""
        steps = (UNEQUAL_FRAME_TIMES_MS[i % len(UNEQUAL_FRAME_TIMES_MS)] for i in range(self.frames - 1))
        return ("0", *map(str, steps))


def require_range(name: str, value: int, least: int, most: int) -> None:
    """Refuse a value outside least to most, both included.

    Raises:
        BadParameter: The value is outside.
    """
    if not least <= value <= most:
        raise BadParameter(f"{name} is {value}; it can be {least} to {most}")


def fit_frames(gigabytes: float, one: Cine) -> int:
    """Return how many frames like those of one cine fit into so many gigabytes (10^9 bytes).

    Raises:
        BadParameter: Not even one frame fits, or the number is not finite.
    """
    if not 0 < gigabytes * BYTES_IN_A_GIGABYTE < float("inf"):
        raise BadParameter(f"gigabytes is {gigabytes}; it must be a finite number above 0")
    frames = int(gigabytes * BYTES_IN_A_GIGABYTE) // one.frame_bytes
    if frames < 1:
        raise BadParameter(f"gigabytes is {gigabytes}; one frame alone is {one.frame_bytes} bytes")
    return frames
