"""Every pixel form a source can have goes through every codec and comes out as what it was."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from pydicom import dcmread
from pydicom.encaps import encapsulate, encapsulate_extended, generate_frames
from pydicom.pixels import pixel_array

from lossytools import Options, decompress, transcode
from lossytools.errors import UnsupportedPixels

if TYPE_CHECKING:
    from pathlib import Path

IMPLICIT, BIG, DEFLATED = "1.2.840.10008.1.2", "1.2.840.10008.1.2.2", "1.2.840.10008.1.2.1.99"
RLE, JPEG_LS, JPEG_2000 = "1.2.840.10008.1.2.5", "1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.4.90"
CODECS = ("jpeg:quality=95", "jpegls:near=2", "jpeg2000:psnr_db=48")
ALLOWED = Options(
    verify="independent", allow_larger=True, allow_recompress=True, expand_palette=True, workers=2
)
WORST_RMS = 4.0  # grey levels of 255: quality 95 on these gradients stays well below


def ramp(shape: tuple[int, ...], peak: int, kind: str = "u1") -> np.ndarray:
    """Return frames that differ, smooth with an edge: (frames, rows, columns[, 3])."""
    grid = np.indices(shape)
    wave = grid[1] * 3 + grid[2] * 2 + grid[0] * 11 + (grid[3] * 40 if len(shape) == 4 else 0)
    wave = wave % 90 / 90 * peak * 0.7 + (grid[2] > shape[2] // 2) * peak * 0.2
    return wave.astype(kind)


def decoded(path: Path) -> np.ndarray:
    """Return (frames, rows, columns[, 3]), decoded by pydicom, colour as RGB."""
    array = pixel_array(path)
    frames = int(dcmread(path, stop_before_pixels=True).get("NumberOfFrames", 1))
    return array if frames > 1 else array[None]


def check(source: Path, expected: np.ndarray, codec: str, peak: int = 255, **changes: Any) -> None:
    target = source.with_name("derived.dcm")
    options = Options(**{f: changes.get(f, getattr(ALLOWED, f)) for f in ALLOWED.__slots__})
    outcome = transcode(source, target, codec, options)
    result = decoded(target).astype(int)
    assert result.shape == expected.shape
    error = np.abs(result - expected.astype(int))
    if codec.startswith("jpegls"):
        assert error.max() <= 2
        assert outcome.measurement.max_error == error.max()
    rms = np.sqrt((error.astype(float) ** 2).mean())
    assert rms / peak * 255 < WORST_RMS


@pytest.mark.parametrize("codec", CODECS)
class TestEightBits:
    """Forms of eight bits a sample, for every codec."""

    @pytest.mark.parametrize("planar", [0, 1])
    def test_native_rgb(self, write: Any, codec: str, planar: int) -> None:
        pixels = ramp((2, 40, 50, 3), 255)
        value = (pixels.transpose(0, 3, 1, 2) if planar else pixels).tobytes()
        check(write(pixels, PlanarConfiguration=planar, pixel_bytes=value), pixels, codec)

    @pytest.mark.parametrize("photometric", ["MONOCHROME1", "MONOCHROME2"])
    def test_native_monochrome(self, write: Any, codec: str, photometric: str) -> None:
        pixels = ramp((3, 40, 50), 255)
        check(write(pixels, PhotometricInterpretation=photometric), pixels, codec)

    @pytest.mark.parametrize("planar", [0, 1])
    def test_native_ybr_full(self, write: Any, codec: str, planar: int) -> None:
        grey = ramp((2, 40, 50), 255)
        ybr = np.stack([grey, np.full_like(grey, 128), np.full_like(grey, 128)], axis=3)
        value = (ybr.transpose(0, 3, 1, 2) if planar else ybr).tobytes()
        path = write(ybr, PhotometricInterpretation="YBR_FULL", PlanarConfiguration=planar, pixel_bytes=value)
        check(path, np.repeat(grey[..., None], 3, axis=3), codec)

    def test_native_ybr_full_422_counts_two_samples_a_pixel(self, write: Any, codec: str) -> None:
        grey = ramp((2, 40, 50), 255)
        pairs = np.full((2, 40, 25, 4), 128, np.uint8)
        pairs[..., 0], pairs[..., 1] = grey[..., ::2], grey[..., 1::2]
        ybr = np.repeat(grey[..., None], 3, axis=3)
        path = write(ybr, PhotometricInterpretation="YBR_FULL_422", pixel_bytes=pairs.tobytes())
        check(path, ybr, codec)
        measured = transcode(path, path.with_name("again.dcm"), codec, ALLOWED).measurement
        assert measured.native_bytes == 2 * 40 * 50 * 2

    @pytest.mark.parametrize("syntax", [IMPLICIT, BIG, DEFLATED, RLE, JPEG_LS, JPEG_2000])
    def test_every_lossless_way_to_store_it(self, write: Any, codec: str, syntax: str) -> None:
        pixels = ramp((2, 40, 51), 255)
        check(write(pixels, syntax), pixels, codec)

    @pytest.mark.parametrize("syntax", [IMPLICIT, BIG, RLE, JPEG_LS, JPEG_2000])
    def test_every_lossless_way_to_store_colour(self, write: Any, codec: str, syntax: str) -> None:
        pixels = ramp((2, 40, 50, 3), 255)
        check(write(pixels, syntax), pixels, codec)

    def test_big_endian_bytes_in_words_are_swapped_also_across_odd_frames(
        self, write: Any, codec: str
    ) -> None:
        pixels = ramp((3, 33, 35), 255)  # 1155 bytes a frame: words straddle frames
        value = pixels.tobytes() + b"\0"
        swapped = np.frombuffer(value, ">u2").astype("<u2").tobytes()
        path = write(pixels, BIG, pixel_bytes=swapped)
        raw = path.read_bytes()
        at = raw.rindex(b"\x7f\xe0\x00\x10OB")
        path.write_bytes(raw[: at + 4] + b"OW" + raw[at + 6 :])
        check(path, pixels, codec)

    @pytest.mark.parametrize("shape", [(1, 1, 1), (1, 1, 77), (1, 65, 1), (2, 17, 3), (1, 33, 31, 3)])
    def test_odd_and_tiny_sizes(self, write: Any, codec: str, shape: tuple[int, ...]) -> None:
        pixels = ramp(shape, 255)
        check(write(pixels), pixels, codec)

    def test_many_fragments_a_frame(self, write: Any, codec: str) -> None:
        pixels = ramp((2, 40, 50), 255)
        stored = dcmread(write(pixels, JPEG_LS, name="whole.dcm"))

        streams = list(generate_frames(stored.PixelData, number_of_frames=2))
        for table in (True, False):
            value = encapsulate(streams, fragments_per_frame=3, has_bot=table)
            check(write(pixels, JPEG_LS, pixel_bytes=value, name=f"{table}.dcm"), pixels, codec, force=True)

    def test_an_extended_offset_table_comes_in_and_goes_out(self, write: Any, codec: str) -> None:
        pixels = ramp((3, 40, 50), 255)
        stored = dcmread(write(pixels, JPEG_LS, name="whole.dcm"))

        value, offsets, lengths = encapsulate_extended(
            list(generate_frames(stored.PixelData, number_of_frames=3))
        )
        path = write(
            pixels,
            JPEG_LS,
            pixel_bytes=value,
            ExtendedOffsetTable=offsets,
            ExtendedOffsetTableLengths=lengths,
        )
        check(path, pixels, codec)
        result = dcmread(path.with_name("derived.dcm"))
        places = np.frombuffer(result.ExtendedOffsetTable, "<u8")
        sizes = np.frombuffer(result.ExtendedOffsetTableLengths, "<u8")
        # first frame at 0; each item has 8 bytes before its stream, which is padded to an even length
        assert places.tolist() == [0, *np.cumsum(8 + sizes + sizes % 2)[:-1].tolist()]

    def test_a_palette_becomes_rgb_and_its_tables_go(self, write: Any, codec: str) -> None:
        indices = ramp((2, 40, 50), 255)
        table = np.arange(256, dtype=np.uint8)
        words = {"Red": table, "Green": table[::-1], "Blue": table // 2}
        header: dict[str, Any] = {"PhotometricInterpretation": "PALETTE COLOR"}
        for colour, values in words.items():
            header[f"{colour}PaletteColorLookupTableDescriptor"] = [256, 0, 16]
            header[f"{colour}PaletteColorLookupTableData"] = (values.astype("<u2") << 8).tobytes()
        expected = np.stack([indices, 255 - indices, indices // 2], axis=3)
        path = write(indices, **header)
        check(path, expected, codec)
        result = dcmread(path.with_name("derived.dcm"))
        assert not [e.keyword for e in result if "Palette" in e.keyword]
        assert result.SamplesPerPixel == 3
        assert float(result.LossyImageCompressionRatio) == pytest.approx(
            2 * 40 * 50 / sum(map(len, streams_of(result))), rel=0.01
        )


def test_a_ratio_asked_of_a_palette_counts_its_own_indices(write: Any) -> None:
    noise = np.random.default_rng(3).integers(0, 64, (2, 90, 100), np.uint8)
    header: dict[str, Any] = {"PhotometricInterpretation": "PALETTE COLOR"}
    for colour in ("Red", "Green", "Blue"):
        header[f"{colour}PaletteColorLookupTableDescriptor"] = [256, 0, 16]
        header[f"{colour}PaletteColorLookupTableData"] = (np.arange(256).astype("<u2") << 8).tobytes()
    path = write(noise, **header)
    outcome = transcode(path, path.with_name("derived.dcm"), "jpeg2000:ratio=5", ALLOWED)
    assert outcome.measurement.native_bytes == 2 * 90 * 100
    assert outcome.measurement.ratio == pytest.approx(5, rel=0.1)
    assert "palette expanded to RGB before" in dcmread(outcome.target).DerivationDescription


def streams_of(image: Any) -> list[bytes]:

    return list(generate_frames(image.PixelData, number_of_frames=int(image.get("NumberOfFrames", 1))))


@pytest.mark.parametrize("codec", ["jpegls:near=2", "jpeg2000:psnr_db=70"])
class TestSixteenBits:
    """Forms of more than eight bits, for the codecs that take them."""

    @pytest.mark.parametrize(
        "syntax", ["1.2.840.10008.1.2.1", IMPLICIT, BIG, DEFLATED, RLE, JPEG_LS, JPEG_2000]
    )
    def test_twelve_bits_in_sixteen(self, write: Any, codec: str, syntax: str) -> None:
        pixels = ramp((2, 40, 50), 4095, "u2")
        check(write(pixels, syntax, BitsStored=12, HighBit=11), pixels, codec, 4095)

    def test_sixteen_bits(self, write: Any, codec: str) -> None:
        pixels = ramp((2, 40, 50), 65535, "u2")
        check(write(pixels), pixels, codec, 65535)

    def test_colour_of_sixteen_bits(self, write: Any, codec: str) -> None:
        pixels = ramp((1, 40, 50, 3), 65535, "u2")
        check(write(pixels), pixels, codec, 65535)

    @pytest.mark.parametrize("syntax", ["1.2.840.10008.1.2.1", IMPLICIT, BIG, JPEG_LS, JPEG_2000])
    def test_signed_values_keep_their_sign(self, write: Any, codec: str, syntax: str) -> None:
        pixels = (ramp((2, 40, 50), 4095, "i2") - 1024).astype("i2")
        check(write(pixels, syntax), pixels, codec, 65535)

    def test_signed_values_at_both_ends_of_twelve_bits_do_not_wrap(self, write: Any, codec: str) -> None:
        pixels = np.where(ramp((1, 40, 50), 4095, "i2") % 5 < 2, -2048, 2047).astype("i2")
        path = write(pixels, BitsStored=12, HighBit=11)
        target = path.with_name("derived.dcm")
        transcode(path, target, codec, ALLOWED)
        result = decoded(target).astype(int)
        assert (np.sign(result) == np.sign(pixels)).all()
        assert np.abs(result - pixels).max() < 200

    def test_dirty_unused_bits_are_dropped_before_anything_is_measured(self, write: Any, codec: str) -> None:
        clean = ramp((2, 40, 50), 4095, "u2")
        dirty = clean | (np.random.default_rng(5).integers(0, 16, clean.shape).astype("u2") << 12)
        check(write(dirty, BitsStored=12, HighBit=11), clean, codec, 4095)

    def test_overlay_planes_in_unused_bits_are_saved_first(self, write: Any, codec: str) -> None:
        clean = ramp((2, 40, 50), 4095, "u2")
        plane = np.random.default_rng(5).integers(0, 2, clean.shape).astype("u2")
        path = write(
            clean | plane << 13,
            BitsStored=12,
            HighBit=11,
        )
        image = dcmread(path)
        image.add_new(0x60000010, "US", 40)
        image.add_new(0x60000011, "US", 50)
        image.add_new(0x60000100, "US", 16)
        image.add_new(0x60000102, "US", 13)
        image.save_as(path)
        check(path, clean, codec, 4095)
        result = dcmread(path.with_name("derived.dcm"))
        assert result[0x60000100].value == 1
        assert result[0x60000102].value == 0
        bits = np.unpackbits(np.frombuffer(result[0x60003000].value, np.uint8), bitorder="little")
        assert (bits[: plane.size] == plane.ravel()).all()

    def test_overlay_planes_in_lossless_streams_are_saved_and_survive_decompression(
        self, write: Any, codec: str
    ) -> None:
        clean = ramp((2, 40, 50), 4095, "u2")
        plane = np.random.default_rng(5).integers(0, 2, clean.shape).astype("u2")
        path = write(clean | plane << 13, RLE)
        image = dcmread(path)
        image.BitsStored, image.HighBit = 12, 11
        for element, value in ((0x0010, 40), (0x0011, 50), (0x0100, 16), (0x0102, 13)):
            image.add_new(0x60000000 + element, "US", value)
        image.save_as(path)
        check(path, clean, codec, 4095)
        result = dcmread(path.with_name("derived.dcm"))
        bits = np.unpackbits(np.frombuffer(result[0x60003000].value, np.uint8), bitorder="little")
        assert (bits[: plane.size] == plane.ravel()).all()
        decompress(path, path.with_name("native.dcm"))
        cells = np.frombuffer(dcmread(path.with_name("native.dcm")).PixelData, "<u2")
        assert (cells == (clean | plane << 13).ravel()).all()

    def test_overlay_planes_that_the_streams_do_not_hold_are_not_invented(
        self, write: Any, codec: str
    ) -> None:
        path = write(ramp((1, 40, 50), 4095, "u2"), JPEG_LS, BitsStored=12, HighBit=11)
        image = dcmread(path)
        image.add_new(0x60000100, "US", 16)
        image.add_new(0x60000102, "US", 13)
        image.save_as(path)
        with pytest.raises(UnsupportedPixels, match="overlay group 6000 is declared in bit 13"):
            transcode(path, path.with_name("derived.dcm"), codec, ALLOWED)

    def test_jpeg_refuses_it_in_words(self, write: Any, codec: str) -> None:
        path = write(ramp((1, 40, 50), 4095, "u2"), BitsStored=12, HighBit=11)
        with pytest.raises(UnsupportedPixels, match="12"):
            transcode(path, path.with_name(f"{codec[:6]}.dcm"), "jpeg")


def test_a_bound_that_leaves_nothing_to_lose_is_refused_with_advice(write: Any) -> None:
    pixels = ramp((1, 40, 50), 4095, "i2")
    pixels[0, 0, 0] = -32768
    path = write(pixels)
    with pytest.raises(UnsupportedPixels, match="use near 2 or more"):
        transcode(path, path.with_name("derived.dcm"), "jpegls:near=1", ALLOWED)
    assert transcode(path, path.with_name("derived.dcm"), "jpegls:near=2", ALLOWED).measurement.max_error == 1
