"""Words, tables and the picture: what they say of known values."""

from __future__ import annotations

import numpy as np
from pydicom.dataset import Dataset
from rich.console import Console

from lossytools.changes import Change
from lossytools.fidelity.scales import Scale
from lossytools.measurement import FrameMeasurement, Measurement
from lossytools.pipeline.display import Unit
from lossytools.report.picture import AMPLIFIED, Panel, difference, draw
from lossytools.report.record import record_text
from lossytools.report.ruling import rule_text
from lossytools.report.summary import measurement_text
from lossytools.report.tables import Row, changes_table, comparison_table, shown
from lossytools.rules import CATALOGUE

# 100 samples, squared error 400: mse 4, PSNR 10 log10(255**2 / 4) = 42.1102 dB; 1000 / 80 = 12.5.
FRAME = FrameMeasurement(
    number=7, native_bytes=1000, stream_bytes=80, samples=100, squared_error=400, max_error=9,
    smallest=0, largest=255, peak=255,
)  # fmt: skip


def plain(renderable: object, width: int = 100) -> list[str]:
    console = Console(width=width, markup=False, highlight=False, file=None, color_system=None)
    with console.capture() as capture:
        console.print(renderable)
    return [line.rstrip() for line in capture.get().splitlines()]


def test_a_measurement_in_words() -> None:
    assert measurement_text(Measurement.of(FRAME), Scale("stored", 255), Unit(0.5, "HU")).splitlines() == [
        "frames         1",
        "size           1,000 bytes native, 80 bytes stored",
        "ratio          12.50:1",
        "PSNR           42.11 dB in the worst frame (7), 42.11 dB overall",
        "largest error  9 of 255 grey levels (frame 7)",
        "in units       largest error 4.5 HU",
        "parts below    PSNR and SSIM against the 255 grey levels of all that the bits stored can hold",
    ]


def test_a_comparison_has_the_native_pixels_first() -> None:
    row = Row("jpeg:quality=90", "cine", Measurement.of(FRAME), 0.125)
    lines = plain(comparison_table("native", [row]))
    assert lines[0].split("  ")[0] == "codec"
    assert lines[2].split() == ["native", "1,000", "1:1"]
    assert lines[3].split() == ["jpeg:quality=90", "cine", "80", "12.50:1", "42.11", "dB", "9", "0.12"]


def test_a_long_codec_name_fits_100_columns_on_one_line() -> None:
    row = Row("jpeg:quality=90,subsampling=444", "row above", Measurement.of(FRAME), 0.125)
    assert len(plain(comparison_table("native", [row]))) == 4


def test_brackets_in_values_are_no_markup() -> None:
    changes = [Change("DerivationDescription", "new [bold]old[/bold]", "clause [1]")]
    text = " ".join(plain(changes_table(changes)))
    assert "new [bold]old[/bold]" in text
    assert "clause [1]" in text


def test_what_is_done_to_every_frame_stands_once() -> None:
    path = "PerFrameFunctionalGroupsSequence[{}].MRImageFrameTypeSequence[0].FrameType"
    changes = [Change(path.format(n), ("DERIVED", "PRIMARY"), "C.8.16.1") for n in range(3000)]
    lines = plain(changes_table(changes), width=160)
    assert [line for line in lines if "C.8.16.1" in line] == lines[2:]
    assert lines[2].startswith("PerFrameFunctionalGroupsSequence[*].MRImageFrameTypeSequence[0].FrameType")
    assert len(lines) == 3


def test_a_long_value_is_shortened() -> None:
    assert len(shown("x" * 500)) == 90
    assert shown("x" * 500).endswith("x...")


def test_an_item_shows_no_words_of_other_people() -> None:
    item = (
        (
            "PurposeOfReferenceCodeSequence",
            (("CodeValue", "109101"), ("CodeMeaning", "Acquisition Equipment")),
        ),
        ("Manufacturer", "SECRET"),
    )
    assert shown(item) == "Acquisition Equipment, Manufacturer"


def test_the_record_pairs_methods_with_ratios_and_says_what_is_unknown() -> None:
    image = Dataset()
    image.LossyImageCompression = "01"
    image.LossyImageCompressionMethod = ["", "ISO_15444_1"]
    image.LossyImageCompressionRatio = ["19", "20.06"]
    image.PatientName = "SECRET"
    text = record_text(image)
    assert "Method and Ratio         1. method unknown 19:1\n" in text
    assert "2. ISO_15444_1   20.06:1      JPEG 2000 Irreversible Compression\n" in text
    assert "SECRET" not in text


def test_every_rule_can_be_told() -> None:
    for rule in CATALOGUE:
        text = rule_text(rule)
        assert text.startswith(f"{rule.id}  {rule.title}\n\n")
        assert f"\nclause      {rule.cites.split()[0]}" in text
        assert "breaks, for a good derived image changed so:\n" in text


def test_a_difference_is_absolute_amplified_and_cut_off() -> None:
    source, derived = np.array([[10, 10, 200]], np.uint8), np.array([[13, 7, 100]], np.uint8)
    assert difference(source, derived).tolist() == [[3 * AMPLIFIED, 3 * AMPLIFIED, 255]]


def test_the_picture_shows_frames_and_differences_unsmoothed() -> None:
    # 160 columns are enlarged twice, to the 320 that a label needs.
    source = np.full((120, 160, 3), 100, np.uint8)
    derived = source + np.uint8(5)
    image = draw("title", Panel("source", "native", source), [Panel("codec", "words", derived)])
    assert image.size == (2 * 28 + 2 * 320 + 20, 64 + 2 * (52 + 240) + 28 + 20)
    assert image.getpixel((28 + 100, 64 + 52 + 100)) == (100, 100, 100)
    assert image.getpixel((28 + 320 + 20 + 100, 64 + 52 + 100)) == (105, 105, 105)
    assert image.getpixel((28 + 320 + 20 + 100, 64 + 2 * 52 + 240 + 20 + 100)) == (40, 40, 40)


def test_grey_frames_are_drawn_as_well() -> None:
    grey = np.full((10, 320), 77, np.uint8)
    image = draw("title", Panel("source", "native", grey), [Panel("codec", "words", grey)])
    assert image.getpixel((30, 64 + 52 + 2)) == (77, 77, 77)
