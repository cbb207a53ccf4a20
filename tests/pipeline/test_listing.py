"""What the paths of a caller stand for."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence

from lossytools.pipeline.listing import list_files
from lossytools.pipeline.surveying import survey

EXPLICIT = "1.2.840.10008.1.2.1"


@pytest.fixture
def media(write: Callable[..., Path], tmp_path: Path) -> Path:
    """Return a folder with IMAGES/ONE and IMAGES/TWO, and a text that no directory names."""
    (tmp_path / "media" / "IMAGES").mkdir(parents=True)
    for number, name in enumerate(("ONE", "TWO"), start=1):
        write(np.zeros((1, 8, 8), np.uint8), SOPInstanceUID=f"1.2.3.{number}", name=f"media/IMAGES/{name}")
    (tmp_path / "media" / "README").write_text("not DICOM")
    (tmp_path / "secret").write_bytes(b"SECRET")
    return tmp_path / "media"


def write_directory(media: Path, *records: tuple[list[str], str, str]) -> Path:
    """Write a DICOMDIR with records of a File ID, SOP Instance UID and transfer syntax."""
    image = Dataset()
    found = []
    for file_id, uid, syntax in records:
        record = Dataset()
        record.DirectoryRecordType = "IMAGE"
        record.ReferencedFileID = file_id
        record.ReferencedSOPInstanceUIDInFile = uid
        record.ReferencedTransferSyntaxUIDInFile = syntax
        found.append(record)
    image.DirectoryRecordSequence = Sequence(found)
    image.file_meta = FileMetaDataset()
    image.file_meta.MediaStorageSOPClassUID = pydicom.uid.MediaStorageDirectoryStorage
    image.file_meta.MediaStorageSOPInstanceUID = "1.2.3.99"
    image.file_meta.TransferSyntaxUID = EXPLICIT
    image.save_as(media / "DICOMDIR", enforce_file_format=True)
    return media / "DICOMDIR"


ONE, TWO = (["IMAGES", "ONE"], "1.2.3.1", EXPLICIT), (["IMAGES", "TWO"], "1.2.3.2", EXPLICIT)


def test_a_dicomdir_stands_for_itself_and_the_files_it_names(media: Path) -> None:
    path = write_directory(media, TWO, ONE)
    (listing,) = list_files([path])
    assert listing.files == (str(path), str(media / "IMAGES" / "TWO"), str(media / "IMAGES" / "ONE"))
    assert (listing.is_folder, listing.fault) == (False, "")
    assert [(each.path.name, each.error, each.findings) for each in survey([path])] == [
        ("DICOMDIR", None, ()),
        ("TWO", None, ()),
        ("ONE", None, ()),
    ]


@pytest.mark.parametrize("file_id", [["..", "secret"], ["IMAGES", "..", "..", "secret"], ["/etc/passwd"]])
def test_a_dicomdir_leads_nobody_out_of_its_folder(media: Path, file_id: list[str]) -> None:
    path = write_directory(media, ONE, (file_id, "1.2.3.2", EXPLICIT))
    results = list(survey([path]))
    assert [each.path.name for each in results] == ["DICOMDIR", "ONE", "DICOMDIR", "DICOMDIR"]
    assert (
        str(results[2].error)
        == f"{path}: 1 of its files are not there or not below its folder, as of record 2"
    )
    assert [finding.says for finding in results[3].findings] == [
        "record 2: Referenced File ID names nothing below the folder of the DICOMDIR"
    ]
    assert not any("secret" in str(each) or "passwd" in str(each) for each in results)


def test_a_dicomdir_that_names_an_absent_file_is_an_error_and_a_finding(media: Path) -> None:
    path = write_directory(media, ONE, TWO)
    (media / "IMAGES" / "TWO").unlink()
    results = list(survey([path]))
    assert "as of record 2" in str(results[2].error)
    assert results[3].findings[0].says == "record 2: the file it names is not there"


def test_a_folder_with_a_dicomdir_is_walked_once_and_its_records_are_compared(media: Path) -> None:
    write_directory(media, (ONE[0], "1.2.3.77", EXPLICIT), (TWO[0], "1.2.3.2", "1.2.840.10008.1.2.4.50"))
    results = list(survey([media]))
    assert [(each.path.name, each.kind) for each in results] == [
        ("DICOMDIR", "object"),
        ("README", "skipped"),
        ("ONE", "object"),
        ("TWO", "object"),
        ("DICOMDIR", "set"),
    ]
    assert [(finding.rule, finding.says) for finding in results[-1].findings] == [
        ("O05", "record 1: ReferencedSOPInstanceUIDInFile is not that of the file"),
        ("O05", "record 2: ReferencedTransferSyntaxUIDInFile is not that of the file"),
    ]


def test_a_damaged_dicomdir_is_one_unreadable_file(media: Path) -> None:
    path = write_directory(media, ONE)
    path.write_bytes(path.read_bytes()[:-10])
    (only,) = survey([path])
    assert "truncated" in str(only.error)


def test_what_an_earlier_path_stands_for_is_counted_and_not_listed(media: Path) -> None:
    first, second = list_files([media / "IMAGES", media])
    assert [Path(file).name for file in first.files] == ["ONE", "TWO"]
    assert ([Path(file).name for file in second.files], second.repeated) == (["README"], 2)
    shutil.rmtree(media / "IMAGES")
