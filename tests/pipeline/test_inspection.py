"""What an audit sees of decoded frames: true values of real files, and no alarm over our own results."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from pydicom import dcmread

from lossytools import Options, audit, audit_many, transcode
from lossytools.dicomio.gathering import gather
from lossytools.dicomio.source import read_source
from lossytools.errors import UnreadableSource
from lossytools.evidence import LossFacts, PixelFacts
from lossytools.pipeline.inspection import look_at_loss, look_at_pixels

if TYPE_CHECKING:
    from pathlib import Path


def smooth(rows: int, columns: int, frames: int, peak: int) -> np.ndarray:
    y, x = np.mgrid[0:rows, 0:columns]
    return np.array([(x * 3 + y * 5 + 7 * f) % 97 / 97 * peak for f in range(frames)])


def pixels_of(path: Path) -> PixelFacts | None:
    with read_source(path) as source:
        return look_at_pixels(source, gather(source))


def loss_of(source: Path, derived: Path) -> LossFacts | None:
    with read_source(source) as before, read_source(derived) as after:
        return look_at_loss(before, after)


def grey(frames: int = 2) -> np.ndarray:
    return smooth(16, 24, frames, 200).astype(np.uint8)


def test_ranges_are_those_of_each_frame(write: Any) -> None:
    pixels = grey()
    pixels[0, 3, 3], pixels[1, 5, 5] = 250, 251
    assert pixels_of(write(pixels)) == PixelFacts(((0, 250), (int(pixels[1].min()), 251)), ())


def test_padding_is_left_out_of_ranges_and_kept_beside_them(write: Any) -> None:
    pixels = np.clip(grey(1), 10, 90)
    pixels[0, 0, :] = 0
    found = pixels_of(write(pixels, PixelPaddingValue=0))
    assert found == PixelFacts(((10, 90),), ((0, 90),))


@pytest.mark.parametrize("step", [0, 1])
def test_a_single_coloured_pixel_makes_colour(write: Any, step: int) -> None:
    pixels = np.repeat(grey()[..., None], 3, axis=3)
    pixels[1, 7, 7, 2] = pixels[1, 7, 7, 0] + step
    assert pixels_of(write(pixels)) == PixelFacts(coloured=step == 1)


def test_a_frame_that_does_not_decode_is_told(write: Any, tmp_path: Path) -> None:
    target = tmp_path / "derived.dcm"
    transcode(write(np.repeat(grey(3)[..., None], 3, axis=3)), target, "jpeg", Options(allow_larger=True))
    data = bytearray(target.read_bytes())
    second = data.index(b"\xff\xd8", data.index(b"\xff\xd8") + 2)
    frame_header = data.index(b"\xff\xc0", second)
    data[frame_header + 9] = 7  # components
    target.write_bytes(data)
    found = pixels_of(target)
    assert found is not None
    assert found.error.startswith("frame 2: ")


def test_pixels_that_lossytools_has_no_frames_of_are_no_fact(write: Any) -> None:
    assert pixels_of(write(grey(), BitsAllocated=1, BitsStored=1, HighBit=0)) is None


def test_loss_is_the_largest_error_of_each_frame(write: Any) -> None:
    pixels, changed = grey(), grey()
    changed[1, 2, 2] += 9
    one = write(pixels)
    other = write(changed, name="other.dcm")
    assert loss_of(one, other) == LossFacts((0, 9))


def test_moved_padding_is_told_by_frame(write: Any) -> None:
    pixels, changed = grey() + 1, grey() + 1
    pixels[:, 0, :] = changed[:, 0, :] = 0
    changed[1, 0, 5] = 1
    one = write(pixels, PixelPaddingValue=0)
    other = write(changed, name="other.dcm", PixelPaddingValue=0)
    assert loss_of(one, other) == LossFacts((0, 1), padding_moved=2)


def test_objects_of_different_size_are_not_compared(write: Any) -> None:
    assert loss_of(write(grey()), write(grey()[:, :-2], name="other.dcm")) is None


@pytest.mark.parametrize("codec", ["jpegls:near=3", "jpeg2000:ratio=8", "jpeg:quality=60"])
def test_our_own_results_say_what_their_frames_hold(write: Any, tmp_path: Path, codec: str) -> None:
    pixels = np.clip(smooth(64, 64, 3, 220), 12, 220).astype(np.uint8)
    source = write(pixels, SmallestImagePixelValue=12, LargestImagePixelValue=int(pixels.max()))
    target = tmp_path / "derived.dcm"
    transcode(source, target, codec)
    found, image = pixels_of(target), dcmread(target)
    assert found is not None
    assert image.SmallestImagePixelValue == min(low for low, _ in found.ranges)
    assert image.LargestImagePixelValue == max(high for _, high in found.ranges)


def test_a_deep_audit_judges_decoded_frames_alone_and_beside_the_source(write: Any, tmp_path: Path) -> None:
    source = write(smooth(64, 64, 2, 220).astype(np.uint8), PixelPaddingValue=0)
    target = tmp_path / "derived.dcm"
    transcode(source, target, "jpegls:near=3")
    assert audit(target, source, deep=True) == []
    image = dcmread(target)
    image.add_new("SmallestImagePixelValue", "US", 100)
    image.add_new("PixelPaddingValue", "US", 0)
    image.save_as(target)
    assert [finding.rule for finding in audit(target)] == []
    assert [finding.rule for finding in audit(target, deep=True)] == ["P22"]
    assert [finding.rule for finding in audit(target, source, deep=True)] == ["P22", "P23"]
    kinds = [
        (each.kind, [f.rule for f in each.findings]) for each in audit_many([tmp_path], pairs=True, deep=True)
    ]
    assert kinds == [("object", ["P22"]), ("object", []), ("pair", ["P23"])]


def test_a_header_whose_bytes_do_not_fit_their_vr_leads_to_no_frames(write: Any) -> None:
    # Bits Allocated (0028,0100) said to be four bytes a value holds two.
    path = write(grey())
    held = path.read_bytes()
    path.write_bytes(held.replace(b"\x28\0\0\1US", b"\x28\0\0\1UL"))
    assert path.read_bytes() != held
    assert pixels_of(path) is None


@pytest.mark.parametrize("vr", [b"UL", b"US", b"FD", b"SL"])
def test_frames_are_shared_out_whatever_the_vr_of_their_number(write: Any, tmp_path: Path, vr: bytes) -> None:
    # Two bytes "3 " are no whole number of 4 or 8 bytes, and as US not the number of frames.
    path = tmp_path / "derived.dcm"
    transcode(write(grey(3)), path, "jpeg", Options(workers=1, allow_larger=True))
    path.write_bytes(path.read_bytes().replace(b"\x28\0\x08\0IS", b"\x28\0\x08\0" + vr))
    assert {finding.rule for finding in audit(path, deep=True)} & {"F01", "F13"}


def test_a_file_header_whose_bytes_do_not_fit_their_vr_is_unreadable(write: Any) -> None:
    path = write(grey())
    path.write_bytes(path.read_bytes().replace(b"\2\0\0\0UL\4\0", b"\2\0\0\0UL\3\0"))
    with pytest.raises(UnreadableSource, match="cannot be parsed"):
        pixels_of(path)
