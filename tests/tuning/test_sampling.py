"""A sample of a frame, and the search that looks at it first."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossytools import Target, parse_codec, parse_conditions
from lossytools.fidelity.focus import Focus
from lossytools.fidelity.loss import Gauge
from lossytools.fidelity.scales import Scale
from lossytools.pipeline.overview import gauge_of, overview_of
from lossytools.tuning.dial import dial_of
from lossytools.tuning.frames import FrameSearch
from lossytools.tuning.sampling import TILE, gauge_of_sample, sample_of, sampled
from lossytools.tuning.stepping import Slopes, Trial, next_place
from lossytools.values import ImagePixel

if TYPE_CHECKING:
    from lossytools.tuning.frames import Attempt
    from lossytools.values import Frame

BYTES = Scale("stored", 255)


@given(st.integers(1, 700), st.integers(1, 700), st.sampled_from([(), (3,)]))
def test_a_sample_is_whole_tiles_of_about_a_sixteenth(rows: int, columns: int, more: tuple[int, ...]) -> None:
    frame = np.zeros((rows, columns, *more), np.uint8)
    sample = sample_of(frame)
    if min(rows, columns) >= 4 * 4 * TILE:
        assert sample is not None
        assert sample.size / frame.size == pytest.approx(1 / 16, rel=0.6)
    if sample is not None:
        assert (sample.shape[0] % TILE, sample.shape[1] % TILE, sample.shape[2:]) == (0, 0, more)
        assert min(sample.shape[:2]) >= 4 * TILE


def test_tiles_come_from_everywhere_and_stay_as_they_are() -> None:
    rows, columns = 512, 640
    frame = np.arange(rows * columns, dtype=np.int64).reshape(rows, columns)
    sample = sample_of(frame)
    assert sample is not None
    tiles = sample.reshape(sample.shape[0] // TILE, TILE, -1, TILE).swapaxes(1, 2).reshape(-1, TILE, TILE)
    corners = [(int(tile[0, 0]) // columns, int(tile[0, 0]) % columns) for tile in tiles]
    for tile, (row, column) in zip(tiles, corners, strict=True):
        assert np.array_equal(tile, frame[row : row + TILE, column : column + TILE])
    assert len(set(corners)) == len(corners)
    assert len({column for _, column in corners}) == columns // TILE  # of every column of tiles some
    assert len({row for row, _ in corners}) == rows // TILE // 4


def test_a_part_is_measured_on_its_tiles_and_one_without_any_stops_it() -> None:
    sector, speck = np.zeros((2, 512, 512), np.uint8)
    sector[100:400, 100:400] = 255
    speck[0, 0] = 255
    assert gauge_of_sample(Gauge(BYTES, {"whole": None, "text": speck})) is None
    small = gauge_of_sample(Gauge(BYTES, {"whole": None, "sector": sector}, ssim=False))
    assert small is not None
    mask = small.masks["sector"]
    assert mask is not None
    assert np.array_equal(mask, sample_of(sector))
    assert (small.masks["whole"], small.ssim) == (None, False)


def native_of(frame: Frame, frames: int = 1) -> ImagePixel:
    return ImagePixel(*frame.shape, frames, 1, "MONOCHROME2", 8, 8)


def smooth(seed: int = 3) -> Frame:
    noise = np.random.default_rng(seed).normal(0, 6, (512, 512))
    return np.clip(np.add.outer(np.arange(512), np.arange(512)) / 6 + noise, 0, 255).astype(np.uint8)


def searching(frame: Frame, codec: str, wish: str = "psnr>=43") -> FrameSearch:
    chosen, native = parse_codec(codec), native_of(frame)
    focus = replace(Focus(("whole",)), ssim=False)
    gauge = gauge_of(overview_of(frame, native), native, focus)
    return FrameSearch(chosen, native, Target(parse_conditions(wish)), gauge, dial_of(chosen, native))


@pytest.fixture
def shapes(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, ...]]:
    """Shapes of all frames that are coded."""
    seen: list[tuple[int, ...]] = []
    try_at = FrameSearch.try_at

    def watched(self: FrameSearch, frame: Frame, place: float) -> tuple[Trial, Attempt]:
        seen.append(frame.shape)
        return try_at(self, frame, place)

    monkeypatch.setattr(FrameSearch, "try_at", watched)
    return seen


@pytest.mark.parametrize("codec", ["jpeg", "jpegls", "jpegxl"])
def test_a_search_looks_at_a_sample_first_and_begins_close(codec: str, shapes: list[tuple[int, ...]]) -> None:
    frame = smooth()
    quest = searching(frame, codec, "psnr>=37")
    found = quest.solve(frame, quest.begin())
    small = shapes.count((128, 128))
    assert shapes[:small] == [(128, 128)] * small
    assert shapes[small:] == [(512, 512)] * len(found.trials)
    assert found.encodes == pytest.approx(len(found.trials) + small / 16)
    assert found.trial.holds
    assert abs(found.trials[0].margin) < 1.5
    blind = quest.solve(frame, replace(quest.begin(), rest=-1))
    assert len(found.trials) <= len(blind.trials) == blind.encodes
    assert found.trial.size <= blind.trial.size * 1.01


@pytest.mark.parametrize("codec", ["jpeg2000", "htj2k"])
def test_of_wavelets_tiles_tell_nothing(codec: str, shapes: list[tuple[int, ...]]) -> None:
    frame = smooth()
    quest = searching(frame, codec)
    found = quest.solve(frame, quest.begin())
    assert set(shapes) == {(512, 512)}
    assert found.encodes == len(found.trials)


def test_a_small_frame_is_its_own_sample(shapes: list[tuple[int, ...]]) -> None:
    frame = smooth()[:128, :128]
    quest = searching(frame, "jpeg")
    found = quest.solve(frame, quest.begin())
    assert set(shapes) == {(128, 128)}
    assert found.encodes == len(found.trials)


@pytest.mark.parametrize(("codec", "looks"), [("jpeg", [0]), ("jpegls", [0, 4, 8])])
def test_where_quality_is_ragged_a_chain_looks_again_every_fourth_frame(
    codec: str, looks: list[int], shapes: list[tuple[int, ...]]
) -> None:
    frame = smooth()
    quest = searching(frame, codec)
    start, looked = quest.begin(), []
    for number in range(10):
        shapes.clear()
        start = quest.solve(frame, start).ended
        if (128, 128) in shapes:
            looked.append(number)
    assert looked == looks


def test_a_sample_that_no_setting_satisfies_changes_nothing() -> None:
    frame = smooth()
    frame[:] = 128
    for row in range(32, 512, 64):  # the rows of tiles that a sample is made of
        frame[row : row + TILE] = np.random.default_rng(row).integers(0, 256, (TILE, 512))
    quest = searching(frame, "jpegls", "psnr>=51")  # NEAR 1 gives 49.9 dB of noise, 51.5 dB of all
    found = quest.solve(frame, quest.begin())
    assert found.trials[0].place == quest.begin().place
    assert found.trial.holds


def test_what_a_sample_means_is_what_its_frame_means() -> None:
    frame = smooth()
    sample = sample_of(frame)
    assert sample is not None
    wide = replace(native_of(frame, 30), bits_allocated=16, bits_stored=12, counted=77)
    small = sampled(wide, sample)
    assert (small.shape, small.frames, small.bits_stored, small.counted) == ((128, 128), 1, 12, None)


def test_what_cannot_be_judged_on_a_sample_may_be_on_the_frame() -> None:
    frame = smooth()
    mask = np.zeros((512, 512), np.uint8)
    mask[20:36, :200] = 255  # four rows of it at the upper edge of the sample: no whole window of SSIM
    small = gauge_of_sample(Gauge(BYTES, {"text": mask}))
    assert small is not None
    target = Target(parse_conditions("ssim>=0.9"), ("text",))
    native = native_of(frame)
    quest = FrameSearch(
        parse_codec("jpeg"),
        native,
        target,
        Gauge(BYTES, {"text": mask}),
        dial_of(parse_codec("jpeg"), native),
    )
    found = quest.solve(frame, quest.begin())
    assert found.trial.holds
    assert found.encodes == len(found.trials)


@pytest.mark.parametrize("codec", ["jpeg", "jpegxl"])
def test_a_sample_that_shows_nothing_is_not_believed(codec: str) -> None:
    frame = np.zeros((512, 512), np.uint8)
    frame[100:156] = smooth()[100:156]  # of which only a row of tiles is seen, and hardly
    frame[96:112] = 0
    quest = searching(frame, codec, "psnr>=45")
    found = quest.solve(frame, quest.begin())
    assert found.trials[0].place == quest.begin().place
    assert found.trial.holds


def test_between_a_place_that_holds_and_one_that_fails_beyond_ragged_ones_are_looked_at() -> None:
    dial = dial_of(parse_codec("jpegls"), native_of(smooth()))
    places = [dial.place(near) for near in (1, 4)]
    trials = [Trial(places[1], (-4.0,), 300), Trial(places[0], (0.5,), 900)]
    steep = Slopes((-9.0,), (0.02,), learned=True)
    assert dial.value(next_place(trials, dial, steep) or 0) == pytest.approx(2)
    assert next_place(trials, replace(dial, ragged=False), steep) is None
