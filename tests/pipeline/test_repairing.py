"""A repair of files: same instance, same pixel data, a record of the correction; whole or nothing."""

from __future__ import annotations

import errno
import hashlib
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from pydicom import dcmread
from pydicom.data import get_testdata_file
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate, generate_fragments
from pydicom.filewriter import dcmwrite
from pydicom.sequence import Sequence
from pydicom.uid import UID

from lossytools import Options, audit, decompress, repair, transcode
from lossytools.errors import (
    DestinationError,
    InconsistentResult,
    TargetExists,
    UnreadableSource,
    UnsupportedPixels,
)
from lossytools.pipeline import checking, repairing

if TYPE_CHECKING:
    from lossytools.dicomio.rewriting import Copied

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
DEFLATED, IMPLICIT, EXPLICIT, BIG = (f"1.2.840.10008.1.2{end}" for end in (".1.99", "", ".1", ".2"))
FLAG, METHOD, RATIO = "LossyImageCompression", "LossyImageCompressionMethod", "LossyImageCompressionRatio"


def grey(frames: int = 3) -> np.ndarray:
    y, x = np.mgrid[0:24, 0:32]
    return np.array([(x * 5 + y * 3 + 9 * f) % 200 + 20 for f in range(frames)]).astype(np.uint8)


def colour(frames: int = 3) -> np.ndarray:
    return np.repeat(grey(frames)[..., None], 3, axis=3)


@pytest.fixture
def lossy(write: Any) -> Path:
    """Return an object in baseline JPEG that keeps flag and ratio and has lost its method."""
    source = write(colour())
    target = source.with_name("lossy.dcm")
    transcode(source, target, "jpeg", Options(now=NOW, allow_larger=True))
    image = dcmread(target)
    del image[METHOD]
    image.save_as(target)
    return Path(target)


def edited(path: Path, **values: Any) -> Path:
    image = dcmread(path)
    for keyword, value in values.items():
        if value is None:
            delattr(image, keyword)
        else:
            setattr(image, keyword, value)
    image.save_as(path)
    return path


def elements_of(path: Path) -> dict[int, bytes]:
    """Return each element of the data set with its bytes, as pydicom reads them without converting."""
    image = dcmread(path)
    found = {}
    for tag in image.keys():  # noqa: SIM118  iterating would decode
        value = image.get_item(tag).value
        found[int(tag)] = value if isinstance(value, bytes) else repr(value).encode()
    return found


def folder_of(path: Path) -> list[str]:
    return sorted(each.name for each in path.parent.iterdir())


def test_only_what_is_mended_changes(lossy: Path) -> None:
    target = lossy.with_name("repaired.dcm")
    done = repair(lossy, target, now=NOW)
    before, after = elements_of(lossy), elements_of(target)
    assert {tag for tag in after if after[tag] != before.get(tag)} == {0x00282114, 0x04000561}
    assert set(before) - set(after) == set()
    assert after[0x00282114] == b"ISO_10918_1 "
    assert (done.target, done.uid) == (target, dcmread(lossy).SOPInstanceUID)
    assert audit(target) == []


def test_the_record_holds_the_values_before(lossy: Path) -> None:
    edited(lossy, PlanarConfiguration=1)
    target = lossy.with_name("repaired.dcm")
    repair(lossy, target, now=NOW)
    (item,) = dcmread(target).OriginalAttributesSequence
    (before,) = item.ModifiedAttributesSequence
    assert [(element.keyword, element.value) for element in before] == [
        ("PlanarConfiguration", 1),
        (METHOD, ""),
    ]
    assert (item.ReasonForTheAttributeModification, item.SourceOfPreviousValues) == ("CORRECT", "")
    assert item.AttributeModificationDateTime == "20261123120000.000000+0000"
    assert item.ModifyingSystem.startswith("lossytools ")
    assert "NonconformingModifiedAttributesSequence" not in item


def test_older_items_of_the_record_stay_and_bad_values_are_kept_as_bytes(lossy: Path) -> None:
    old = Dataset()
    old.ReasonForTheAttributeModification, old.ModifyingSystem = "COERCE", "GATE"
    image = dcmread(lossy)
    image.OriginalAttributesSequence = Sequence([old])
    image.ImageType = ["DERIVED", "PRIMARY"]
    image.save_as(lossy)
    value = lossy.read_bytes()
    assert value.count(b"DERIVED\\PRIMARY ") == 1
    lossy.write_bytes(value.replace(b"DERIVED\\PRIMARY ", b"derived\\PRIMARY "))
    target = lossy.with_name("repaired.dcm")
    repair(lossy, target, now=NOW)
    first, second = dcmread(target).OriginalAttributesSequence
    assert (first.ReasonForTheAttributeModification, first.ModifyingSystem) == ("COERCE", "GATE")
    assert second.ModifiedAttributesSequence[0].ImageType in {None, ""}
    (bad,) = second.NonconformingModifiedAttributesSequence
    assert bad.SelectorAttribute == 0x00080008
    assert bad.NonconformingDataElementValue == b"derived\\PRIMARY "
    assert list(dcmread(target).ImageType) == ["DERIVED", "PRIMARY"]


