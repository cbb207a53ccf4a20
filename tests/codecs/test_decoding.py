"""Source frames: the stream's own markers are believed, and its size is checked before it is decoded."""

from __future__ import annotations

import zlib
from dataclasses import replace

import imagecodecs
import jpeg_ls
import numpy as np
import pydicom
import pytest
from pydicom.data import get_testdata_file
from pydicom.encaps import generate_frames
from pydicom.pixels import pixel_array
from rle.utils import encode_pixel_data

from lossytools.codecs.decoding import decode_frame
from lossytools.errors import DecodeError, UnsupportedPixels
from lossytools.values import Frame, ImagePixel

SYNTAX = "1.2.840.10008.1.2."
RGB = ImagePixel(20, 30, 1, 3, "RGB", 8, 8, planar=0)
YBR = replace(RGB, photometric="YBR_FULL_422")
GREY = ImagePixel(20, 30, 1, 1, "MONOCHROME2", 16, 12)
Y, X = np.mgrid[:20, :30]
COLOUR = np.stack([X * 8, Y * 12, X * 4 + Y * 4], -1).astype(np.uint8)
DEEP = (X * 100 + Y * 50).astype(np.uint16)


def gap(a: Frame, b: Frame) -> int:
    return int(np.abs(a.astype(np.int64) - b.astype(np.int64)).max())


def bare(stream: bytes) -> bytes:
    """Return a stream of imagecodecs without its JFIF segment of 18 bytes."""
    return stream[:2] + stream[20:]


@pytest.mark.parametrize(
    "header", [RGB, YBR, replace(YBR, photometric="YBR_FULL")], ids=lambda p: p.photometric
)
@pytest.mark.parametrize("syntax", ["4.50", "4.51", "4.70", "4.80", "4.90"])
def test_a_marked_jpeg_is_rgb_whatever_header_and_syntax_say(header: ImagePixel, syntax: str) -> None:
    for stream in (
        imagecodecs.jpeg8_encode(COLOUR, 100, subsampling="444"),
        imagecodecs.jpeg8_encode(COLOUR, 100, colorspace="RGB", outcolorspace="RGB"),
    ):
        frame, photometric = decode_frame(stream, SYNTAX + syntax, header)
        assert photometric == "RGB"
        assert gap(frame, COLOUR) <= 4


def test_without_markers_the_header_tells_unless_chroma_is_subsampled() -> None:
    full = bare(imagecodecs.jpeg8_encode(COLOUR, 100, subsampling="444"))
    assert gap(decode_frame(full, SYNTAX + "4.50", YBR)[0], COLOUR) <= 4
    assert (
        gap(
            decode_frame(full, SYNTAX + "4.50", RGB)[0], imagecodecs.jpeg8_decode(full, outcolorspace="YCBCR")
        )
        == 0
    )
    thin = bare(imagecodecs.jpeg8_encode(COLOUR, 100, subsampling="422"))
    assert gap(decode_frame(thin, SYNTAX + "4.50", RGB)[0], COLOUR) <= 16


@pytest.mark.parametrize("photometric", ["RGB", "YBR_ICT", "YBR_RCT", "YBR_FULL"])
def test_the_transform_of_jpeg_2000_is_believed_before_the_header(photometric: str) -> None:
    header = replace(RGB, photometric=photometric)
    mixed = imagecodecs.jpeg2k_encode(COLOUR, codecformat="j2k", reversible=True, mct=True)
    plain = imagecodecs.jpeg2k_encode(COLOUR, codecformat="j2k", reversible=True, mct=False)
    assert decode_frame(mixed, SYNTAX + "4.90", header)[1] == "RGB"
    frame, found = decode_frame(plain, SYNTAX + "4.90", header)
    assert found == ("YBR_FULL" if photometric == "YBR_FULL" else "RGB")
    assert gap(frame, COLOUR) == 0


