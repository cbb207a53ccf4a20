"""Rules of whole sets find a small fault in a good set of files, and no other rule does."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from mutations import made
from mutations.corrupting import Corruption, both, sets
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from lossytools import audit_many
from oracle.parts import read_parts, write_parts

DERIVED, KEYS = "DERIVED", "KEYS"
UIDS = ("SOPInstanceUID", "meta__MediaStorageSOPInstanceUID")
KEY_OBJECT = "1.2.840.10008.5.1.4.1.1.88.59"


def found(folder: Path) -> set[tuple[str, str]]:
    """Return name and rule of every finding, alone, as a set and by steps."""
    results = list(audit_many([folder], pairs=True))
    assert [each.error for each in results if each.error] == []
    return {(each.path.name, finding.rule) for each in results for finding in each.findings}


def edited(path: Path, change: Corruption, target: Path | None = None) -> None:
    parts = read_parts(path)
    change(parts, parts)
    write_parts(target or path, parts)


def write_directory(folder: Path, name: str) -> None:
    """Write a DICOMDIR with one record that is true of a file."""
    parts = read_parts(folder / name)
    record = Dataset()
    record.DirectoryRecordType, record.ReferencedFileID = "IMAGE", name
    record.ReferencedSOPClassUIDInFile = parts.image.SOPClassUID
    record.ReferencedSOPInstanceUIDInFile = parts.image.SOPInstanceUID
    record.ReferencedTransferSyntaxUIDInFile = parts.meta.TransferSyntaxUID
    parts.image, parts.pixel_keyword = Dataset(), ""
    parts.image.DirectoryRecordSequence = Sequence([record])
    directory = "1.2.840.10008.1.3.10"
    sets(meta__MediaStorageSOPClassUID=directory, meta__MediaStorageSOPInstanceUID="1.2.3.68")(parts, parts)
    write_parts(folder / "DICOMDIR", parts)


def uid(value: str) -> Corruption:
    return sets(**dict.fromkeys(UIDS, value))


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Return a folder with a source, what was made of it, and a key object that names the source."""
    pair = made.make("jpeg")
    shutil.copy(pair.source, tmp_path / "SOURCE")
    shutil.copy(pair.derived, tmp_path / DERIVED)
    parts = read_parts(pair.derived)
    keys = Dataset()
    for keyword in ("PatientID", "PatientName", "StudyInstanceUID", "StudyDate", "StudyTime", "StudyID"):
        keys[keyword] = parts.image[keyword]
    parts.image, parts.pixel_keyword = keys, ""
    source = str(read_parts(pair.source).image.SOPInstanceUID)
    named = sets(
        SOPClassUID=KEY_OBJECT,
        meta__MediaStorageSOPClassUID=KEY_OBJECT,
        meta__TransferSyntaxUID="1.2.840.10008.1.2.1",
        Modality="KO",
        SeriesInstanceUID="1.2.3.66",
        CurrentRequestedProcedureEvidenceSequence=[{"ReferencedSOPInstanceUID": source}],
    )
    both(named, uid("1.2.3.67"))(parts, parts)
    write_parts(tmp_path / KEYS, parts)
    return tmp_path


def test_a_good_set_breaks_no_rule(archive: Path) -> None:
    shutil.copy(archive / DERIVED, archive / "COPY")
    assert found(archive) == set()


def test_two_objects_of_one_uid(archive: Path) -> None:
    edited(archive / DERIVED, sets(ImageComments="another"), archive / "OTHER")
    assert found(archive) == {(DERIVED, "U15"), ("OTHER", "U15")}


def test_a_reference_to_what_was_replaced(archive: Path) -> None:
    (archive / "SOURCE").unlink()
    assert found(archive) == {(KEYS, "U21")}


def test_a_directory_that_was_not_written_again(archive: Path) -> None:
    write_directory(archive, "SOURCE")
    assert found(archive) == set()
    (archive / DERIVED).replace(archive / "SOURCE")
    assert found(archive) == {("DICOMDIR", "O05"), (KEYS, "U21")}