@pytest.mark.parametrize("syntax", [EXPLICIT, IMPLICIT, DEFLATED])
def test_native_objects_keep_transfer_syntax_and_pixels(write: Any, syntax: str) -> None:
    source = write(colour(), IMPLICIT if syntax == IMPLICIT else EXPLICIT)
    image = dcmread(source)
    image.LossyImageCompressionMethod = "iso_10918_1"
    image.LossyImageCompressionRatio = "10"
    image.LossyImageCompression = "00"
    image.private_block(0x0029, "TEST", create=True).add_new(1, "LO", "theirs  ")
    item = Dataset()
    item.ReferencedSOPInstanceUID = "1.2.3"
    image.ReferencedImageSequence = Sequence([item])
    image.DataSetTrailingPadding = b"\0\0"
    image.file_meta.TransferSyntaxUID = UID(syntax)
    with source.open("wb") as out:
        dcmwrite(out, image, enforce_file_format=True)
    target = source.with_name("repaired.dcm")
    done = repair(source, target, now=NOW)
    before, after = elements_of(source), elements_of(target)
    assert dcmread(target).file_meta.TransferSyntaxUID == syntax
    assert after[0x7FE00010] == before[0x7FE00010] == colour().tobytes()
    assert done.digest == hashlib.sha256(colour().tobytes()).hexdigest()
    changed = {tag for tag in after if after[tag] != before.get(tag)}
    assert changed == {0x00282110, 0x00282114, 0x04000561}
    assert dcmread(target).LossyImageCompression == "01"
    assert audit(target) == []


def test_fragments_and_an_empty_table_stay_as_they_are(lossy: Path) -> None:
    image = dcmread(lossy)
    streams = list(generate_fragments(image.PixelData))
    image.PixelData = encapsulate(streams[1:] if len(streams) > 3 else streams, 2, has_bot=False)
    image.save_as(lossy)
    target = lossy.with_name("repaired.dcm")
    repair(lossy, target, now=NOW)
    assert elements_of(target)[0x7FE00010] == elements_of(lossy)[0x7FE00010]


def test_a_wrong_offset_table_is_written_anew_and_streams_stay(lossy: Path) -> None:
    image = dcmread(lossy)
    table = int.from_bytes(image.PixelData[12:16], "little")
    assert image.PixelData[4:8] == (12).to_bytes(4, "little")  # three frames
    image.PixelData = image.PixelData[:12] + (table + 2).to_bytes(4, "little") + image.PixelData[16:]
    image.save_as(lossy)
    assert "F05" in {finding.rule for finding in audit(lossy)}
    target = lossy.with_name("repaired.dcm")
    done = repair(lossy, target, now=NOW)
    assert ("F05",) in [each.rules for each in done.plan.repairs]
    after = dcmread(target).PixelData
    assert int.from_bytes(after[12:16], "little") == table
    assert after[20:] == image.PixelData[20:]


def test_odd_fragments_are_padded_behind_their_stream(lossy: Path) -> None:
    image = dcmread(lossy)
    streams = [s if len(s) % 2 == 0 else s[:-1] for s in generate_fragments(image.PixelData)]
    bare = [s.rstrip(b"\0") for s in streams][-3:]
    odd = [s if len(s) % 2 else s + b"\0" for s in bare]
    items = b"".join(b"\xfe\xff\x00\xe0" + len(s).to_bytes(4, "little") + s for s in odd)
    image.PixelData = b"\xfe\xff\x00\xe0\0\0\0\0" + items
    raw = lossy.read_bytes()
    at = raw.index(b"\xe0\x7f\x10\x00OB")
    delimiter = b"\xfe\xff\xdd\xe0\0\0\0\0"
    lossy.write_bytes(raw[: at + 12] + image.PixelData + delimiter)
    assert "F03" in {finding.rule for finding in audit(lossy)}
    target = lossy.with_name("repaired.dcm")
    repair(lossy, target, now=NOW)
    after = list(generate_fragments(dcmread(target).PixelData))[-3:]
    assert after == [s + b"\0" * (len(s) % 2) for s in odd]
    assert "F03" not in {finding.rule for finding in audit(target)}


