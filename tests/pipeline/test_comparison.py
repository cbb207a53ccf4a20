from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from pydicom.dataset import Dataset

from lossytools.errors import TargetSettingError, UnsupportedPixels
from lossytools.fidelity.focus import Focus
from lossytools.pipeline.comparison import measure

if TYPE_CHECKING:
    from conftest import Writer


def cine(frames: int = 3) -> np.ndarray:
    """Grey frames of 100 x 120: a square that moves, a letter at the top left."""
    pixels = np.zeros((frames, 100, 120), np.uint8)
    for number in range(frames):
        pixels[number, 40:90, 30 + 10 * number : 80 + 10 * number] = 150
    pixels[:, 5:12, 5:8] = 255
    return pixels


def test_the_sector_is_where_any_frame_shows_something(write: Writer) -> None:
    source = cine()
    derived = source.copy()
    derived[1, 40:90, 30:40] += 9  # the square of the first frame, black in the second
    derived[2, 5:12, 5:8] -= 30  # the letter
    compared = measure(write(source), write(derived, name="derived.dcm"))
    sector, text = compared.parts["sector"], compared.parts["text"]
    assert (sector.max_error.worst, sector.max_error.worst_frame) == (9, 2)
    assert (text.max_error.worst, text.max_error.worst_frame) == (30, 3)
    assert sector.errors[9] == 500
    assert text.errors[30] == 21
    assert compared.parts["background"].psnr_db.worst == math.inf
    # 21 of the (7 + 6) x (3 + 6) = 117 pixels around the letter, 30 off: mse 161.5, 26.05 dB
    assert text.psnr_db.worst == pytest.approx(26.048, abs=1e-3)
    assert compared.scores[2]["text"].psnr == pytest.approx(26.048, abs=1e-3)
    assert compared.scores[0]["whole"].ssim == 1.0


def test_a_part_that_was_asked_for_has_to_be_there(write: Writer) -> None:
    blank = write(np.full((2, 40, 40), 90, np.uint8))
    assert set(measure(blank, blank).parts) == {"whole", "background"}
    with pytest.raises(UnsupportedPixels, match="shows no text"):
        measure(blank, blank, focus=Focus(("whole", "text")))


@pytest.mark.parametrize("wrong", [{"regions": ("sectr",)}, {"regions": ()}, {"scale": "dtype"}])
def test_a_part_or_a_scale_that_does_not_exist_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(TargetSettingError):
        Focus(**wrong)


def grey(**header: Any) -> tuple[np.ndarray, np.ndarray, dict[str, Any]]:
    """16-bit frames, the second ten levels off everywhere; 12 bits stored."""
    source = np.tile(np.linspace(1000, 1400, 64, dtype=np.uint16), (1, 64, 1))
    return source, source + 10, {"BitsStored": 12, "HighBit": 11, **header}


def test_the_stored_range_is_that_of_bits_stored(write: Writer) -> None:
    source, derived, header = grey()
    compared = measure(
        write(source, **header), write(derived, name="derived.dcm", **header), focus=Focus(("whole",))
    )
    # 20 log10(4095 / 10) = 52.24 dB; the type's 65535 would say 76.3
    assert compared.parts["whole"].psnr_db.worst == pytest.approx(52.245, abs=1e-3)
    assert compared.scale.peak == 4095


def test_the_actual_range_leaves_padding_out(write: Writer) -> None:
    source, derived, header = grey(PixelPaddingValue=0)
    source[:, :, :8] = derived[:, :, :8] = 0
    compared = measure(
        write(source, **header),
        write(derived, name="derived.dcm", **header),
        focus=Focus(("whole",), "actual"),
    )
    assert compared.scale.peak == 1400 - 1050  # columns 8 to 63 of 64 from 1000 to 1400
    # mse 100 x 56 / 64 = 87.5; 10 log10(350**2 / 87.5) = 31.46 dB
    assert compared.parts["whole"].psnr_db.worst == pytest.approx(31.461, abs=1e-3)


def test_through_windows_the_worst_one_decides(write: Writer) -> None:
    source, derived, header = grey(WindowCenter=["2048", "1200.5"], WindowWidth=["4096", "401"])
    compared = measure(
        write(source, **header),
        write(derived, name="derived.dcm", **header),
        focus=Focus(("whole",), "window"),
    )
    assert len(compared.scale.tables) == 2
    # ten of the 400 levels of the narrow window, but for the brightest column or two, which saturate
    assert compared.parts["whole"].psnr_db.worst == pytest.approx(20 * math.log10(40), abs=0.2)
    assert compared.parts["whole"].max_error.worst == 10


