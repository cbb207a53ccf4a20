"""Many files as one set: in a stable order, each once, with nothing lost beside what cannot be read."""

from __future__ import annotations

import io
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

import lossytools
from lossytools.pipeline.audited import Audited, AuditOptions, Ignored, Task
from lossytools.pipeline.auditing import audit_task, lose_task
from lossytools.pipeline.surveying import predecessors_in, survey
from lossytools.rules.members import Member

JPEG = "1.2.840.10008.1.2.4.50"
PRESENTATION = "1.2.840.10008.5.1.4.1.1.11.1"
Write = Callable[..., Path]


@pytest.fixture
def study(write: Write, tmp_path: Path) -> Path:
    """Return a folder with an image, its derived object, one of that, and a text."""
    folder = tmp_path / "study"
    (folder / "derived").mkdir(parents=True)
    write(np.arange(64 * 64, dtype=np.uint8).reshape(1, 64, 64) // 2, name="study/a.dcm")
    first, second = folder / "derived" / "b.dcm", folder / "derived" / "c.dcm"
    options = lossytools.Options(allow_larger=True, allow_recompress=True)
    lossytools.transcode(folder / "a.dcm", first, "jpegls", options)
    lossytools.transcode(first, second, "jpeg", options)
    (folder / "notes.txt").write_text("not DICOM")
    return folder


def looks(results: Any) -> list[tuple[str, str, list[str]]]:
    return [(each.path.name, each.kind, [finding.rule for finding in each.findings]) for each in results]


def broken(path: Path, target: Path, **values: Any) -> Path:
    """Write a changed copy of an object."""
    image = pydicom.dcmread(path)
    for keyword, value in values.items():
        setattr(image, keyword, value)
    if "SOPInstanceUID" in values:
        image.file_meta.MediaStorageSOPInstanceUID = values["SOPInstanceUID"]
    image.save_as(target)
    return target


def presentation(folder: Path, uid: str, referenced: str) -> Path:
    """Write a presentation state that names one image."""
    state = Dataset()
    state.SOPClassUID, state.SOPInstanceUID = PRESENTATION, uid
    image = Dataset()
    image.ReferencedSOPInstanceUID = referenced
    series = Dataset()
    series.ReferencedImageSequence = Sequence([image])
    state.ReferencedSeriesSequence = Sequence([series])
    state.file_meta = pydicom.dataset.FileMetaDataset()
    state.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.1"
    state.file_meta.MediaStorageSOPClassUID, state.file_meta.MediaStorageSOPInstanceUID = PRESENTATION, uid
    state.save_as(folder / f"{uid}.dcm", enforce_file_format=True)
    return folder / f"{uid}.dcm"


def test_files_come_in_the_order_of_their_names_and_what_is_no_dicom_is_skipped(study: Path) -> None:
    assert looks(survey([study])) == [
        ("a.dcm", "object", []),
        ("notes.txt", "skipped", []),
        ("b.dcm", "object", []),
        ("c.dcm", "object", []),
    ]


def test_processes_find_the_same_in_the_same_order(study: Path) -> None:
    for number in range(40):
        broken(study / "derived" / "b.dcm", study / f"{number:02}.dcm", LossyImageCompression="00")
    shutil.copy(study / "notes.txt", study / "20.txt")
    (study / "30.dcm").write_bytes((study / "30.dcm").read_bytes()[:600])
    alone = list(survey([study], AuditOptions(workers=1, pairs=True)))
    spread = list(survey([study], AuditOptions(workers=2, pairs=True)))
    assert looks(alone) == looks(spread)
    assert [str(each.error) for each in alone if each.error] == [str(e.error) for e in spread if e.error]
    assert [each.path for each in alone if each.error] == [study / "30.dcm"]
    assert sum(each.kind == "object" for each in alone) == 43


def test_few_files_start_no_process(study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lossytools.pipeline.surveying.spread", None)
    assert len(list(survey([study]))) == 4


def test_a_file_named_twice_is_looked_at_once(study: Path) -> None:
    again = [study / "a.dcm", study, study / "derived" / ".." / "a.dcm", study / "derived"]
    assert [name for name, *_ in looks(survey(again))] == ["a.dcm", "notes.txt", "b.dcm", "c.dcm"]


def test_progress_counts_files(study: Path) -> None:
    seen: list[tuple[int, int]] = []
    list(survey([study], None, lambda done, total: seen.append((done, total))))
    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_a_folder_without_dicom_is_an_error_and_the_others_go_on(study: Path) -> None:
    empty = study / "empty"
    empty.mkdir()
    first, second = survey([empty, study / "a.dcm"])
    assert str(first.error) == f"{empty}: the folder holds no DICOM file"
    assert (second.path.name, second.error) == ("a.dcm", None)


def test_pairs_are_single_steps(study: Path) -> None:
    pairs = [each for each in survey([study], AuditOptions(pairs=True)) if each.kind == "pair"]
    assert [(each.against and each.against.name, each.path.name) for each in pairs] == [
        ("a.dcm", "b.dcm"),
        ("b.dcm", "c.dcm"),
    ]
    assert [each.findings for each in pairs] == [(), ()]


def test_where_the_nearest_predecessor_is_absent_there_is_no_pair(study: Path) -> None:
    (study / "derived" / "b.dcm").unlink()
    assert [each for each in survey([study], AuditOptions(pairs=True)) if each.kind == "pair"] == []


def test_a_pair_shows_what_each_alone_does_not(study: Path) -> None:
    derived = study / "derived" / "b.dcm"
    broken(derived, derived, PatientID="SOMEBODY")
    pairs = [each for each in survey([study], AuditOptions(pairs=True)) if each.kind == "pair"]
    assert [[finding.rule for finding in each.findings] for each in pairs] == [["U07"], ["U07"]]


def test_members_older_than_the_nearest_are_no_partners() -> None:
    def member(name: str, *predecessors: str) -> Member:
        return Member(
            name, name, "", JPEG, coded_lossy=True, was_lossy=True, lossy=(), predecessors=predecessors
        )

    a, b, c = member("a"), member("b", "a"), member("c", "a", "b")
    assert list(predecessors_in([c, b, a])) == [(b, c), (a, b)]
    assert list(predecessors_in([a, member("c", "b", "a"), b])) == [(b, member("c", "b", "a")), (a, b)]
    assert list(predecessors_in([a, c])) == []
    assert list(predecessors_in([member("x", "x")])) == []


def test_copies_share_a_uid_and_changed_ones_do_not(study: Path) -> None:
    shutil.copy(study / "a.dcm", study / "copy.dcm")
    assert [kind for _, kind, _ in looks(survey([study]))].count("set") == 0
    broken(study / "a.dcm", study / "other.dcm", PatientID="SOMEBODY")
    found = [each for each in survey([study]) if each.kind == "set"]
    assert [(each.path.name, each.findings[0].rule, each.findings[0].says) for each in found] == [
        (name, "U15", "3 objects of the set are 1.2.3.4, and they differ")
        for name in ("a.dcm", "copy.dcm", "other.dcm")
    ]


def test_a_decompressed_object_shares_its_uid_by_right(study: Path) -> None:
    lossytools.decompress(study / "derived" / "b.dcm", study / "native.dcm")
    assert [kind for _, kind, _ in looks(survey([study]))].count("set") == 0


def test_a_reference_to_what_a_lossy_object_replaced_is_found(study: Path) -> None:
    presentation(study, "1.2.3.77", "1.2.3.4")
    assert [kind for _, kind, _ in looks(survey([study]))].count("set") == 0
    (study / "a.dcm").unlink()
    (found,) = [each for each in survey([study]) if each.kind == "set"]
    heir = pydicom.dcmread(study / "derived" / "b.dcm").SOPInstanceUID
    assert found.path.name == "1.2.3.77.dcm"
    assert [finding.says for finding in found.findings] == [
        f"names 1 absent object of which lossy ones were made, as 1.2.3.4, of which {heir} is here"
    ]


def test_ignored_findings_are_set_apart_by_the_longest_prefix(study: Path) -> None:
    broken(study / "derived" / "b.dcm", study / "b.dcm", LossyImageCompression="00", StudyInstanceUID="1.02")
    plain = next(each for each in survey([study]) if each.path.name == "b.dcm")
    ids = {finding.rule for finding in plain.findings}
    assert {"L02", "U06"} < ids
    options = AuditOptions(ignore=(Ignored("L", "old scanner"), Ignored("L02")))
    shown = next(each for each in survey([study], options) if each.path.name == "b.dcm")
    assert {finding.rule for finding in shown.findings} == {each for each in ids if each[0] != "L"}
    assert {finding.rule for finding in shown.ignored} == {each for each in ids if each[0] == "L"}


def test_options_name_rules_that_exist() -> None:
    with pytest.raises(ValueError, match="'Q'"):
        AuditOptions(select="Q")
    with pytest.raises(ValueError, match="'X1'"):
        AuditOptions(ignore=(Ignored("X1"),))


def test_the_public_door_audits_many(study: Path) -> None:
    found = list(lossytools.audit_many([study], "U", pairs=True))
    assert all(isinstance(each, Audited) for each in found)
    assert [each.kind for each in found] == ["object", "skipped", "object", "object", "pair", "pair"]


def test_a_reader_that_dies_leaves_an_error_that_names_its_file() -> None:
    lost = lose_task(Task(Path("a.dcm"), against=Path("b.dcm"), pair=True), "it took longer than 300 s")
    assert (lost.kind, str(lost.error)) == ("pair", "a.dcm: cannot be read: it took longer than 300 s")


def test_only_headers_are_read_however_large_the_file(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # 50 frames of noise, 256 x 256, are 3.2 MB native and not much less in JPEG-LS.
    noise = np.random.default_rng(1).integers(0, 255, (50, 256, 256), np.uint8)
    native, small = write(noise), tmp_path / "small.dcm"
    lossytools.transcode(native, small, "jpegls", lossytools.Options(allow_larger=True))
    counted: list[int] = []

    class Counted(io.FileIO):
        def readinto(self, buffer: Any) -> int | None:
            counted.append(super().readinto(buffer) or 0)
            return counted[-1]

    def pread(file: int, length: int, offset: int, read: Any = os.pread) -> bytes:
        counted.append(length)
        return bytes(read(file, length, offset))

    monkeypatch.setattr(Path, "open", lambda path, mode: io.BufferedReader(Counted(str(path), mode)))
    monkeypatch.setattr(os, "pread", pread)
    # The header and the end of the file through buffers of 8 KiB; of each frame head, tail and item header.
    for path, limit in ((native, 5 * 8192), (small, 5 * 8192 + 50 * (2048 + 1024 + 32))):
        counted.clear()
        assert audit_task(Task(path)).error is None
        assert path.stat().st_size > 2_000_000
        assert 1000 < sum(counted) < limit