def test_the_file_header_is_ours_and_names_the_instance(write: Any) -> None:
    source = write(grey(1))
    raw = source.read_bytes()
    assert raw.count(b"1.2.3.4\0") == 2
    source.write_bytes(b"II*\0" + raw[4:].replace(b"1.2.3.4\0", b"1.2.3.9\0", 1))
    target = source.with_name("repaired.dcm")
    done = repair(source, target, now=NOW)
    image = dcmread(target)
    assert image.file_meta.MediaStorageSOPInstanceUID == image.SOPInstanceUID == "1.2.3.4"
    assert image.preamble == b"\0" * 128
    assert "OriginalAttributesSequence" not in image
    assert done.changes == ()
    assert elements_of(target) == elements_of(source)


def test_objects_without_pixel_data_are_repaired_too(write: Any) -> None:
    source = write(grey(1))
    edited(source, PixelData=None)
    raw = source.read_bytes()
    source.write_bytes(raw.replace(b"1.2.3.4\0", b"1.2.3.9\0", 1))
    target = source.with_name("repaired.dcm")
    repair(source, target, now=NOW)
    assert elements_of(target) == elements_of(source)


def test_a_dry_run_plans_the_same_and_writes_nothing(lossy: Path) -> None:
    names = folder_of(lossy)
    dry = repair(lossy, dry_run=True, now=NOW)
    assert (dry.target, dry.digest, folder_of(lossy)) == (None, "", names)
    named = repair(lossy, lossy.with_name("repaired.dcm"), dry_run=True, now=NOW)
    assert folder_of(lossy) == names
    done = repair(lossy, lossy.with_name("repaired.dcm"), now=NOW)
    assert dry.changes == named.changes == done.changes
    assert [each.says for each in dry.plan.repairs] == [each.says for each in done.plan.repairs]


def test_a_repaired_object_has_nothing_to_repair_and_is_not_written_again(lossy: Path) -> None:
    target = lossy.with_name("repaired.dcm")
    repair(lossy, target, now=NOW)
    again = repair(target, lossy.with_name("again.dcm"), now=NOW)
    assert (again.plan.repairs, again.plan.left, again.target) == ((), (), None)
    assert not lossy.with_name("again.dcm").exists()


def test_the_same_time_gives_the_same_bytes(lossy: Path) -> None:
    first, second = lossy.with_name("1.dcm"), lossy.with_name("2.dcm")
    repair(lossy, first, now=NOW)
    repair(lossy, second, now=NOW)
    assert first.read_bytes() == second.read_bytes()


def test_a_target_is_not_replaced_without_force_and_never_is_the_source(lossy: Path) -> None:
    target = lossy.with_name("repaired.dcm")
    target.write_bytes(b"mine")
    with pytest.raises(TargetExists):
        repair(lossy, target)
    assert target.read_bytes() == b"mine"
    with pytest.raises(DestinationError, match="source itself"):
        repair(lossy, lossy, force=True)
    repair(lossy, target, force=True, now=NOW)
    assert audit(target) == []


