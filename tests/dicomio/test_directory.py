"""A DICOMDIR names files below its own folder, whatever its bytes say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence

from lossytools.dicomio.directory import files_named, is_directory, place_below, records_of

JPEG = "1.2.840.10008.1.2.4.50"


def directory_at(path: Path, *file_ids: Any) -> Path:
    """Write a DICOMDIR with an IMAGE record for each File ID."""
    image = Dataset()
    image.FileSetID = "TEST"
    records = []
    for file_id in file_ids:
        record = Dataset()
        record.DirectoryRecordType = "IMAGE"
        record.ReferencedFileID = file_id
        record.ReferencedSOPInstanceUIDInFile = "1.2.3.4"
        record.ReferencedTransferSyntaxUIDInFile = JPEG
        record.LossyImageCompression = "01"
        records.append(record)
    image.DirectoryRecordSequence = Sequence([Dataset(), *records])
    image.file_meta = FileMetaDataset()
    image.file_meta.MediaStorageSOPClassUID = "1.2.840.10008.1.3.10"
    image.file_meta.MediaStorageSOPInstanceUID = "1.2.3.99"
    image.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.1"
    image.save_as(path, enforce_file_format=True)
    return path


def test_records_hold_what_the_directory_says(tmp_path: Path) -> None:
    (tmp_path / "A").mkdir()
    (tmp_path / "A" / "ONE").write_bytes(b"")
    path = directory_at(tmp_path / "DICOMDIR", ["A", "ONE"], ["A", "TWO"])
    assert is_directory(path)
    one, two = files_named(path)
    assert (one.number, one.kind, one.file, one.there) == (2, "IMAGE", str(tmp_path / "A" / "ONE"), True)
    assert (one.uid, one.transfer_syntax, one.lossy) == ("1.2.3.4", JPEG, (("01",), (), ()))
    assert (two.number, two.file, two.there) == (3, str(tmp_path / "A" / "TWO"), False)


def test_a_file_with_several_records_is_named_once(tmp_path: Path) -> None:
    path = directory_at(tmp_path / "DICOMDIR", "A", "B", "A")
    assert [Path(record.file).name for record in files_named(path)] == ["A", "B"]


@pytest.mark.parametrize(
    "components",
    [
        ("..", "secret"),
        ("A", "..", "..", "secret"),
        ("../secret",),
        ("/etc/passwd",),
        ("/", "etc", "passwd"),
        ("A/../../secret",),
        ("C:", "secret"),
        ("A\\..\\secret",),
        (".",),
        ("A", ""),
        ("A\0B",),
        ("A\n",),
        (),
    ],
)
def test_names_that_lead_elsewhere_are_no_paths(tmp_path: Path, components: tuple[str, ...]) -> None:
    assert place_below(tmp_path, components) is None


def test_a_link_that_ends_elsewhere_is_no_path(tmp_path: Path) -> None:
    (tmp_path / "media").mkdir()
    (tmp_path / "secret").write_bytes(b"")
    (tmp_path / "media" / "LINK").symlink_to(tmp_path / "secret")
    (tmp_path / "media" / "UP").symlink_to(tmp_path, target_is_directory=True)
    assert place_below(tmp_path / "media", ("LINK",)) is None
    assert place_below(tmp_path / "media", ("UP", "secret")) is None


def test_names_with_dots_inside_are_names(tmp_path: Path) -> None:
    assert place_below(tmp_path, ("A", "B.dcm")) == tmp_path / "A" / "B.dcm"
    assert place_below(tmp_path, ("..A", "B..")) == tmp_path / "..A" / "B.."


def test_another_object_is_no_directory_and_has_no_records(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_bytes(bytes(128) + b"DICM")
    assert not is_directory(other)
    assert not is_directory(tmp_path)
    assert not is_directory(tmp_path / "absent")
    assert records_of(Dataset(), other) == ()
