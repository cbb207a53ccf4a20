"""Steps that lose nothing: the same instance, every sample and every code stream back as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from pydicom import dcmread
from pydicom.data import get_testdata_file
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate, generate_frames

from lossytools import Options, audit, decompress, transcode
from lossytools.codecs import Jpeg, parse_codec
from lossytools.codecs.lossless import LOSSLESS, Rle
from lossytools.errors import (
    CodecSettingError,
    EncodeError,
    NotSmaller,
    RefusedByPolicy,
    SourceError,
    UnreadableSource,
    UnsupportedPixels,
)
from lossytools.values import Frame, ImagePixel

if TYPE_CHECKING:
    from pathlib import Path

JPEG = "1.2.840.10008.1.2.4.50"
NAMES = [codec.name for codec in LOSSLESS]


def cine(samples: int = 3, kind: str = "u1", peak: int = 255) -> np.ndarray:
    y, x = np.mgrid[:64, :80]
    frames = [np.hypot(x - 30 - 3 * f, y - 20 - 2 * f) * 3 for f in range(4)]
    planes = [np.clip(np.stack([f * (1 + s / 5) for s in range(samples)], -1), 0, peak) for f in frames]
    return np.array(planes).astype(kind)[..., 0] if samples == 1 else np.array(planes).astype(kind)


def jpeg_cine(write: Any, pad: bytes = b"\0", **header: Any) -> Path:
    pixels = cine()
    native = ImagePixel(64, 80, 4, 3, "RGB", 8, 8, planar=0)
    streams = [Jpeg(quality=85, subsampling="422").encode(frame, native) for frame in pixels]
    padded = [stream + pad * (len(stream) % 2) for stream in streams]
    values = {
        "PhotometricInterpretation": "YBR_FULL_422",
        "LossyImageCompression": "01",
        "LossyImageCompressionMethod": "ISO_10918_1",
        "LossyImageCompressionRatio": "9.5",
        "pixel_bytes": encapsulate(padded),
    }
    return write(pixels, JPEG, **(values | header))


def frames_in(path: Path) -> list[bytes]:
    image = dcmread(path)
    return list(generate_frames(image.PixelData, number_of_frames=int(image.get("NumberOfFrames", 1))))


@pytest.mark.parametrize("codec", NAMES)
@pytest.mark.parametrize("form", [(3, "u1", 255), (1, "u1", 255), (1, "u2", 4095)], ids=str)
def test_native_frames_come_back_and_the_instance_stays(
    write: Any, tmp_path: Path, codec: str, form: tuple[int, str, int]
) -> None:
    samples, kind, peak = form
    pixels = cine(samples, kind, peak)
    source = write(pixels, **({"BitsStored": 12, "HighBit": 11} if peak == 4095 else {}))
    target, native = tmp_path / "target.dcm", tmp_path / "native.dcm"
    outcome = transcode(source, target, codec, Options(verify="independent", workers=2))
    assert (outcome.uid, outcome.history, outcome.measurement.max_error) == ("1.2.3.4", (), 0)
    image = dcmread(target)
    assert image.SOPInstanceUID == image.file_meta.MediaStorageSOPInstanceUID == "1.2.3.4"
    assert image.file_meta.TransferSyntaxUID == parse_codec(codec).transfer_syntax
    assert list(image.ImageType) == ["ORIGINAL", "PRIMARY"]
    assert "LossyImageCompression" not in image
    assert not [finding for finding in audit(target) if finding.severity == "E"]
    decompress(target, native)
    assert dcmread(native).PixelData == dcmread(source).PixelData


@pytest.mark.parametrize("pad", [b"\0", b"\xff"])
def test_a_jpeg_comes_back_to_the_byte_with_its_padding(write: Any, tmp_path: Path, pad: bytes) -> None:
    source = jpeg_cine(write, pad)
    there, back = tmp_path / "there.dcm", tmp_path / "back.dcm"
    outcome = transcode(source, there, "jpegxl-recompress")
    assert outcome.measurement.stream_bytes < outcome.source_bytes
    assert outcome.source_bytes == sum(len(frame.rstrip(pad)) for frame in frames_in(source))
    transcode(there, back, "jpegxl-restore")
    assert frames_in(back) == frames_in(source)
    for path in (there, back):
        image = dcmread(path, stop_before_pixels=True)
        assert image.SOPInstanceUID == "1.2.3.4"
        assert image.LossyImageCompression == "01"
        assert image.LossyImageCompressionMethod == "ISO_10918_1"
        assert image.LossyImageCompressionRatio == 9.5
        assert image.PhotometricInterpretation == "YBR_FULL_422"
    assert dcmread(back).PixelData == dcmread(source).PixelData


def test_a_flag_that_lied_becomes_true_and_no_step_is_invented(write: Any, tmp_path: Path) -> None:
    source = jpeg_cine(
        write,
        LossyImageCompression="00",
        LossyImageCompressionMethod="",
        LossyImageCompressionRatio="",
    )
    transcode(source, tmp_path / "there.dcm", "jpegxl-recompress")
    image = dcmread(tmp_path / "there.dcm", stop_before_pixels=True)
    assert image.LossyImageCompression == "01"
    assert not image.LossyImageCompressionMethod
    assert not image.LossyImageCompressionRatio


def test_who_would_lose_more_is_offered_what_loses_nothing(write: Any, tmp_path: Path) -> None:
    with pytest.raises(RefusedByPolicy, match="-c jpegxl-recompress makes it about a fifth smaller"):
        transcode(jpeg_cine(write), tmp_path / "lossy.dcm", "jpegls")


def test_signatures_go_for_the_fragments_they_sign_have_changed(write: Any, tmp_path: Path) -> None:
    source = jpeg_cine(write, MACParametersSequence=[Dataset()])
    outcome = transcode(source, tmp_path / "there.dcm", "jpegxl-recompress")
    assert [change.keyword for change in outcome.changes] == ["MACParametersSequence"]


@pytest.mark.parametrize(
    ("codec", "header", "words"),
    [
        ("jpegxl-restore", {}, "takes JPEG XL JPEG Recompression, not JPEG Baseline"),
        ("jpegxl-recompress", {"PhotometricInterpretation": "YBR_FULL"}, "cannot hold YBR_FULL"),
        ("jpegxl-recompress", {"NumberOfFrames": 3}, "cannot be shared out"),
    ],
)
def test_what_cannot_be_is_refused_and_leaves_nothing(
    write: Any, tmp_path: Path, codec: str, header: dict[str, Any], words: str
) -> None:
    source = jpeg_cine(write, **header)
    before = sorted(tmp_path.iterdir())
    with pytest.raises(SourceError, match=words):
        transcode(source, tmp_path / "target.dcm", codec)
    assert sorted(tmp_path.iterdir()) == before


def test_a_jpeg_that_ends_early_is_damage_and_not_recompressed(write: Any, tmp_path: Path) -> None:
    source = jpeg_cine(write)
    frames = frames_in(source)
    frames[2] = frames[2].rstrip(b"\0")[:-60] + b"\xff\xd9"
    broken = jpeg_cine(write, pixel_bytes=encapsulate([f + b"\0" * (len(f) % 2) for f in frames]))
    with pytest.raises(UnreadableSource, match="ends before its"):
        transcode(broken, tmp_path / "target.dcm", "jpegxl-recompress")
    assert not (tmp_path / "target.dcm").exists()


@pytest.mark.parametrize(
    "options", [{"new_series": True}, {"uid": "random"}, {"expand_palette": True}], ids=str
)
def test_options_of_a_new_instance_do_not_go_with_it(
    write: Any, tmp_path: Path, options: dict[str, Any]
) -> None:
    with pytest.raises(CodecSettingError, match="keeps the instance"):
        transcode(write(cine()), tmp_path / "target.dcm", "rle", Options(**options))


def test_what_is_not_smaller_is_refused(write: Any, tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (2, 40, 40), np.uint8)
    with pytest.raises(NotSmaller, match="bytes of native pixels; --allow-larger"):
        transcode(write(noise), tmp_path / "target.dcm", "rle")
    transcode(write(noise), tmp_path / "target.dcm", "rle", Options(allow_larger=True))
    assert np.array_equal(dcmread(tmp_path / "target.dcm").pixel_array, noise)


def test_a_codec_that_loses_after_all_is_caught(
    write: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = Rle._coded  # noqa: SLF001

    def blurred(self: Rle, frame: Frame, native: ImagePixel) -> bytes:
        return whole(self, frame & 0xFE, native)

    monkeypatch.setattr(Rle, "_coded", blurred)
    with pytest.raises(EncodeError, match="frame 1 does not decode to what was coded"):
        transcode(write(cine()), tmp_path / "target.dcm", "rle", Options(workers=1))
    assert not (tmp_path / "target.dcm").exists()


def test_palette_indices_stay_indices(tmp_path: Path) -> None:
    source = get_testdata_file("OBXXXX1A.dcm", read=False)
    assert source is not None
    before = dcmread(source)
    assert before.PhotometricInterpretation == "PALETTE COLOR"
    for codec in ("jpegls-lossless", "rle", "deflated-frame", "jpeg2000-lossless"):
        target = tmp_path / f"{codec}.dcm"
        transcode(source, target, codec)
        decompress(target, tmp_path / f"{codec}.native.dcm")
        after = dcmread(tmp_path / f"{codec}.native.dcm")
        assert after.PhotometricInterpretation == "PALETTE COLOR"
        assert np.array_equal(after.pixel_array, before.pixel_array)
        assert after.RedPaletteColorLookupTableData == before.RedPaletteColorLookupTableData


def test_overlay_planes_of_unused_bits_are_saved(write: Any, tmp_path: Path) -> None:
    pixels = cine(1, "u2", 4095)
    plane = np.zeros((4, 64, 80), bool)
    plane[:, 10:20, 5:40] = True
    source = _with_overlay(write, pixels, plane)
    target = tmp_path / "target.dcm"
    transcode(source, target, "jpeg2000-lossless")
    image = dcmread(target)
    assert (image[0x60000100].value, image[0x60000102].value) == (1, 0)
    bits = np.unpackbits(np.frombuffer(image[0x60003000].value, "u1"), bitorder="little")
    assert np.array_equal(bits, plane.ravel())
    assert np.array_equal(image.pixel_array, pixels)


def _with_overlay(write: Any, pixels: np.ndarray, plane: np.ndarray) -> Path:
    source: Path = write(pixels | (plane.astype("u2") << 15), BitsStored=12, HighBit=11)
    image = dcmread(source)
    for tag, vr, value in (
        (0x60000010, "US", 64),
        (0x60000011, "US", 80),
        (0x60000015, "IS", "4"),
        (0x60000040, "CS", "G"),
        (0x60000050, "SS", [1, 1]),
        (0x60000051, "US", 1),
        (0x60000100, "US", 16),
        (0x60000102, "US", 15),
    ):
        image.add_new(tag, vr, value)
    image.save_as(source)
    return source


def test_ultrasound_in_ybr_full_is_refused_for_rgb_would_round(write: Any, tmp_path: Path) -> None:
    source = write(cine(), SOPClassUID="1.2.840.10008.5.1.4.1.1.3.1", PhotometricInterpretation="YBR_FULL")
    with pytest.raises(UnsupportedPixels, match="rounds"):
        transcode(source, tmp_path / "target.dcm", "rle")
    assert not (tmp_path / "target.dcm").exists()
