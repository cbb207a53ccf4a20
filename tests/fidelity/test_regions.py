from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lossytools.fidelity.regions import Box, find_regions


def scan(rows: int = 240, columns: int = 320) -> np.ndarray:
    """A black image with a disc of 60 pixels radius with a hole, and letters at the top left."""
    image = np.zeros((rows, columns), np.uint8)
    y, x = np.mgrid[0:rows, 0:columns]
    away = np.hypot(y - 140, x - 160)
    image[away < 60] = 120
    image[away < 20] = 0
    image[10:20, 12:15] = image[10:20, 20:23] = image[14:16, 12:23] = 255  # the letter H
    return image


def test_the_sector_is_the_largest_area_with_its_holes_filled() -> None:
    parts = find_regions(scan(), (0, 255))
    area = int((parts["sector"] != 0).sum())
    assert abs(area - np.pi * 60**2) < 0.02 * np.pi * 60**2
    assert parts["sector"][140, 160] == 255  # in the hole


def test_text_is_the_letter_and_three_pixels_around_it() -> None:
    text = find_regions(scan(), (0, 255))["text"] != 0
    rows, columns = np.nonzero(text)
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (7, 22, 9, 25)


def test_every_pixel_is_in_one_part() -> None:
    parts = find_regions(scan(), (0, 255))
    assert np.array_equal(sum((part != 0).astype(int) for part in parts.values()), np.ones((240, 320)))


def test_the_sector_lies_inside_of_its_region_which_may_reach_out_of_the_image() -> None:
    image = scan()
    image[:, 230:] = 200  # a bright panel, larger than the sector
    boxes = (Box(-40, 60, 225, 5000),)
    sector = find_regions(image, (0, 255), boxes)["sector"] != 0
    assert not sector[:, 226:].any()
    assert sector[140, 160]
    assert not sector[:60].any()


def test_a_black_image_has_background_only() -> None:
    parts = find_regions(np.zeros((50, 60), np.uint16), (0, 0))
    assert not parts["sector"].any()
    assert not parts["text"].any()
    assert parts["background"].all()


def test_what_is_black_follows_from_the_ends_of_the_range() -> None:
    hounsfield = np.full((100, 100), -1000, np.int16)
    hounsfield[20:80, 20:80] = 40
    sector = find_regions(hounsfield, (-1000, 300))["sector"] != 0
    assert int(sector.sum()) == 3600


@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 2**32 - 1))
def test_any_image_is_divided_without_rest(rows: int, columns: int, seed: int) -> None:
    image = np.random.default_rng(seed).integers(0, 256, (rows, columns), np.uint8)
    parts = find_regions(image, (0, 255))
    assert np.array_equal(sum((part != 0).astype(int) for part in parts.values()), np.ones((rows, columns)))
