"""DICOMDIRs are written anew for the files at the destination."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pydicom
from pydicom.fileset import FileSet

import lossytools
from lossytools import migrate
from lossytools.pipeline.surveying import survey
from small_archive import RECIPE, key_object, still, uid

if TYPE_CHECKING:
    from small_archive import Archive

JPEG_LS_NEAR = "1.2.840.10008.1.2.4.81"


def file_set(archive: Archive) -> None:
    """Make the archive a file-set of two studies, with a DICOMDIR."""
    made = FileSet()
    for number in range(3):
        image = still(f"still{number}", "one" if number < 2 else "two", number)
        image.StudyID, image.SeriesNumber, image.InstanceNumber = "1", 1, number
        image.StudyTime = "010203"
        made.add(image)
    note = key_object("note", "one", "still0")
    note.StudyID, note.SeriesNumber, note.InstanceNumber, note.StudyTime = "1", 2, 1, "010203"
    note.ContentDate, note.ContentTime = "20200102", "010203"
    note.ConceptNameCodeSequence = [pydicom.Dataset()]
    note.ConceptNameCodeSequence[0].CodeValue = "113000"
    note.ConceptNameCodeSequence[0].CodingSchemeDesignator = "DCM"
    note.ConceptNameCodeSequence[0].CodeMeaning = "Of Interest"
    made.add(note)
    archive.source.rmdir()
    made.write(archive.source)
    forget(made)


def forget(files: FileSet) -> None:
    """Remove the staging folder of a file-set, which pydicom leaves to the garbage collector."""
    files._stage["t"].cleanup()  # noqa: SLF001


def test_the_records_are_those_of_the_new_files(empty: Archive) -> None:
    file_set(empty)
    empty.plan()
    done = empty.run()
    assert (done.complete, done.totals.left, done.totals.trouble) == (True, 0, 0)
    written = FileSet(empty.out / "data/DICOMDIR")  # pydicom follows every offset
    loaded = {instance.load().SOPInstanceUID for instance in written}
    assert {instance.SOPInstanceUID for instance in written} == loaded
    assert len(loaded) == 4
    forget(written)
    syntaxes = {instance.ReferencedTransferSyntaxUIDInFile for instance in written}
    assert syntaxes == {JPEG_LS_NEAR, "1.2.840.10008.1.2.1"}
    assert uid("still0") not in loaded
    findings = [f for audited in survey([empty.out / "data/DICOMDIR"]) for f in audited.findings]
    assert [f.rule for f in findings if f.rule == "O05"] == []
    assert migrate.verify(empty.ledger, workers=1).holds
    assert "DICOMDIR" in (empty.out / "manifest-sha256.txt").read_text()


def test_a_record_whose_file_is_not_there_is_marked(empty: Archive) -> None:
    file_set(empty)
    broken = next(p for p in sorted(empty.source.rglob("*")) if p.is_file() and _is(p, "still2"))
    broken.write_bytes(broken.read_bytes()[:-100])
    empty.plan()
    empty.run()
    image = pydicom.dcmread(empty.out / "data/DICOMDIR")
    unused = [record for record in image.DirectoryRecordSequence if record.RecordInUseFlag == 0]
    assert [record.ReferencedSOPInstanceUIDInFile for record in unused] == [uid("still2")]


def _is(path: object, name: str) -> bool:
    try:
        return bool(pydicom.dcmread(path).get("SOPInstanceUID") == uid(name))  # type: ignore[arg-type]
    except pydicom.errors.InvalidDicomError:
        return False


def test_files_named_by_uids_have_no_directory(empty: Archive) -> None:
    file_set(empty)
    empty.plan(RECIPE.replace("version = 1", 'version = 1\nlayout = "study"'))
    done = empty.run()
    assert empty.states()["DICOMDIR"] == ("skipped", "directory", "file-ids")
    assert done.totals.trouble == 0


def test_a_directory_that_leads_out_of_its_folder_brings_nothing_in(empty: Archive) -> None:
    file_set(empty)
    path = empty.source / "DICOMDIR"
    raw = path.read_bytes()
    name = re.search(rb"\x04\x00\x00\x15CS..([A-Z0-9\\]+)", raw)
    assert name is not None
    escaping = b"..\\..\\X" + b" " * (len(name[1]) - 7)
    path.write_bytes(raw.replace(name[1], escaping))
    (empty.root / "X").write_bytes(lossytools.sample_cine().read_bytes())
    empty.plan()
    done = empty.run()
    assert done.totals.trouble == 0
    image = pydicom.dcmread(empty.out / "data/DICOMDIR")
    assert [r.RecordInUseFlag for r in image.DirectoryRecordSequence].count(0) == 1


def test_a_directory_never_replaces_another_file_nor_leads_outside(empty: Archive) -> None:
    file_set(empty)
    place = empty.out / "data/DICOMDIR"
    place.parent.mkdir(parents=True)
    place.write_text("mine")
    empty.plan()
    empty.run()
    assert place.read_text() == "mine"
    assert empty.states()["DICOMDIR"] == ("failed", "directory", "target-exists")
    place.unlink()
    done = migrate.run(empty.ledger, empty.out, migrate.RunOptions(), retry=True)
    assert (done.complete, done.totals.trouble) == (True, 0)
    assert migrate.verify(empty.ledger, workers=1).holds
    migrate.run(empty.ledger, empty.out, migrate.RunOptions(), retry=True)  # writes it once more
    assert migrate.verify(empty.ledger, workers=1).holds


def test_a_directory_stays_in_the_archive(empty: Archive) -> None:
    file_set(empty)
    empty.plan()
    empty.run()
    migrate.verify(empty.ledger, workers=1)
    assert migrate.retire(empty.ledger, empty.root / "q") == 4
    assert (empty.source / "DICOMDIR").exists()


def test_a_run_that_ended_before_the_ledger_knew_finds_its_own_directory_again(empty: Archive) -> None:
    file_set(empty)
    empty.plan()
    empty.run()
    written = (empty.out / "data/DICOMDIR").read_bytes()
    with closing(sqlite3.connect(empty.ledger)) as ledger, ledger:
        ledger.execute("UPDATE objects SET state = 'pending', target_sha256 = '' WHERE action = 'directory'")
    empty.run()
    assert empty.states()["DICOMDIR"] == ("switched", "directory", "")
    assert (empty.out / "data/DICOMDIR").read_bytes() == written


def test_a_discreet_ledger_says_nothing_of_where_a_directory_stands(empty: Archive) -> None:
    file_set(empty)
    empty.plan(log_paths="hash")
    path = empty.source / "DICOMDIR"
    path.write_bytes(path.read_bytes()[:400])
    empty.run()
    (failed,) = [entry for entry in migrate.entries(empty.ledger) if entry.action == "directory"]
    assert (failed.state, failed.reason, failed.says) == ("failed", "unreadable", "cannot be read")