@pytest.mark.parametrize("interleave", [0, 1, 2])
def test_jpeg_ls_of_every_interleave_is_by_pixel(interleave: int) -> None:
    # CharLS takes samples by pixel for lines too, whatever pyjpegls' documentation says
    order = np.moveaxis(COLOUR, -1, 0) if interleave == 0 else COLOUR
    stream = bytes(jpeg_ls.encode_buffer(np.ascontiguousarray(order).tobytes(), 20, 30, 3, 8, 0, interleave))
    frame, photometric = decode_frame(stream + b"\x00", SYNTAX + "4.80", RGB)
    assert (gap(frame, COLOUR), photometric) == (0, "RGB")


@pytest.mark.parametrize(
    ("stream", "syntax", "limit"),
    [
        (imagecodecs.jpeg8_encode(DEEP, 100, bitspersample=12), "4.51", 4),
        (imagecodecs.jpeg8_encode(DEEP, lossless=True, predictor=1), "4.70", 0),
        (imagecodecs.jpegls_encode(DEEP, 0), "4.80", 0),
        (imagecodecs.jpeg2k_encode(DEEP, codecformat="j2k", reversible=True, bitspersample=12), "4.90", 0),
        (imagecodecs.htj2k_encode(DEEP, reversible=True), "4.201", 0),
        (imagecodecs.jpegxl_encode(DEEP, lossless=True, bitspersample=12), "4.110", 0),
        (bytes(encode_pixel_data(DEEP.tobytes(), rows=20, columns=30, samples_per_pixel=1, bits_allocated=16,
         byteorder="<")), "5", 0),
        (DEEP.tobytes(), "1.98", 0),
        (zlib.compress(DEEP.tobytes(), wbits=-15) + b"\x00", "8.1", 0),
    ],
    ids=["51", "70", "80", "90", "201", "110", "rle", "98", "deflated"],
)  # fmt: skip
def test_twelve_bits_come_through_every_syntax(stream: bytes, syntax: str, limit: int) -> None:
    frame, photometric = decode_frame(stream, SYNTAX + syntax, GREY)
    assert (frame.dtype, photometric) == (np.uint16, "MONOCHROME2")
    assert gap(frame, DEEP) <= limit


def test_signed_samples_are_extended_from_bits_stored() -> None:
    signed = (DEEP.astype(np.int16) - 2048).clip(-2048, 2047)
    header = replace(GREY, signed=True)
    masked = (signed & 0xFFF).astype(np.uint16)
    for stream, syntax in (
        (imagecodecs.jpegls_encode(masked, 0), "4.80"),
        (imagecodecs.jpegls_encode(signed.view(np.uint16), 0), "4.80"),
        (masked.tobytes(), "1.98"),
        (imagecodecs.jpeg2k_encode(signed, codecformat="j2k", reversible=True, bitspersample=12), "4.90"),
        (imagecodecs.jpeg2k_encode(masked, codecformat="j2k", reversible=True, bitspersample=12), "4.90"),
    ):
        frame, _ = decode_frame(stream, SYNTAX + syntax, header)
        assert frame.dtype == np.int16
        assert gap(frame, signed) == 0


def test_htj2k_overshoot_does_not_wrap() -> None:
    edges = np.kron(np.random.default_rng(2).integers(0, 2, (10, 15)) * 255, np.ones((2, 2))).astype(np.uint8)
    stream = imagecodecs.htj2k_encode(edges, 0.05, reversible=False)
    frame, _ = decode_frame(stream, SYNTAX + "4.203", replace(GREY, bits_allocated=8, bits_stored=8))
    assert gap(frame, edges) < 100  # wrapped overshoot would be off by 255


@pytest.mark.parametrize("planar", [0, 1])
def test_colour_planes_of_uncompressed_frames_follow_the_header(planar: int) -> None:
    data = (COLOUR if planar == 0 else np.ascontiguousarray(np.moveaxis(COLOUR, -1, 0))).tobytes()
    header = replace(RGB, planar=planar, photometric="YBR_FULL")
    for stream, syntax in ((data, "1.98"), (zlib.compress(data, wbits=-15), "8.1")):
        frame, photometric = decode_frame(stream, SYNTAX + syntax, header)
        assert (gap(frame, COLOUR), photometric) == (0, "YBR_FULL")


