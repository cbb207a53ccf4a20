"""What every file goes through: reading, publishing, audit."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pydicom import dcmread
from pydicom.pixels import iter_pixels

from lossytools import audit
from lossytools.dicomio.gathering import gather
from lossytools.dicomio.publishing import publish
from lossytools.dicomio.source import frame_reader, read_source
from lossytools.pipeline.coding import numbered_values

if TYPE_CHECKING:
    from conftest import Timed

CINE = Path(__file__).parents[2] / "sample_data" / "ultrasound_cine.dcm"
PIXELS = 20 * 240 * 320


def sum_of_frames(path: Path) -> int:
    with read_source(path) as source:
        gather(source)
        reader = frame_reader(source)
        return sum(int(reader.frame(read()).sum()) for _, read in numbered_values(source, reader))


def publish_megabyte(target: Path) -> None:
    with publish(target, force=True) as draft:
        draft.file.write(bytes(1 << 20))


def test_read_native(timed: Timed) -> None:
    expected = sum(int(frame.sum()) for frame in iter_pixels(CINE))
    assert timed(PIXELS, sum_of_frames, CINE) == expected


def test_read_encapsulated(timed: Timed, derived: Path) -> None:
    native = sum(int(frame.sum()) for frame in iter_pixels(CINE))
    assert abs(timed(PIXELS, sum_of_frames, derived) / native - 1) < 0.01  # JPEG keeps the mean


def test_publish_a_megabyte(timed: Timed, tmp_path: Path) -> None:
    timed(0, publish_megabyte, tmp_path / "out")
    assert (tmp_path / "out").stat().st_size == 1 << 20


def test_audit(timed: Timed, derived: Path) -> None:
    assert timed(PIXELS, audit, derived) == []


def test_audit_against_the_source(timed: Timed, derived: Path) -> None:
    assert dcmread(derived, stop_before_pixels=True).NumberOfFrames == 20
    assert timed(PIXELS, audit, derived, CINE) == []
