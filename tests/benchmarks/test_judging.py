"""What the harness says of a result."""

from __future__ import annotations

from pathlib import Path

from pydicom import dcmread

from lossytools.codecs import Jpeg, JpegLs
from lossytools.values import Frame, ImagePixel
from speed.judging import describe_jpeg, fingerprint, judge

CINE = Path(__file__).parents[2] / "sample_data" / "ultrasound_cine.dcm"
RGB = ImagePixel(240, 320, 1, 3, "RGB", 8, 8, planar=0)
# Sums of the tables of 10918-1 K.1 and K.2 at libjpeg's quality 90: a fifth of each value, rounded.
AT_90 = "tables 736/1110/1110"


def test_sampling_factors_and_tables_are_told_apart(frames: dict[ImagePixel, Frame]) -> None:
    told = {
        chroma: describe_jpeg(Jpeg(subsampling=chroma).encode(frames[RGB], RGB)) for chroma in ("444", "420")
    }
    assert told == {"444": f"sampling 1x1/1x1/1x1, {AT_90}", "420": f"sampling 2x2/1x1/1x1, {AT_90}"}
    assert AT_90 not in describe_jpeg(Jpeg(quality=89).encode(frames[RGB], RGB))


def test_a_stream_without_tables_is_not_described(frames: dict[ImagePixel, Frame]) -> None:
    assert describe_jpeg(JpegLs().encode(frames[RGB], RGB)) == ""
    assert fingerprint(CINE) == ""


def test_our_own_result_is_right(derived: Path) -> None:
    verdict = judge(CINE, derived)
    assert (verdict.rules, verdict.warnings, verdict.words, verdict.wrong) == ((), (), "", "")
    assert verdict.max_error == 51
    assert verdict.coded == f"sampling 1x1/1x1/1x1, {AT_90}"


def test_a_lie_is_named_by_its_rules(derived: Path, tmp_path: Path) -> None:
    image = dcmread(derived)
    image.LossyImageCompression = "00"
    image.save_as(tmp_path / "lie.dcm")
    verdict = judge(CINE, tmp_path / "lie.dcm")
    assert (verdict.rules, verdict.wrong) == (("L01", "L07"), "L01, L07")
    assert verdict.max_error == 51


def test_what_cannot_be_decoded_is_wrong_without_a_figure(derived: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.dcm"
    cut.write_bytes(derived.read_bytes()[:-20_000])
    verdict = judge(CINE, cut)
    assert verdict.psnr_db is None
    assert verdict.words.startswith("unreadable: ")
    assert str(tmp_path) not in verdict.wrong
