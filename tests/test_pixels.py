from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom.dataset import Dataset
from pydicom.pixels.processing import convert_color_space

from lossytools.errors import UnreadableSource
from lossytools.pixels import (
    bit_plane,
    clean,
    expand_palette,
    join_bits,
    pack_bits,
    palette_of,
    to_codec_form,
    unpack_native,
    ybr_full_to_rgb,
)
from lossytools.values import ImagePixel

RGB = ImagePixel(2, 2, 1, 3, "RGB", 8, 8, planar=0)
MONO16 = ImagePixel(1, 3, 1, 1, "MONOCHROME2", 16, 12)


def test_colour_by_plane_comes_back_by_pixel() -> None:
    planes = ImagePixel(2, 2, 1, 3, "RGB", 8, 8, planar=1)
    frame = unpack_native(bytes([1, 2, 3, 4, 11, 12, 13, 14, 21, 22, 23, 24]), planes)
    assert frame.tolist() == [[[1, 11, 21], [2, 12, 22]], [[3, 13, 23], [4, 14, 24]]]


def test_colour_by_pixel_stays() -> None:
    assert unpack_native(bytes(range(12)), RGB)[1, 0].tolist() == [6, 7, 8]


def test_native_ybr_full_422_shares_its_chroma_between_two_pixels() -> None:
    pixels = ImagePixel(1, 4, 1, 3, "YBR_FULL_422", 8, 8, planar=0)
    assert pixels.frame_bytes == 8
    frame = unpack_native(bytes([10, 11, 90, 200, 12, 13, 91, 201]), pixels)
    assert frame.tolist() == [[[10, 90, 200], [11, 90, 200], [12, 91, 201], [13, 91, 201]]]


def test_big_endian_words_come_back_native() -> None:
    frame = unpack_native(b"\x01\x02\x03\x04\x05\x06", MONO16, big_endian=True)
    assert frame.tolist() == [[0x0102, 0x0304, 0x0506]]
    assert frame.dtype.isnative


def test_dirty_high_bits_do_not_reach_the_values() -> None:
    cells = np.array([[0xF123, 0x0123, 0x8FFF]], np.uint16)
    assert clean(cells, MONO16, 11).tolist() == [[0x123, 0x123, 0xFFF]]


def test_the_sign_of_twelve_bits_is_spread_and_dirt_above_it_dropped() -> None:
    signed = ImagePixel(1, 3, 1, 1, "MONOCHROME2", 16, 12, signed=True)
    cells = np.array([[0x0800, 0x7FFF, 0x0001]], np.uint16)
    assert clean(cells, signed, 11).tolist() == [[-2048, -1, 1]]
    assert clean(cells, signed, 11).dtype == np.int16


def test_a_high_bit_above_bits_stored_is_shifted_down() -> None:
    cells = np.array([[0x1230, 0x000F, 0xFFF0]], np.uint16)
    assert clean(cells, MONO16, 15).tolist() == [[0x123, 0, 0xFFF]]


@given(st.integers(0, 2**32 - 1))
def test_ybr_full_becomes_rgb_as_another_implementation_does_it(seed: int) -> None:
    frame = np.random.default_rng(seed).integers(0, 256, (4, 4, 3), np.uint8)
    other = convert_color_space(frame, "YBR_FULL", "RGB")
    assert np.abs(ybr_full_to_rgb(frame, 8).astype(int) - other).max() <= 1


def test_grey_ybr_is_grey_rgb() -> None:
    grey = np.dstack([np.arange(256, dtype=np.uint8)] + [np.full(256, 128, np.uint8)] * 2)
    assert (ybr_full_to_rgb(grey, 8) == grey[..., :1]).all()


def palette(bits: int, data: tuple[bytes, bytes, bytes], first: int = 0) -> Dataset:
    image = Dataset()
    image.PhotometricInterpretation = "PALETTE COLOR"
    image.BitsAllocated, image.PixelRepresentation = 8, 0
    for colour, table in zip(("Red", "Green", "Blue"), data, strict=True):
        size = len(table) // (bits // 8)
        setattr(image, f"{colour}PaletteColorLookupTableDescriptor", [size, first, bits])
        setattr(image, f"{colour}PaletteColorLookupTableData", table)
    return image


def test_a_palette_of_sixteen_bits_keeps_its_high_bytes() -> None:
    words = b"\x00\x00\x34\x12\xff\xff\x00\x80"  # 0, 0x1234, 0xFFFF, 0x8000
    first, table = palette_of(palette(16, (words, words, words)))
    assert first == 0
    assert table[:, 0].tolist() == [0, 0x12, 0xFF, 0x80]


def test_indices_outside_the_palette_take_its_nearest_end() -> None:
    table = np.array([[1, 1, 1], [2, 2, 2], [3, 3, 3]], np.uint8)
    frame = expand_palette(np.array([[0, 5, 6, 7, 255]], np.uint8), 5, table)
    assert frame[0, :, 0].tolist() == [1, 1, 2, 3, 3]


def test_a_palette_without_tables_is_unreadable() -> None:
    with pytest.raises(UnreadableSource, match="palette cannot be read"):
        palette_of(Dataset())


def test_codecs_take_a_palette_as_rgb_of_eight_bits() -> None:
    form = to_codec_form(ImagePixel(4, 5, 2, 1, "PALETTE COLOR", 16, 16))
    assert (form.photometric, form.samples, form.bits_allocated, form.planar) == ("RGB", 3, 8, 0)


def test_overlay_bits_are_packed_lowest_first_across_frames() -> None:
    cells = np.array([[0x1000, 0, 0x1000]], np.uint16)
    plane = bit_plane(cells, 12)
    assert plane.tolist() == [[1, 0, 1]]
    # frames follow each other without a gap: 101 101 -> bits 0, 2, 3, 5 = 0x2D, padded to even length
    assert join_bits([pack_bits(plane)] * 2, 3) == b"\x2d\x00"
    assert join_bits([b"\x01", b"\x02", b"\x03"], 8) == b"\x01\x02\x03\x00"
