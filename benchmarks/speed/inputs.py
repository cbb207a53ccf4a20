"""The images that every contestant is given, made once into a folder outside the repository.

`cine`: the sample. `us120`: color3d_jpeg_baseline of the wheel pydicom-data, decompressed. `us600`: the same
five times over. `us30`: ultrasound-multiframe.dcm of the wheel deid-data, as it is. `ct`: the CT of 12 bits
in 16 of pydicom-data, decompressed. `series`: 60 CT files, that image moved a little further in each.
`files`: 1,000 single-frame files of 512 x 512. `tiny`: one frame of 64 x 64.
"""

from __future__ import annotations

from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import IO, TYPE_CHECKING

import numpy as np
from pydicom import dcmread
from pydicom.dataelem import RawDataElement
from pydicom.uid import UID, UltrasoundImageStorage, generate_uid

from lossytools import decompress
from peers.sources import SAMPLES, make_single
from speed.image import Image

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pydicom import Dataset

    Maker = Callable[[Path], list[Path]]

_PIXELS = b"\xe0\x7f\x10\x00"
_COLOUR, _CT = "data/color3d_jpeg_baseline.dcm", "data/bad_sequence.dcm"
_PIECE = 1 << 20
_ROOT = "1.2.826.0.1.3680043.8.498."  # pydicom's, for UIDs that are a function of a word


def make_images(folder: Path, names: Iterable[str], *, small: bool = False) -> dict[str, Image]:
    """Make what is not there yet of the inputs named, and return them by name.

    small: the sample cine stands for every cine, and there are four files of each series.
    """
    folder.mkdir(parents=True, exist_ok=True)
    makers: dict[str, Maker] = {
        "cine": lambda _: [SAMPLES / "ultrasound_cine.dcm"],
        "us120": _cine if small else _decompressed("data_store", _COLOUR),
        "us600": _repeated(5, _cine if small else _decompressed("data_store", _COLOUR)),
        "us30": _cine
        if small
        else lambda _: [_wheel("deid_data", "data/ultrasounds/ultrasound-multiframe.dcm")],
        "ct": _decompressed("data_store", _CT),
        "series": _turned(4 if small else 60),
        "files": _stills(4 if small else 1000),
        "tiny": _tiny,
    }
    kept = folder / ("small" if small else "full")
    kept.mkdir(exist_ok=True)
    return {name: _describe(name, makers[name](kept)) for name in names}


def make_cine(path: Path, rows: int, columns: int, frames: int, photometric: str = "RGB") -> Path:
    """Write a synthetic cine frame by frame, unless it is there, and return its path."""
    from generate import Cine, write_cine  # noqa: PLC0415  a script beside the sample

    if not path.exists():
        write_cine(path, Cine(rows, columns, frames, photometric))
    return path


def describe(name: str, path: Path) -> Image:
    """Return an input of one file."""
    return _describe(name, [path])


def _describe(name: str, files: list[Path]) -> Image:
    head = dcmread(files[0], stop_before_pixels=True)
    frames = int(head.get("NumberOfFrames") or 1) * len(files)
    return Image(name, tuple(files), frames, head.Rows, head.Columns, head.SamplesPerPixel, head.BitsStored)


def _wheel(package: str, path: str) -> Path:
    found = find_spec(package)
    if found is None or not found.submodule_search_locations:
        raise FileNotFoundError(f"the wheel of {package} is not installed: pip install -e '.[test]'")
    return Path(found.submodule_search_locations[0]) / path


def _cine(_: Path) -> list[Path]:
    return [SAMPLES / "ultrasound_cine.dcm"]


def _tiny(folder: Path) -> list[Path]:
    return [make_cine(folder / "tiny.dcm", 64, 64, 1)]


def _decompressed(package: str, path: str) -> Maker:
    def make(folder: Path) -> list[Path]:
        made = folder / Path(path).name
        if not made.exists():
            decompress(_wheel(package, path), made)
        return [made]

    return make


def _repeated(times: int, once: Maker) -> Maker:
    def make(folder: Path) -> list[Path]:
        made = folder / "us600.dcm"
        if not made.exists():
            repeat(once(folder)[0], made, times)
        return [made]

    return make


