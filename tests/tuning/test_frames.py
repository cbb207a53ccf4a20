"""The search on one frame: what it knows before, and where it looks beyond the likely."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from lossytools import Condition, Target, parse_codec, parse_conditions
from lossytools.fidelity.focus import Focus
from lossytools.fidelity.scales import DISPLAY_PEAK, Scale, window_table
from lossytools.pipeline.overview import gauge_of, overview_of
from lossytools.tuning.dial import dial_of
from lossytools.tuning.frames import FrameSearch, Start, _worth_knowing, usual_psnr
from lossytools.tuning.stepping import LIMIT, Slopes, Trial
from lossytools.values import ImagePixel

if TYPE_CHECKING:
    from lossytools.values import Frame

SHADES = ImagePixel(
    rows=256,
    columns=256,
    frames=1,
    samples=1,
    photometric="MONOCHROME2",
    bits_allocated=8,
    bits_stored=8,
    signed=False,
)


def texture() -> Frame:
    noise = np.random.default_rng(3).normal(0, 9, (256, 256))
    return np.clip(np.add.outer(np.arange(256), np.arange(256)) / 3 + noise, 0, 255).astype(np.uint8)


def searching(
    frame: Frame, codec: str, psnr: float, native: ImagePixel, scale: str = "stored"
) -> FrameSearch:
    chosen = parse_codec(codec)
    focus = replace(Focus(("whole",), scale), ssim=False)
    gauge = gauge_of(overview_of(frame, native), native, focus)
    target = Target((Condition("psnr", psnr),), scale=scale)
    return FrameSearch(chosen, native, target, gauge, dial_of(chosen, native))


def test_what_was_jpeg_before_is_tried_with_what_it_was_coded_with() -> None:
    before = parse_codec("jpeg:quality=60")
    stream = before.encode(texture(), SHADES)
    frame = before.decode(stream, SHADES, np.empty((256, 256), np.uint8))
    quest = searching(frame, "jpeg", 45, SHADES)
    blind, told = (quest.solve(frame, quest.begin(known)) for known in (b"", stream))
    assert told.best.codec == before
    assert told.trial.size < 0.8 * blind.trial.size
    assert max(len(blind.trials), len(told.trials)) <= LIMIT
    following = quest.solve(frame, told.ended)
    assert following.trials[0] == told.trial
    assert following.trial.size <= told.trial.size


def test_a_setting_that_was_far_off_is_not_tried_on_every_frame() -> None:
    frame = texture()
    stream = parse_codec("jpeg:quality=40").encode(texture()[::-1], SHADES)
    quest = searching(frame, "jpeg", 45, SHADES)
    start = quest.begin(stream)
    assert start.known == quest.dial.place(40)
    assert quest.solve(frame, start).ended.known is None


def test_a_place_that_held_against_all_likelihood_is_tried_again() -> None:
    near, known = Trial(2.0, (-0.3,), 90), 3.0
    start = Start(2.0, Slopes((-6.0,), (0.02,)), known)
    plain = [Trial(1.0, (0.4,), 100), near]
    assert _worth_knowing(plain[0], plain, start) is None  # it was not tried, or is far off
    beyond = Trial(3.0, (0.1,), 80)
    assert _worth_knowing(beyond, [*plain, beyond], replace(start, known=None)) == 3.0
    assert _worth_knowing(plain[0], [*plain, Trial(3.0, (-0.4,), 80)], start) == 3.0
    assert _worth_knowing(plain[0], [*plain, Trial(3.0, (-0.6,), 80)], start) is None


def test_beyond_the_best_whatever_was_tried_is_left_out() -> None:
    dial = dial_of(parse_codec("jpegls"), SHADES)
    places = [dial.place(near) for near in range(1, 9)]
    trials = [Trial(places[2], (0.4,), 90), Trial(places[3], (-0.2,), 80)]
    slopes = Slopes((-6.0,), (0.02,))
    assert Start(0, slopes).untried(trials[0], trials, dial) is None
    assert Start(0, slopes, peeks=2).untried(trials[0], trials, dial) == pytest.approx(places[4])
    assert Start(0, slopes, known=places[6], peeks=2).untried(trials[0], trials, dial) == places[6]
    assert Start(0, slopes, known=places[1]).untried(trials[0], trials, dial) is None


@pytest.mark.parametrize("codec", ["jpegls", "jpeg2000", "htj2k"])
def test_against_the_range_that_is_used_a_search_begins_about_right(codec: str) -> None:
    native = replace(SHADES, bits_allocated=16, bits_stored=16)
    frame = (texture().astype(np.uint16) * 16) + 100  # 12 of 16 bits
    quest = searching(frame, codec, 45, native, "actual")
    found = quest.solve(frame, quest.begin())
    assert abs(found.trials[0].margin) < 9
    assert 0 <= found.trial.margin < 1
    assert len(found.trials) < LIMIT


@pytest.mark.parametrize("width", [256, 4096])
@pytest.mark.parametrize("codec", ["jpegls", "jpeg2000", "htj2k"])
def test_through_a_window_a_search_begins_about_right(codec: str, width: int) -> None:
    native = replace(SHADES, bits_allocated=16, bits_stored=12)
    frame = texture().astype(np.uint16) * (width // 256)
    values = np.clip(np.arange(4096), 0, width - 1)
    window = Scale("window", DISPLAY_PEAK, 0, (window_table(values, (0, width - 1), inverse=False),))
    assert window.span == width - 1
    gauge = gauge_of(None, native, replace(Focus(("whole",), "window"), ssim=False), window=window)
    chosen = parse_codec(codec)
    quest = FrameSearch(
        chosen, native, Target(parse_conditions("psnr>=45"), scale="window"), gauge, dial_of(chosen, native)
    )
    found = quest.solve(frame, quest.begin())
    assert abs(found.trials[0].margin) < 9
    assert 0 <= found.trial.margin < 1


@pytest.mark.parametrize(
    ("wish", "codec", "start"),
    [
        ("psnr>=45", "jpeg2000", 45),
        ("ssim>=0.98", "jpeg2000", 17 + 23),
        ("ssim>=0.9, psnr>=31", "jpeg2000", 10 + 23),
        ("psnr>=36, max_error<=4", "jpegls", 20 * np.log10(255 / 4.5) + 7),
        ("max_error<=160", "hevc", 20 * np.log10(255 / 160.5) + 29),
    ],
)
def test_a_search_begins_at_what_the_strictest_condition_usually_takes(
    wish: str, codec: str, start: float
) -> None:
    target = Target(parse_conditions(wish))
    dial = dial_of(parse_codec(codec), SHADES)
    assert usual_psnr(target, SHADES, Scale("stored", 255), dial) == pytest.approx(start, abs=0.02)