@pytest.mark.parametrize(
    ("stream", "syntax", "header", "words"),
    [
        (
            imagecodecs.jpeg8_encode(COLOUR, 90),
            "4.50",
            replace(RGB, rows=21),
            "says 20 rows.*image says 21 rows",
        ),
        (imagecodecs.jpeg8_encode(COLOUR, 90), "4.50", GREY, "3 samples;.*1 samples"),
        (imagecodecs.jpeg8_encode(COLOUR, 90)[:-40], "4.50", RGB, "no end marker"),
        (
            imagecodecs.jpegls_encode(DEEP, 0),
            "4.80",
            replace(GREY, bits_allocated=8, bits_stored=8),
            "16 bits.*8",
        ),
        (b"", "4.90", RGB, "begins with nothing"),
        (b"\x00" * 70, "5", RGB, "0 segments, the image needs 3"),
        (b"\x01" * 10, "1.98", RGB, "holds 10 bytes, the image says 1800"),
        (zlib.compress(bytes(10**6), wbits=-15), "8.1", RGB, "image says 1800"),
        (b"\xff" * 10, "8.1", RGB, "deflated"),
    ],
)
def test_a_stream_that_is_not_as_described_is_a_decode_error(
    stream: bytes, syntax: str, header: ImagePixel, words: str
) -> None:
    with pytest.raises(DecodeError, match=words):
        decode_frame(stream, SYNTAX + syntax, header)


@pytest.mark.parametrize("syntax", ["4.102", "4.94", "1", "4.999"])
def test_what_has_no_frames_of_its_own_is_refused(syntax: str) -> None:
    with pytest.raises(UnsupportedPixels, match=f"{SYNTAX}{syntax} "):
        decode_frame(b"", SYNTAX + syntax, RGB)


EXACT = (
    "JPEG-LL.dcm", "JPGLosslessP14SV1_1s_1f_8b.dcm",
    "MR_small_RLE.dcm", "SC_rgb_rle_16bit.dcm", "JPEG2000.dcm",
    "MR_small_jp2klossless.dcm", "MR_small_jpeg_ls_lossless.dcm", "J2K_pixelrep_mismatch.dcm", "US1_J2KI.dcm",
    "US1_J2KR.dcm", "GDCMJ2K_TextGBR.dcm", "SC_rgb_gdcm_KY.dcm", "SC_rgb_jls_lossy_line.dcm", "693_J2KI.dcm",
    "SC_rgb_jpeg_gdcm.dcm", "emri_small_RLE.dcm", "OBXXXX1A_rle.dcm",
)  # fmt: skip
CLOSE = (  # decoded by two code bases: 3 levels apart, 5 where chroma is subsampled
    "SC_rgb_jpeg.dcm", "SC_jpeg_no_color_transform.dcm",
    "SC_rgb_dcmtk_+eb+cr.dcm", "SC_rgb_dcmtk_+eb+cy+np.dcm",
    "SC_rgb_jpeg_lossy_gdcm.dcm", "SC_rgb_small_odd_jpeg.dcm", "color3d_jpeg_baseline.dcm", "JPGExtended.dcm",
)  # fmt: skip


@pytest.mark.filterwarnings("ignore")  # of pydicom, about these files
@pytest.mark.parametrize(("name", "limit"), [*((n, 0) for n in EXACT), *((n, 5) for n in CLOSE)])
def test_real_files_decode_as_pydicom_decodes_them(name: str, limit: int) -> None:
    path = get_testdata_file(name, download=False)
    assert path is not None
    image = pydicom.dcmread(path)
    frames = int(image.get("NumberOfFrames", 1) or 1)
    pixels = ImagePixel(
        image.Rows, image.Columns, frames, image.SamplesPerPixel, image.PhotometricInterpretation,
        image.BitsAllocated, image.BitsStored, bool(image.PixelRepresentation),
        image.get("PlanarConfiguration"),
    )  # fmt: skip
    stream = next(generate_frames(image.PixelData, number_of_frames=frames))
    frame, _ = decode_frame(stream, image.file_meta.TransferSyntaxUID, pixels)
    expected = pixel_array(image, index=0)
    assert (frame.shape, frame.dtype) == (pixels.shape, pixels.dtype)
    assert gap(frame, expected) <= limit