def repeat(source: Path, target: Path, times: int) -> None:
    """Write native pixel data `times` over, in pieces, under a UID of its own.

    Only for images whose frames are timed by one Frame Time: no attribute has a value for each frame then.
    """
    head = dcmread(source, stop_before_pixels=True)
    size, start = _native_bytes(head), pixel_offset(source)
    head.NumberOfFrames *= times
    _rename(head, f"{head.SOPInstanceUID} {times} times")
    with _written(head, target) as out, source.open("rb") as pixels:
        for _ in range(times):
            pixels.seek(start)
            _copy(pixels, out, size)


def widen(source: Path, target: Path) -> None:
    """Write native colour pixels with every frame twice, side by side."""
    head = dcmread(source, stop_before_pixels=True)
    shape = (head.NumberOfFrames, head.Rows, head.Columns, 3)
    head.Columns *= 2
    _rename(head, f"{head.SOPInstanceUID} widened")
    with _written(head, target) as out:
        for frame in np.memmap(source, np.uint8, "r", pixel_offset(source), shape):
            out.write(np.tile(frame, (1, 2, 1)).tobytes())


@contextmanager
def _written(head: Dataset, target: Path) -> Iterator[IO[bytes]]:
    """Give a file to write native bytes of 8 bits to, which has its name once they are there."""
    partial = target.with_suffix(".partial")
    with partial.open("wb") as out:
        head.save_as(out, enforce_file_format=True)
        out.write(_PIXELS + b"OB\0\0" + _native_bytes(head).to_bytes(4, "little"))
        yield out
    partial.replace(target)


def _native_bytes(head: Dataset) -> int:
    return int(head.NumberOfFrames) * int(head.Rows) * int(head.Columns) * int(head.SamplesPerPixel)


def _copy(source: IO[bytes], target: IO[bytes], size: int) -> None:
    """Copy so many bytes, a piece at a time."""
    while size:
        piece = source.read(min(size, _PIECE))
        if not piece:
            raise EOFError("the pixel data is shorter than its header says")
        target.write(piece)
        size -= len(piece)


def pixel_offset(path: Path) -> int:
    """Return where the value of native Pixel Data begins."""
    found = dcmread(path, defer_size=1024).get_item("PixelData", keep_deferred=True)
    if not isinstance(found, RawDataElement):
        raise TypeError(f"{path.name} has no native Pixel Data")
    return found.value_tell


def _turned(count: int) -> Maker:
    def make(folder: Path) -> list[Path]:
        place = folder / "series"
        files = [place / f"{number:03}.dcm" for number in range(count)]
        if not files[-1].exists():
            place.mkdir(exist_ok=True)
            image = dcmread(_decompressed("data_store", _CT)(folder)[0])
            pixels = np.frombuffer(image.PixelData, "<u2").reshape(image.Rows, image.Columns)
            for number, path in enumerate(files):
                _rename(image, f"series {number}")
                image.PixelData = np.roll(pixels, 7 * number, axis=(0, 1)).tobytes()
                image.save_as(path)
        return files

    return make


def _stills(count: int) -> Maker:
    def make(folder: Path) -> list[Path]:
        place = folder / "files"
        files = [place / f"{number:04}.dcm" for number in range(count)]
        if not files[-1].exists():
            place.mkdir(exist_ok=True)
            templates = list(_templates(place))
            for number, path in enumerate(files):
                bytes_, uid = templates[number % len(templates)]
                new = uid[:-4] + f"{number:04}".encode()
                path.write_bytes(bytes_.replace(uid, new))
        return files

    return make


def _templates(place: Path) -> Iterable[tuple[bytes, bytes]]:
    """Yield single-frame files that differ, and the UID in each."""
    cine = make_cine(place / "cine.dcm", 512, 512, 4, "MONOCHROME2")
    start = pixel_offset(cine)
    frames = np.memmap(cine, np.uint8, "r", start, (4, 512, 512))
    still = make_cine(place / "still.dcm", 512, 512, 1, "MONOCHROME2")
    make_single(still, UltrasoundImageStorage)
    image = dcmread(still)
    for frame in frames:
        image.PixelData = frame.tobytes()
        image.save_as(still)
        yield still.read_bytes(), str(image.SOPInstanceUID).encode()
    del frames
    cine.unlink()
    still.unlink()


def _rename(image: Dataset, word: str) -> None:
    """Give an image a UID that is a function of a word."""
    uid = UID(generate_uid(_ROOT, entropy_srcs=[word]))
    image.SOPInstanceUID = image.file_meta.MediaStorageSOPInstanceUID = uid
