"""The judge of converted archives sees what is wrong, and a contestant goes through all its trials."""

from __future__ import annotations

import io
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from pydicom import dcmread
from pydicom.encaps import encapsulate
from pydicom.uid import JPEGBaseline8Bit, generate_uid

from reliability.archive import SMALL, make_archive
from reliability.rival_judging import Verdict, judge
from reliability.rival_page import MEASURES, section
from reliability.rival_speed import Pace
from reliability.rival_tools import DCMCJPEG
from reliability.rival_trials import Left, Row, take

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydicom.dataset import Dataset

OBJECTS = 14  # one study, so that every kind is there
STILL, JPEG = "patient000/study000/still/still01.dcm", "patient000/study000/jpeg/jpeg00"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    make_archive(tmp_path / "source", OBJECTS, shape=SMALL)
    return tmp_path / "source"


@pytest.fixture
def judged(source: Path, tmp_path: Path) -> Callable[..., Verdict]:
    """Return the judge of a copy of the archive in which one image was changed."""

    def call(path: str, change: Callable[[Dataset], None]) -> Verdict:
        copy = tmp_path / "copy"
        shutil.copytree(source, copy)
        image = dcmread(copy / path)
        change(image)
        image.save_as(copy / path)
        return judge(source, copy)

    return call


def compress(image: Dataset) -> None:
    """Put a JPEG in the place of the pixels, and say nothing of it."""
    stream = io.BytesIO()
    Image.fromarray(image.pixel_array).save(stream, "JPEG", quality=50)
    image.file_meta.TransferSyntaxUID = JPEGBaseline8Bit
    image.PhotometricInterpretation = "YBR_FULL_422"
    image.PixelData = encapsulate([stream.getvalue()])
    image["PixelData"].is_undefined_length, image["PixelData"].VR = True, "OB"


def rename(image: Dataset) -> None:
    image.SOPInstanceUID = image.file_meta.MediaStorageSOPInstanceUID = generate_uid()


def test_a_copy_is_as_it_should_be(source: Path) -> None:
    verdict = judge(source, source)
    assert (verdict.sources, verdict.out, verdict.lossy, verdict.lost) == (OBJECTS, OBJECTS, 1, 0)
    assert (verdict.undecodable, verdict.unflagged, verdict.unrecorded, verdict.dangling) == (0, 0, 0, 0)


def test_loss_without_a_word_and_under_the_old_uid(judged: Callable[..., Verdict]) -> None:
    verdict = judged(STILL, compress)
    assert (verdict.lossy, verdict.lost, verdict.same_uid) == (2, 1, 1)
    assert (verdict.unflagged, verdict.unrecorded, verdict.again) == (1, 1, 0)
    assert 0 < verdict.bytes_after < verdict.bytes_before


def test_a_second_step_has_to_be_in_the_lists(judged: Callable[..., Verdict]) -> None:
    verdict = judged(JPEG, compress)
    assert (verdict.again, verdict.forgotten, verdict.unflagged, verdict.unrecorded) == (1, 1, 0, 0)


def test_a_second_step_in_the_lists_is_seen(judged: Callable[..., Verdict]) -> None:
    def change(image: Dataset) -> None:
        compress(image)
        image.LossyImageCompressionMethod = ["ISO_10918_1"] * 2
        image.LossyImageCompressionRatio = [image.LossyImageCompressionRatio, "30"]

    verdict = judged(JPEG, change)
    assert (verdict.again, verdict.forgotten) == (1, 0)


def test_a_new_uid_leaves_references_behind(judged: Callable[..., Verdict]) -> None:
    verdict = judged("patient000/study000/still/still00.dcm", rename)
    assert verdict.lost == 0
    assert verdict.dangling > 3  # captures, key object, report


def test_missing_and_cut_off(source: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(source, copy)
    (copy / JPEG).unlink()
    (copy / STILL).write_bytes((source / STILL).read_bytes()[:3000])
    verdict = judge(source, copy)
    assert (verdict.missing, verdict.out, verdict.undecodable) == (1, OBJECTS - 1, 1)


def test_missing_objects_are_reported_by_a_status() -> None:
    verdict = Verdict(sources=3, missing=2)
    rows = [Row(DCMCJPEG, verdict, status, 0, 0, [Left(0, 0)], None) for status in (0, 2)]
    assert [row.unreported for row in rows] == [2, 0]


def test_the_section_has_every_measure_and_the_ratio() -> None:
    row = Row(DCMCJPEG, Verdict(sources=3), 0, 0, 0, [Left(1, 2)], Left(3, 4, 5))
    pace = Pace(2, 48, 64, 5, [2.0, 4.0, 3.0], [1.0, 1.0, 1.0], [2.0, 2.0, 2.0], 1.0, (11, 10), (41.0, 40.0))
    text = "\n".join(section([row], pace, ["Orthanc took no part"]))
    assert text.startswith("## Beside what people use today\n")
    assert all(f"| {name} |" in text for name, _ in MEASURES)
    assert "3.00 times" in " ".join(text.split())
    assert "1.10 times the bytes" in " ".join(text.split())


def test_a_converter_goes_through_all_trials(source: Path) -> None:
    if DCMCJPEG.absent:
        pytest.skip(f"not installed: {DCMCJPEG.absent}")
    row = take(DCMCJPEG, source)
    assert (row.verdict.out, row.status, row.touched, row.repeated) == (OBJECTS, 0, 0, OBJECTS)
    assert (row.verdict.same_uid, row.verdict.unflagged, row.verdict.unrecorded) == (0, 0, 0)
    assert row.verdict.dangling > 0
