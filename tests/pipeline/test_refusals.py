"""Every refusal says why and what to do, and leaves nothing behind."""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydicom import dcmread
from pydicom.data import get_testdata_file
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate

from lossytools import Options, transcode
from lossytools.errors import (
    DestinationError,
    LossyToolsError,
    NotSmaller,
    RefusedByPolicy,
    TargetExists,
    UnreadableSource,
    UnsupportedPixels,
)
from lossytools.standard.iod_policy import policies

GREY = np.tile(np.arange(64, dtype=np.uint8), (2, 48, 1))
JPEG = "1.2.840.10008.1.2.4.50"
CT, SEGMENTATION, REPORT = (f"1.2.840.10008.5.1.4.1.1.{n}" for n in ("2", "66.4", "88.11"))

VOLUME = "1.2.840.10008.5.1.4.1.1.6.2"
SUPPLEMENTED = {
    "SOPClassUID": VOLUME,
    "SharedFunctionalGroupsSequence": [Dataset()],
    "RedPaletteColorLookupTableDescriptor": [16, 240, 16],
}


def refused(
    source: Path, kind: type[LossyToolsError], words: str, codec: str = "jpeg", **allowed: Any
) -> None:
    """Assert that the refusal is of `kind`, says `words`, and that the folder is as it was."""
    before = sorted(p.name for p in source.parent.iterdir())
    with pytest.raises(kind, match=words) as caught:
        transcode(source, source.parent / "derived.dcm", codec, Options(**allowed))
    assert caught.type is kind
    assert str(source) in str(caught.value)
    assert sorted(p.name for p in source.parent.iterdir()) == before


@pytest.mark.parametrize(
    ("header", "kind", "words"),
    [
        ({"SOPClassUID": SEGMENTATION}, RefusedByPolicy, "Segmentation objects are never compressed"),
        ({"SOPClassUID": REPORT}, UnsupportedPixels, "hold no pixels"),
        ({"SOPClassUID": "1.2.3.4.5"}, RefusedByPolicy, "unknown or private"),
        ({"SOPClassUID": CT}, RefusedByPolicy, "--allow-quantitative"),
        ({"LossyImageCompression": "01"}, RefusedByPolicy, "--allow-recompress"),
        ({"LossyImageCompressionRatio": "5"}, RefusedByPolicy, "--allow-recompress"),
        ({"PhotometricInterpretation": "PALETTE COLOR"}, UnsupportedPixels, "--expand-palette"),
        ({"BitsAllocated": 1, "BitsStored": 1, "HighBit": 0}, UnsupportedPixels, "1 bit"),
        ({"BitsAllocated": 32, "BitsStored": 32, "HighBit": 31}, UnsupportedPixels, "32 bits allocated"),
        ({"SOPClassUID": VOLUME}, UnreadableSource, "have functional groups, this one has none"),
        ({"PerFrameFunctionalGroupsSequence": [Dataset()] * 3}, UnreadableSource, "3 items of .* 2 frames"),
        ({"ConcatenationUID": "1.2.3"}, RefusedByPolicy, "one part of a concatenation"),
        ({"PixelPresentation": "MIXED"}, RefusedByPolicy, "Supplemental Palette"),
        (SUPPLEMENTED, RefusedByPolicy, "Supplemental Palette"),
        ({"DataFrameAssignmentSequence": [Dataset()]}, RefusedByPolicy, "Enhanced Palette"),
        ({"PhotometricInterpretation": "HSV"}, UnsupportedPixels, "HSV"),
        ({"SamplesPerPixel": 4}, UnsupportedPixels, "4 samples"),
        ({"Rows": None}, UnreadableSource, "Rows is absent"),
        ({"NumberOfFrames": "0"}, UnreadableSource, "Number of Frames is 0"),
        ({"BitsStored": 9}, UnreadableSource, "Bits Stored 9"),
        ({"NumberOfFrames": "1"}, UnreadableSource, "frames would be dropped"),
        ({"NumberOfFrames": None}, UnreadableSource, "frames would be dropped"),
        ({"LossyImageCompression": "YES"}, RefusedByPolicy, "--allow-recompress"),
        ({"NumberOfFrames": "3"}, UnreadableSource, "need 9216 bytes of Pixel Data, the file holds 6144"),
    ],
)
def test_objects_that_are_not_compressed(
    write: Any, header: dict[str, Any], kind: type[LossyToolsError], words: str
) -> None:
    refused(write(GREY, **header), kind, words)


