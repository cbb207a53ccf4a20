"""VIF as FFmpeg computes it, beside the formula of the paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy.ndimage import correlate1d

from lossytools import Focus, measure, sample_cine, transcode
from lossytools.errors import TargetSettingError, UnsupportedPixels
from lossytools.fidelity.information import visual_information
from lossytools.fidelity.scales import Scale, window_table

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Writer
    from lossytools.values import Frame

BYTES = Scale("stored", 255)
SIDE = 17
WINDOW = np.exp(-((np.arange(SIDE) - SIDE // 2) ** 2) / (2 * (SIDE / 5) ** 2))
WINDOW /= WINDOW.sum()


def texture() -> Frame:
    noise = np.random.default_rng(5).normal(0, 25, (160, 200))
    smooth = correlate1d(correlate1d(noise, WINDOW, axis=0), WINDOW, axis=1)
    return np.clip(128 + 8 * smooth + noise, 0, 255).astype(np.uint8)


def local(values: Frame) -> Frame:
    return correlate1d(correlate1d(values, WINDOW, axis=0, mode="mirror"), WINDOW, axis=1, mode="mirror")


def by_the_paper(source: Frame, decoded: Frame) -> float:
    """Return VIF in the pixel domain at full size; noise of the eye has variance 2 in 8 bits."""
    one, other = source.astype(np.float64), decoded.astype(np.float64)
    mean_one, mean_other = local(one), local(other)
    spread_one, spread_other = local(one * one) - mean_one**2, local(other * other) - mean_other**2
    gain = (local(one * other) - mean_one * mean_other) / (spread_one + 1e-10)
    rest = np.maximum(spread_other - gain * (local(one * other) - mean_one * mean_other), 1e-10)
    seen = np.log2(1 + gain**2 * spread_one / (rest + 2)).sum()
    return float(seen / np.log2(1 + spread_one / 2).sum())


@pytest.mark.parametrize("change", ["noise", "contrast"])
def test_it_is_what_the_paper_says(change: str) -> None:
    source = texture()
    noise = np.random.default_rng(6).integers(-9, 10, source.shape)
    changed = source + noise if change == "noise" else 128 + (source.astype(int) - 128) * 0.8
    decoded = np.clip(changed, 0, 255).astype(np.uint8)
    found = visual_information(source, decoded, BYTES)
    assert found[0] == pytest.approx(by_the_paper(source, decoded), abs=2e-3)
    if change == "contrast":
        assert found[0] < 1 < by_the_paper(decoded, source)  # the source is the reference
    assert len(found) == 4


def test_more_bits_and_signs_and_colours_change_nothing() -> None:
    source = texture()
    decoded = np.clip(source + np.random.default_rng(6).integers(-4, 5, source.shape), 0, 255).astype(
        np.uint8
    )
    expected = visual_information(source, decoded, BYTES)
    wide = [np.asarray(frame).astype(np.uint16) * 16 for frame in (source, decoded)]
    signed = [(np.asarray(frame).astype(np.int16) - 128) * 16 for frame in (source, decoded)]
    coloured = [np.dstack([frame] * 3) for frame in (source, decoded)]
    assert visual_information(wide[0], wide[1], Scale("stored", 4095)) == pytest.approx(expected, abs=5e-3)
    assert visual_information(signed[0], signed[1], Scale("stored", 4095, -2048)) == pytest.approx(
        expected, abs=5e-3
    )
    assert visual_information(coloured[0], coloured[1], BYTES) == pytest.approx(expected, abs=1e-6)


def test_of_colours_luma_is_measured() -> None:
    source = np.dstack([texture(), texture()[::-1], texture()[:, ::-1]])
    changed = [source.copy() for _ in range(3)]
    for colour, frame in enumerate(changed):
        frame[..., colour] = frame[..., colour] // 2 + 64
    red, green, blue = (visual_information(source, frame, BYTES)[0] for frame in changed)
    assert green < red < blue < 1  # green counts 0.587, red 0.299, blue 0.114


def test_it_counts_on_the_scale_that_is_asked_for(write: Writer) -> None:
    source = texture()
    decoded = np.clip(source + np.random.default_rng(6).integers(-4, 5, source.shape), 0, 255).astype(
        np.uint8
    )
    expected = visual_information(source, decoded, BYTES)
    # the same picture in an eighth of 12 bits, around 1000, through a window and by the range that occurs
    wide = [frame.astype(np.uint16) * 2 + 1000 for frame in (source, decoded)]
    values = np.arange(4096)
    window = Scale("window", 65_535, 0, (window_table(values, (1000, 1510), inverse=False),))
    assert visual_information(wide[0], wide[1], window) == pytest.approx(expected, abs=5e-3)
    assert visual_information(wide[0], wide[1], Scale("actual", 510, 1000)) == pytest.approx(
        expected, abs=5e-3
    )
    assert visual_information(wide[0], wide[1], Scale("stored", 4095))[0] > expected[0] + 0.1
    blind = window_table(values, (3000, 4000), inverse=False)
    both = Scale("window", 65_535, 0, (blind, *window.tables))
    assert visual_information(wide[0], wide[1], both) == visual_information(wide[0], wide[1], window)
    header = {"BitsStored": 12, "HighBit": 11}
    files = [write(frame[None], name=f"{n}.dcm", **header) for n, frame in enumerate(wide)]
    found = [
        measure(*files, focus=Focus(("whole",), scale, vif=1)).information[1][0]
        for scale in ("stored", "actual")
    ]
    assert found[0] > found[1] + 0.1
    assert found[1] == pytest.approx(expected[0], abs=0.05)


def test_the_source_is_the_reference_and_it_is_measured_from_the_file(write: Writer) -> None:
    sharp = texture()
    dull = (128 + (sharp.astype(int) - 128) * 0.8).astype(np.uint8)
    files = [write(frame[None], name=f"{n}.dcm") for n, frame in enumerate((sharp, dull))]
    assert measure(*files, focus=Focus(vif=1)).information[1][0] < 0.95
    assert measure(*files[::-1], focus=Focus(vif=1)).information[1][0] > 1.05


def test_what_speaks_against_it_is_said_before_a_frame_is_measured(write: Writer) -> None:
    low = write(np.zeros((3, 15, 40), np.uint8))
    seen: list[object] = []
    with pytest.raises(UnsupportedPixels, match="16 rows and columns, this has 15 and 40"):
        measure(low, low, focus=Focus(vif=1), on_frame=lambda *frame: seen.append(frame))
    assert not seen
    with pytest.raises(TargetSettingError, match="0 or more frames, not of -1"):
        Focus(vif=-1)


def test_a_source_without_texture_has_nothing_to_lose() -> None:
    flat = np.full((40, 40), 90, np.uint8)
    assert visual_information(flat, flat, BYTES) == (1, 1, 1, 1)


def test_nothing_lost_is_one_and_too_small_is_refused() -> None:
    assert visual_information(texture(), texture(), BYTES) == (1, 1, 1, 1)
    with pytest.raises(UnsupportedPixels, match="16 rows"):
        visual_information(texture()[:15], texture()[:15], BYTES)


def test_frames_are_evenly_spread(tmp_path: Path) -> None:
    coded = transcode(sample_cine(), tmp_path / "o.dcm", "jpeg:quality=60").target
    fine = transcode(sample_cine(), tmp_path / "f.dcm", "jpeg:quality=95").target
    rough, good = (measure(sample_cine(), path, focus=Focus(vif=4)).information for path in (coded, fine))
    assert list(rough) == list(good) == [3, 8, 13, 18]
    assert all(rough[number][0] < good[number][0] < 1 for number in rough)
    assert measure(sample_cine(), coded).information == {}
    assert len(measure(sample_cine(), coded, focus=Focus(vif=99)).information) == 20