@pytest.mark.parametrize(
    ("function", "psnr"),
    [
        ("LINEAR", 64.286),  # ten of 16,385 - 1 levels
        ("LINEAR_EXACT", 64.287),
        # at 1200 of a sigmoid around 8192 a level is 4 s(1 - s) / 16,385 of the display, s = 0.154
        ("SIGMOID", 20 * math.log10(16_385 / 10 / (4 * 0.154 * 0.846))),
    ],
)
def test_a_window_that_no_sample_fills_counts_as_a_whole(write: Writer, function: str, psnr: float) -> None:
    source, derived, header = grey(WindowCenter="8193", WindowWidth="16385", VOILUTFunction=function)
    compared = measure(
        write(source, **header),
        write(derived, name="derived.dcm", **header),
        focus=Focus(("whole",), "window"),
    )
    assert compared.parts["whole"].psnr_db.worst == pytest.approx(psnr, abs=0.1)


@pytest.mark.parametrize("vr", ["US", "OW"])
def test_a_table_counts_against_the_bits_of_its_entries(write: Writer, vr: str) -> None:
    table = Dataset()
    table.LUTDescriptor = [4096, 0, 16]
    entries = np.arange(0, 8192, 2, dtype="<u2")  # 13 of 16 bits
    table.add_new("LUTData", vr, entries.tobytes() if vr == "OW" else entries.tolist())
    source, derived, header = grey(VOILUTSequence=[table])
    compared = measure(
        write(source, **header),
        write(derived, name="derived.dcm", **header),
        focus=Focus(("whole",), "window"),
    )
    assert compared.parts["whole"].psnr_db.worst == pytest.approx(20 * math.log10(65_535 / 20), abs=0.01)


def test_where_no_window_is_named_wide_samples_are_not_looked_at_through_one(write: Writer) -> None:
    source, derived, header = grey()
    files = write(source, **header), write(derived, name="derived.dcm", **header)
    with pytest.raises(UnsupportedPixels, match=r"no window and no VOI LUT .*--range actual"):
        measure(*files, focus=Focus(("whole",), "window"))
    bytes_alone = write(source.astype(np.uint8)), write(source.astype(np.uint8) ^ 1, name="derived.dcm")
    shown = [
        measure(*bytes_alone, focus=Focus(("whole",), scale)).parts["whole"] for scale in ("window", "stored")
    ]
    assert shown[0].psnr_db.worst == pytest.approx(shown[1].psnr_db.worst, abs=0.001)


def test_a_modality_table_comes_before_the_window(write: Writer) -> None:
    source, derived, header = grey(
        RescaleSlope="2", RescaleIntercept="-1024", RescaleType="HU", WindowCenter="1376.5", WindowWidth="801"
    )
    compared = measure(
        write(source, **header),
        write(derived, name="derived.dcm", **header),
        focus=Focus(("whole",), "window"),
    )
    # 1000 to 1400 are 976 to 1776 HU, the window shows 800 HU of them: 20 of 800 is a fortieth
    assert compared.parts["whole"].psnr_db.worst == pytest.approx(20 * math.log10(40), abs=0.2)
    assert compared.unit is not None
    assert (compared.unit.step, compared.unit.name) == (2, "HU")


def test_windows_of_an_enhanced_object_lie_in_its_functional_groups(write: Writer) -> None:
    source, derived, header = grey()
    window, group = Dataset(), Dataset()
    window.WindowCenter, window.WindowWidth = "1200.5", "401"
    group.FrameVOILUTSequence = [window]
    header["SharedFunctionalGroupsSequence"] = [group]
    compared = measure(
        write(source, **header),
        write(derived, name="derived.dcm", **header),
        focus=Focus(("whole",), "window"),
    )
    assert compared.parts["whole"].psnr_db.worst == pytest.approx(20 * math.log10(40), abs=0.2)


def test_dark_is_bright_in_monochrome1(write: Writer) -> None:
    pixels = 255 - cine()
    path = write(pixels, PhotometricInterpretation="MONOCHROME1")
    derived = pixels.copy()
    derived[0, 60, 60] -= 40
    compared = measure(path, write(derived, name="derived.dcm", PhotometricInterpretation="MONOCHROME1"))
    assert compared.parts["sector"].max_error.worst == 40
    assert compared.parts["text"].max_error.worst == 0


def test_a_frame_that_is_one_too_far_is_seen_by_every_figure(write: Writer) -> None:
    source = cine()
    compared = measure(write(source), write(np.roll(source, 1, axis=0), name="derived.dcm"))
    assert compared.parts["sector"].psnr_db.worst < 20
    assert compared.parts["text"].psnr_db.worst == math.inf  # the letter stands still