def test_zero_bytes_behind_the_pixels_are_let_be_and_elements_out_of_place_are_not(write: Any) -> None:
    source = write(GREY)
    whole = source.read_bytes()
    source.write_bytes(whole + bytes(512))
    transcode(source, source.with_name("zeros.dcm"))
    source.write_bytes(whole + b"\x10\0\x20\0LO\x04\0EVIL")
    refused(source, UnreadableSource, "behind the pixel data")


def test_an_instance_of_two_names_is_refused_before_any_frame_is_coded(write: Any) -> None:
    source = write(GREY)
    source.write_bytes(source.read_bytes().replace(b"1.2.3.4\0", b"1.2\\3.4\0"))
    refused(source, UnreadableSource, "has 2 values, not one")


def test_a_vr_that_does_not_exist_is_damage(write: Any) -> None:
    source = write(GREY)
    source.write_bytes(source.read_bytes().replace(b"\x28\0\x10\0US", b"\x28\0\x10\0ZZ"))
    refused(source, UnreadableSource, "VR 'ZZ', which does not exist")


def test_text_where_a_sequence_should_be_is_damage(write: Any) -> None:
    source = write(GREY, DerivationDescription="abcd")
    source.write_bytes(source.read_bytes().replace(b"\x08\0\x11\x21ST", b"\x08\0\x12\x21LO"))
    refused(source, UnreadableSource, "SourceImageSequence is LO, not a sequence")


@pytest.mark.parametrize("row", [row for row in policies() if row.sop_classes], ids=lambda row: row.iod)
def test_the_policy_of_every_iod_is_kept(write: Any, row: Any) -> None:
    groups = {"SharedFunctionalGroupsSequence": [Dataset()]} if row.functional_groups else {}
    source = write(GREY, SOPClassUID=row.sop_classes[0], **groups)
    target = source.with_name("derived.dcm")
    if row.policy in {"REFUSE", "NO-PIXELS"}:
        with pytest.raises((RefusedByPolicy, UnsupportedPixels), match="objects"):
            transcode(source, target, "jpegls", Options(allow_quantitative=True))
        return
    if row.policy == "OK-WARN":
        with pytest.raises(RefusedByPolicy, match="--allow-quantitative"):
            transcode(source, target, "jpegls")
    assert transcode(source, target, "jpegls", Options(allow_quantitative=True)).measurement.frames == 2


def test_nothing_that_grew_is_published_unless_asked(write: Any) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (1, 40, 40), np.uint8)
    source = write(noise)
    refused(source, NotSmaller, "--allow-larger", "jpeg:quality=100")
    allowed = transcode(source, source.parent / "derived.dcm", "jpeg:quality=100", Options(allow_larger=True))
    assert allowed.measurement.ratio < 1


@pytest.mark.parametrize(
    ("bits", "codec", "words"),
    [(12, "jpeg", "12"), (2, "jpegls:near=3", "near"), (8, "jpegls:near=128", "near")],
)
def test_pixels_the_transfer_syntax_does_not_take(write: Any, bits: int, codec: str, words: str) -> None:
    kind, kind_peak = ("u2", 4095) if bits > 8 else ("u1", (1 << bits) - 1)
    source = write(GREY.astype(kind) & kind_peak, BitsStored=bits, HighBit=bits - 1)
    refused(source, UnsupportedPixels, words, codec)


def test_a_target_that_exists_stays(write: Any) -> None:
    source = write(GREY)
    target = source.with_name("derived.dcm")
    target.write_bytes(b"precious")
    with pytest.raises(TargetExists, match="--force"):
        transcode(source, target)
    assert target.read_bytes() == b"precious"
    transcode(source, target, options=Options(force=True))
    assert dcmread(target).LossyImageCompression == "01"


