"""An archive as it is found: patients, studies, series, images, and documents that refer to them.

    python benchmarks/reliability/archive.py FOLDER [--objects 200] [--canaries]

Equal parameters make equal files, wherever pydicom, NumPy and Pillow are the same.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path
from typing import TYPE_CHECKING

from pydicom import dcmwrite
from pydicom.uid import ImplicitVRLittleEndian

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))

from reliability import documents, images
from reliability.canaries import plant
from reliability.naming import STUDIES_OF_A_PATIENT, US_CINE, US_STILL, Named

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydicom.dataset import Dataset

CINES, STILLS, GREYS, CAPTURES = 3, 3, 2, 2
_WITHOUT_EXTENSION = {"grey", "jpeg", "key", "state"}


@dataclass(frozen=True, slots=True)
class Shape:
    """How large the pictures are, in pixels, and how many frames the shortest cine has, of up to 4 more."""

    rows: int = 120
    columns: int = 160
    frames: int = 8


SMALL = Shape(48, 64, 2)


@dataclass(frozen=True, slots=True)
class Kept:
    """An object and where it lies, below the archive's folder."""

    path: Path
    dataset: Dataset


def make_archive(
    folder: Path, objects: int = 200, *, shape: Shape | None = None, canaries: bool = False
) -> list[Path]:
    """Write an archive of so many objects below `folder`, and return their paths.

    canaries: every text attribute holds a string of its own, `CANARY<n>`.
    """
    written, numbers = [], count(1)
    for kept in islice(every_object(shape or Shape()), objects):
        path = folder / kept.path
        path.parent.mkdir(parents=True, exist_ok=True)
        if canaries:
            plant(kept.dataset, numbers)
        write(kept.dataset, path)
        written.append(path)
    return written


def every_object(shape: Shape) -> Iterator[Kept]:
    """Yield objects study after study, without an end; documents follow the images they refer to."""
    for study in count():
        yield from _study(study, shape)


def write(dataset: Dataset, path: Path) -> None:
    """Write a data set in the transfer syntax that its file meta information says."""
    implicit = dataset.file_meta.TransferSyntaxUID == ImplicitVRLittleEndian
    with path.open("wb") as out:
        dcmwrite(out, dataset, enforce_file_format=True, implicit_vr=implicit, little_endian=True)


def _study(study: int, shape: Shape) -> Iterator[Kept]:
    size = (shape.rows, shape.columns)
    for index in range(CINES):
        yield _keep(study, "cine", index, images.make_cine(study, index, size, shape.frames + index * 2))
    for index in range(STILLS):
        yield _keep(study, "still", index, images.make_still(study, index, size))
    for index in range(GREYS):
        yield _keep(study, "grey", index, images.make_grey(study, index, size))
    yield _keep(study, "jpeg", 0, images.make_jpeg(study, 0, size))
    cines, stills, greys = _images_of(study)
    for index in range(CAPTURES):
        sources = [cines[index], stills[0]]
        yield _keep(study, "capture", index, images.make_capture(study, index, size, sources))
    earlier = [named for group in _images_of(study - 1) for named in group[:1]] if study % 2 else []
    yield _keep(study, "key", 0, documents.make_key_objects(study, 0, [*cines[:2], *stills[:1], *earlier]))
    yield _keep(study, "report", 0, documents.make_report(study, 0, [*cines, *earlier, *stills]))
    yield _keep(study, "state", 0, documents.make_presentation_state(study, 0, greys))


def _images_of(study: int) -> tuple[list[Named], list[Named], list[Named]]:
    """Return cines, colour stills and grey stills of a study."""
    cines = [Named(study, "cine", index, US_CINE) for index in range(CINES)]
    stills = [Named(study, "still", index, US_STILL) for index in range(STILLS)]
    greys = [Named(study, "grey", index, US_STILL) for index in range(GREYS)]
    return cines, stills, greys


def _keep(study: int, kind: str, index: int, dataset: Dataset) -> Kept:
    ending = "" if kind in _WITHOUT_EXTENSION else ".dcm"
    folder = Path(f"patient{study // STUDIES_OF_A_PATIENT:03}", f"study{study:03}", kind)
    return Kept(folder / f"{kind}{index:02}{ending}", dataset)


def main() -> int:
    """Write an archive and say what it holds."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--objects", type=int, default=200)
    parser.add_argument("--canaries", action="store_true", help="mark every text attribute")
    asked = parser.parse_args()
    written = make_archive(asked.folder, asked.objects, canaries=asked.canaries)
    print(f"{len(written)} objects, {sum(path.stat().st_size for path in written) / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
