"""How hard the synthetic cine is to compress beside two real ones, at equal quality.

python sample_data/compare.py prints the table that the README shows. It needs the wheels deid-data and
pydicom-data, which the test extra installs.
"""

import importlib.util
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

import imagecodecs
import numpy as np
from numpy.typing import NDArray
from pydicom import dcmread
from pydicom.pixels.utils import iter_pixels

from cine import Cine
from picture import frames

Bytes = NDArray[np.uint8]

TARGET_PSNR_DB: Final = 40.0
FRAMES: Final = 5
BLACK: Final = 8
REAL: Final = (
    ("data_store", "data/color3d_jpeg_baseline.dcm"),
    ("deid_data", "data/ultrasounds/ultrasound-multiframe.dcm"),
)


@dataclass(frozen=True)
class Row:
    """What was measured on one cine; ratios are native bytes by coded bytes at the target PSNR."""

    name: str
    black: float
    quality: float
    jpeg_ratio: float
    jpeg2k_ratio: float
    motion_levels: float
    lossless_ratio: float


def find_real(package: str, name: str) -> Path:
    """Return the path of a file that an installed package carries.

    Raises:
        FileNotFoundError: The package is not installed.
    """
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError(f"no package {package}: pip install 'lossytools[test]'")
    return Path(next(iter(spec.submodule_search_locations))) / name


def read_real(path: Path) -> list[Bytes]:
    """Return frames of a real cine in RGB, spread over its length, in pairs that follow each other."""
    count = int(dcmread(path, stop_before_pixels=True).NumberOfFrames)
    return list(iter_pixels(path, indices=pick(count)))


def pick(count: int) -> list[int]:
    """Return FRAMES places in a cine, each followed by its next frame."""
    places = [count * i // FRAMES for i in range(FRAMES)]
    return [number for place in places for number in (place, place + 1)]


def measure_psnr_db(first: Bytes, second: Any) -> float:
    """Return the PSNR over all samples of a frame, 100 where they are equal."""
    squared = float(np.mean((first.astype(np.float64) - second) ** 2))
    return 100.0 if squared == 0 else float(10 * np.log10(255**2 / squared))


def encode_jpeg(frame: Bytes, quality: int) -> bytes:
    """Return the JPEG code stream with chroma at full resolution.

    At half resolution saturated flow bounds the PSNR below or near 40 dB, whatever the quality.
    """
    return bytes(imagecodecs.jpeg_encode(frame, quality, subsampling="444"))


def code_jpeg(frame: Bytes) -> tuple[int, int]:
    """Return the lowest quality that reaches the target, and its bytes."""
    low, high = 1, 100
    while low < high:
        middle = (low + high) // 2
        psnr_db = measure_psnr_db(frame, imagecodecs.jpeg_decode(encode_jpeg(frame, middle)))
        low, high = (low, middle) if psnr_db >= TARGET_PSNR_DB else (middle + 1, high)
    return low, len(encode_jpeg(frame, low))


def code_jpeg2k(frame: Bytes, **knobs: Any) -> int:
    """Return the bytes of the JPEG 2000 code stream with a multiple component transformation."""
    return len(imagecodecs.jpeg2k_encode(frame, mct=True, codecformat="J2K", **knobs))


def measure(name: str, pairs: list[Bytes]) -> Row:
    """Return the row of one cine from pairs of frames."""
    shown, following = [np.ascontiguousarray(f) for f in pairs[::2]], pairs[1::2]
    jpeg = [code_jpeg(frame) for frame in shown]
    size_bytes = sum(frame.nbytes for frame in shown)
    lit = [frame.max(axis=-1) >= BLACK for frame in shown]
    moved = [np.abs(a.astype(int) - b)[m].mean() for a, b, m in zip(shown, following, lit, strict=True)]
    lossy = sum(code_jpeg2k(frame, level=TARGET_PSNR_DB, reversible=False) for frame in shown)
    exact = sum(code_jpeg2k(frame, level=0, reversible=True) for frame in shown)
    return Row(
        name,
        1 - float(np.mean(lit)),
        float(np.mean([quality for quality, _ in jpeg])),
        size_bytes / sum(coded for _, coded in jpeg),
        size_bytes / lossy,
        float(np.mean(moved)),
        size_bytes / exact,
    )


def list_rows() -> Iterator[Row]:
    """Yield the synthetic cine in three sizes, then the real ones."""
    for rows, columns in ((240, 320), (480, 640), (600, 800)):
        drawn = list(islice(frames(Cine(rows, columns, frames=21)), 21))
        yield measure(f"synthetic, {columns} x {rows}", [drawn[number] for number in pick(20)])
    for package, name in REAL:
        pairs = read_real(find_real(package, name))
        height, width = pairs[0].shape[:2]
        yield measure(f"{Path(name).stem}, {width} x {height}", pairs)


def main() -> None:
    """Print the table in Markdown."""
    print(
        f"| cine | black | JPEG quality for {TARGET_PSNR_DB:.0f} dB | JPEG ratio | JPEG 2000 ratio"
        " | J2K / JPEG | lossless J2K ratio | change to next frame |"
    )
    print("| --- |" + " ---: |" * 7)
    for row in list_rows():
        print(
            f"| {row.name} | {row.black:.0%} | {row.quality:.0f} | {row.jpeg_ratio:.1f}"
            f" | {row.jpeg2k_ratio:.1f} | {row.jpeg2k_ratio / row.jpeg_ratio:.2f}"
            f" | {row.lossless_ratio:.1f} | {row.motion_levels:.1f} levels |"
        )


if __name__ == "__main__":
    main()