def test_no_folder_and_the_source_as_target_are_refused(write: Any) -> None:
    source = write(GREY)
    original = source.read_bytes()
    with pytest.raises(DestinationError, match="does not exist"):
        transcode(source, source.parent / "no" / "derived.dcm")
    with pytest.raises(DestinationError, match="is the source itself"):
        transcode(source, source, options=Options(force=True))
    assert source.read_bytes() == original


def test_what_is_not_dicom_is_said_so(tmp_path: Path) -> None:
    path = tmp_path / "a.dcm"
    path.write_bytes(b"nothing of the kind" * 20)
    refused(path, UnreadableSource, "not a DICOM file")
    path.write_bytes(b"")
    refused(path, UnreadableSource, "not a DICOM file")


@pytest.mark.parametrize("part", [0.2, 0.5, 0.9, 0.999])
@pytest.mark.parametrize("name", ["CT_small.dcm", "JPEG-LL.dcm", "examples_ybr_color.dcm", "RG3_UNCR.dcm"])
def test_truncated_files_are_unreadable(tmp_path: Path, name: str, part: float) -> None:
    found = get_testdata_file(name, download=False)
    assert found is not None, "the test extra brings pydicom-data"
    whole = Path(found).read_bytes()
    path = tmp_path / "cut.dcm"
    path.write_bytes(whole[: int(len(whole) * part)])
    allowed = {"allow_quantitative": True, "allow_recompress": True, "allow_larger": True}
    before = sorted(tmp_path.iterdir())
    with pytest.raises((UnreadableSource, UnsupportedPixels)):
        transcode(path, tmp_path / "derived.dcm", "jpegls", Options(**allowed))
    assert sorted(tmp_path.iterdir()) == before


def test_a_truncated_jpeg_that_its_library_would_swallow_is_unreadable(write: Any) -> None:
    cine = dcmread(get_testdata_file("examples_ybr_color.dcm", download=False))
    from pydicom.encaps import generate_frames  # noqa: PLC0415

    streams = list(generate_frames(cine.PixelData, number_of_frames=30))[:2]
    streams[1] = streams[1][: len(streams[1]) // 2 & ~1]
    blank = np.zeros((2, 240, 320, 3), np.uint8)
    source = write(blank, JPEG, pixel_bytes=encapsulate(streams), PhotometricInterpretation="YBR_FULL_422")
    refused(source, UnreadableSource, "frame 2 is truncated", allow_recompress=True)


@pytest.mark.parametrize("syntax", ["1.2.840.10008.1.2.1", JPEG])
def test_a_lie_of_65535_squared_costs_neither_time_nor_memory(write: Any, syntax: str) -> None:
    small = encapsulate([b"\xff\xd8\xff\xd9"]) if syntax == JPEG else b"\0" * 256
    source = write(np.zeros((1, 2, 2), np.uint8), syntax, pixel_bytes=small, Rows=65535, Columns=65535)
    code = (
        "import sys, lossytools\n"
        "from pathlib import Path\n"
        "from lossytools.errors import UnreadableSource\n"
        "options = lossytools.Options(allow_recompress=True)\n"
        "try: lossytools.transcode(sys.argv[1], sys.argv[1] + '.out', 'jpegls', options)\n"
        "except UnreadableSource as error: print(error)\n"
        "status = Path('/proc/self/status').read_text()\n"
        "print(status.partition('VmHWM:')[2].split()[0])\n"  # ru_maxrss is inherited from a large parent
    )
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", code, str(source)], capture_output=True, text=True, check=True
    )
    words, kilobytes = done.stdout.splitlines()
    assert str(source) in words
    assert int(kilobytes) < 256 * 1024
    assert time.perf_counter() - started < 5  # a second of work, and the start of Python on a busy machine


def test_a_full_disk_leaves_nothing(write: Any) -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (4, 256, 256), np.uint8)
    source = write(pixels)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    code = (
        "import sys, resource, signal, lossytools\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))\n"
        "try: lossytools.transcode(sys.argv[1], sys.argv[1] + '.out', 'jpegls:near=9')\n"
        "except lossytools.DestinationError as error: print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(source)], capture_output=True, text=True, check=True
    )
    assert "cannot be written: File too large" in done.stdout
    assert [p.name for p in source.parent.iterdir()] == ["source.dcm"]
    assert resource.getrlimit(resource.RLIMIT_FSIZE) == before