def test_bytes_that_changed_on_the_way_are_not_published(
    lossy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names, honest = folder_of(lossy), repairing.rewrite

    def one_byte_off(out: Any, *rest: Any) -> Copied:
        copied = honest(out, *rest)
        out.seek(-40, 2)
        out.write(b"\x55\xaa")
        out.seek(0, 2)
        return copied

    monkeypatch.setattr(repairing, "rewrite", one_byte_off)
    with pytest.raises(InconsistentResult, match="other bytes than it was given"):
        repair(lossy, lossy.with_name("repaired.dcm"))
    assert folder_of(lossy) == names


def test_a_full_disk_leaves_nothing(lossy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = folder_of(lossy)

    def full(out: Any, *_: Any) -> Copied:
        out.write(b"\0" * 4096)
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(repairing, "rewrite", full)
    with pytest.raises(DestinationError, match="No space left on device; nothing is left there"):
        repair(lossy, lossy.with_name("repaired.dcm"))
    assert folder_of(lossy) == names


def test_a_repair_that_does_not_mend_is_not_published(lossy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = folder_of(lossy)
    monkeypatch.setattr(repairing, "apply", lambda elements, _changes: elements)
    with pytest.raises(InconsistentResult, match="our own audit refuses it: M02"):
        repair(lossy, lossy.with_name("repaired.dcm"))
    assert folder_of(lossy) == names


def test_what_breaks_between_source_and_result_is_not_published(
    lossy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    finding = audit(lossy)[0]
    monkeypatch.setattr(checking, "audit_pair", lambda *_: iter([finding]))
    with pytest.raises(InconsistentResult, match="M02"):
        repair(lossy, lossy.with_name("repaired.dcm"))


def test_big_endian_is_refused(write: Any) -> None:
    source = write(grey(1).astype(np.uint16), BIG)
    edited_meta = dcmread(source)
    edited_meta.LossyImageCompressionMethod = "iso_10918_1"
    with source.open("wb") as out:
        dcmwrite(out, edited_meta, enforce_file_format=True)
    with pytest.raises(UnsupportedPixels, match="Big Endian is retired"):
        repair(source, dry_run=True)


def test_an_object_without_uid_is_refused(write: Any) -> None:
    source = write(grey(1))
    raw = source.read_bytes()
    at = raw.rindex(b"\x08\x00\x18\x00UI")
    source.write_bytes(raw[: at + 8] + b"\0" * 8 + raw[at + 16 :])
    with pytest.raises(UnreadableSource, match="SOP Instance UID"):
        repair(source, dry_run=True)


def test_neither_target_nor_dry_run_is_a_mistake(lossy: Path) -> None:
    with pytest.raises(ValueError, match="needs a target"):
        repair(lossy)


def test_deep_mends_stale_statistics_of_grey_images_only(write: Any) -> None:
    source = write(grey())
    target = source.with_name("lossy.dcm")
    transcode(source, target, "jpegls:near=3", Options(now=NOW, allow_larger=True))
    image = dcmread(target)
    for tag, value in ((0x00280106, 7), (0x00280107, 255)):
        image.add_new(tag, "US", value)
    image.save_as(target)
    native = source.with_name("native.dcm")
    decompress(target, native)
    ends = dcmread(native).pixel_array
    assert repair(target, dry_run=True).plan.repairs == ()
    repaired = source.with_name("repaired.dcm")
    done = repair(target, repaired, deep=True, now=NOW)
    assert [each.rules for each in done.plan.repairs] == [("P22",)]
    image = dcmread(repaired)
    assert (image.SmallestImagePixelValue, image.LargestImagePixelValue) == (ends.min(), ends.max())
    (item,) = image.OriginalAttributesSequence
    assert item.ModifiedAttributesSequence[0].SmallestImagePixelValue == 7


def complaints(path: Path) -> Counter[str]:
    oracle = Path(sys.executable).with_name("dciodvfy")
    done = subprocess.run([oracle, "-new", path], capture_output=True, check=False)
    lines = (done.stdout + done.stderr).decode("latin-1").splitlines()
    return Counter(line for line in lines if line.startswith("Error"))


REAL = {
    # name: flag, methods, ratios after; rules mended; rules left. Ratio without method:
    "examples_ybr_color.dcm": ("01", "ISO_10918_1", "19", {"M02"}, {"M10", "P28"}),
    "JPGExtended.dcm": ("01", "ISO_10918_1", "76", {"M02"}, set()),
    # neither flag nor lists
    "JPEGLSNearLossless_08.dcm": ("01", "ISO_14495_1", "8.03571", {"L02", "M01", "M02"}, set()),
    # Image Type value 1 with a blank behind it, and the name that JPEG has for its colour
    "SC_rgb_jpeg_lossy_gdcm.dcm": ("01", "ISO_10918_1", "9.05250452625226", {"P01", "M02", "D02"}, {"D07"}),
    # a method without ratio
    "SC_jpeg_no_color_transform.dcm": ("01", "ISO_10918_1", "56.4479", {"M01"}, set()),
}


@pytest.mark.parametrize("name", REAL)
def test_real_incomplete_objects_before_and_after(name: str, tmp_path: Path) -> None:
    flag, method, ratio, mended, left = REAL[name]
    source = Path(str(get_testdata_file(name, download=False)))
    target = tmp_path / "repaired.dcm"
    done = repair(source, target, now=NOW)
    raw = elements_of(target)
    found = [raw[tag].decode().strip() for tag in (0x00282110, 0x00282114, 0x00282112)]
    assert found == [flag, method, ratio]
    assert {rule for each in done.plan.repairs for rule in each.rules} == mended
    assert {each.finding.rule for each in done.plan.left} == left
    assert raw[0x7FE00010] == elements_of(source)[0x7FE00010]
    assert not complaints(target) - complaints(source)
