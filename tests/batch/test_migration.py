"""A migration from plan to bag: what is compressed, what is copied, what is held back, and why."""

from __future__ import annotations

import hashlib
import os
import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING

import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

import lossytools
from lossytools import migrate
from lossytools.batch.bundle import Bundle
from lossytools.changes import lossy_uid
from lossytools.codecs import parse_codec
from lossytools.errors import DestinationError, LedgerError, UnreadableSource
from small_archive import NOW, RECIPE, US, key_object, still, uid

if TYPE_CHECKING:
    from pathlib import Path

    from small_archive import Archive


def new(name: str, codec: str = "jpegls:near=2") -> str:
    return lossy_uid(uid(name), parse_codec(codec))


def test_every_file_has_an_outcome(archive: Archive) -> None:
    planned = archive.plan()
    assert (planned.objects("pending"), planned.objects("skipped"), planned.trouble) == (5, 1, 0)
    done = archive.run()
    assert done.complete
    assert archive.states() == {
        "README.txt": ("skipped", "skip", "not-dicom"),
        "one/still0": ("switched", "transcode", ""),
        "one/still1": ("switched", "transcode", ""),
        "one/note.dcm": ("switched", "copy", ""),
        "two/still2": ("switched", "transcode", ""),
        "two/note2.dcm": ("switched", "copy", ""),
    }


def test_results_are_what_transcode_makes(archive: Archive, tmp_path: Path) -> None:
    archive.plan()
    archive.run()
    alone = tmp_path / "alone.dcm"
    options = lossytools.Options(now=NOW)
    lossytools.transcode(archive.source / "two/still2", alone, "jpegls:near=2", options)
    assert archive.tree()["data/two/still2"] == alone.read_bytes()
    assert archive.result("one/still0").SOPInstanceUID == new("still0")


def test_references_follow_at_every_depth(archive: Archive) -> None:
    archive.plan()
    archive.run()
    note = archive.result("two/note2.dcm")
    assert note.SOPInstanceUID == uid("note2")
    named = [item.ReferencedSOPSequence[0].ReferencedSOPInstanceUID for item in note.ContentSequence]
    assert named == [new("still2"), new("still0")]
    evidence = note.CurrentRequestedProcedureEvidenceSequence[0].ReferencedSeriesSequence[0]
    listed = [item.ReferencedSOPInstanceUID for item in evidence.ReferencedSOPSequence]
    assert listed == [new("still2"), new("still0")]
    (original,) = note.OriginalAttributesSequence
    assert original.ReasonForTheAttributeModification == "COERCE"
    (before,) = original.ModifiedAttributesSequence
    old = [item.ReferencedSOPSequence[0].ReferencedSOPInstanceUID for item in before.ContentSequence]
    assert old == [uid("still2"), uid("still0")]
    equipment = note.ContributingEquipmentSequence[-1]
    assert equipment.PurposeOfReferenceCodeSequence[0].CodeValue == "109103"


def test_an_image_that_names_others_follows_them_and_keeps_its_predecessor(archive: Archive) -> None:
    image = still("after", "one", 5)
    image.SourceImageSequence = Sequence([Dataset()])
    image.SourceImageSequence[0].ReferencedSOPClassUID = US
    image.SourceImageSequence[0].ReferencedSOPInstanceUID = uid("still1")
    archive.add("one/after", image)
    archive.plan()
    archive.run()
    result = archive.result("one/after")
    sources = [item.ReferencedSOPInstanceUID for item in result.SourceImageSequence]
    assert sources == [new("still1"), uid("after")]
    assert result.SOPInstanceUID == new("after")
    assert "OriginalAttributesSequence" not in result
    assert lossytools.audit(archive.out / "data/one/after", deep=True) == []


def test_references_that_are_kept_keep_their_images(archive: Archive) -> None:
    archive.add("two/still3", still("still3", "two", 3))
    archive.plan(f'references = "keep"\n{RECIPE}'.replace("\nversion", "version", 1))
    archive.run()
    states = archive.states()
    assert states["one/still0"] == ("switched", "copy", "referred-to")
    assert states["two/still3"] == ("switched", "transcode", "")
    for name in ("one/note.dcm", "two/note2.dcm", "one/still0", "two/still2"):
        assert archive.tree()[f"data/{name}"] == (archive.source / name).read_bytes()


def test_the_bag_verifies_without_us(archive: Archive) -> None:
    archive.plan()
    archive.run()
    command = ["sha256sum", "--strict", "-c", "manifest-sha256.txt"]
    done = subprocess.run(command, cwd=archive.out, capture_output=True, text=True, check=True)
    assert done.stdout.count(": OK\n") == 5
    assert (archive.out / "bagit.txt").read_text().startswith("BagIt-Version: 1.0\n")
    assert not (archive.out / ".lossytools").exists()


def test_a_second_run_does_nothing(archive: Archive) -> None:
    archive.plan()
    archive.run()
    before = {path: path.stat().st_mtime_ns for path in (archive.out / "data").rglob("*")}
    attempts = [entry.attempts for entry in migrate.entries(archive.ledger)]
    told: list[object] = []
    done = migrate.run(archive.ledger, archive.out, migrate.RunOptions(), told=told.append)
    assert (done.complete, told) == (True, [])
    assert {path: path.stat().st_mtime_ns for path in (archive.out / "data").rglob("*")} == before
    assert [entry.attempts for entry in migrate.entries(archive.ledger)] == attempts


def test_the_same_archive_and_recipe_give_the_same_tree(archive: Archive) -> None:
    archive.plan()
    archive.run()
    other = replace(archive, job="again")
    other.plan()
    migrate.run(other.ledger, other.out, migrate.RunOptions(workers=2))
    assert other.tree() == archive.tree()


def test_originals_are_not_touched(archive: Archive) -> None:
    def look() -> dict[str, tuple[int, ...]]:
        files = [path for path in archive.source.rglob("*") if path.is_file()]
        stats = {str(path): path.stat() for path in files}
        digests = {str(p): int(hashlib.sha256(p.read_bytes()).hexdigest(), 16) for p in files}
        return {p: (s.st_ino, s.st_mtime_ns, s.st_size, s.st_mode, digests[p]) for p, s in stats.items()}

    before = look()
    archive.plan()
    archive.run()
    assert look() == before


def test_damage_holds_its_study_and_what_refers_to_it(archive: Archive) -> None:
    path = archive.source / "one/still0"
    path.write_bytes(path.read_bytes()[:-1000])
    archive.plan()
    done = archive.run()
    states = archive.states()
    assert states["one/still0"] == ("failed", "transcode", "unreadable")
    assert states["one/still1"] == ("skipped", "transcode", "study-held")
    assert states["one/note.dcm"][2] in {"study-held", "refers-to-absent"}
    assert states["two/note2.dcm"] == ("skipped", "copy", "refers-to-absent")
    assert states["two/still2"] == ("skipped", "transcode", "study-held")
    assert done.totals.trouble == 5
    assert [name for name in archive.tree() if name.startswith("data")] == []


def test_what_failed_is_taken_up_again_when_asked(archive: Archive) -> None:
    path = archive.source / "one/still0"
    whole, status = path.read_bytes(), path.stat()
    archive.plan()
    path.unlink()
    archive.run()
    assert archive.states()["one/still0"] == ("failed", "transcode", "unreadable")
    path.write_bytes(whole)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    done = migrate.run(archive.ledger, archive.out, migrate.RunOptions(), retry=True)
    assert (done.totals.trouble, done.totals.objects("switched")) == (0, 5)


def test_a_source_that_changed_is_not_migrated(archive: Archive) -> None:
    archive.plan()
    archive.add("two/still2", still("still2", "two", 9))
    archive.run()
    assert archive.states()["two/still2"] == ("failed", "transcode", "changed")


def test_equal_files_are_kept_once_and_unequal_ones_of_one_uid_not_at_all(archive: Archive) -> None:
    (archive.source / "zwei").mkdir()
    (archive.source / "zwei/copy").write_bytes((archive.source / "two/still2").read_bytes())
    archive.add("one/other", still("still1", "one", 77))
    archive.plan()
    archive.run()
    states = archive.states()
    assert states["zwei/copy"] == ("skipped", "skip", "duplicate")
    assert states["one/other"] == states["one/still1"] == ("skipped", "skip", "uid-conflict")
    assert states["one/still0"] == ("skipped", "transcode", "study-held")


def test_a_signed_object_that_would_change_holds_its_study(archive: Archive) -> None:
    note = key_object("signed", "two", "still2")
    note.add_new(0xFFFAFFFA, "SQ", [Dataset()])
    archive.add("two/signed.dcm", note)
    archive.plan()
    states = archive.states()
    assert states["two/signed.dcm"] == ("skipped", "copy", "study-signed")
    assert states["two/still2"] == ("skipped", "transcode", "study-held")
    assert states["one/still0"][0] == "pending"


def test_files_are_named_by_uids_where_the_recipe_says_so(archive: Archive) -> None:
    archive.plan(RECIPE.replace("version = 1", 'version = 1\nlayout = "study"'))
    archive.run()
    expected = f"data/{uid('one')}/{uid('one US')}/{new('still0')}.dcm"
    assert expected in archive.tree()


def test_a_link_in_the_destination_leads_nowhere(archive: Archive, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (archive.out / "data").mkdir(parents=True)
    (archive.out / "data/one").symlink_to(outside)
    archive.plan()
    archive.run()
    assert list(outside.iterdir()) == []
    assert archive.states()["one/still0"] == ("failed", "transcode", "target-outside")


def test_another_file_at_the_target_is_never_replaced(archive: Archive) -> None:
    place = archive.out / "data/two/still2"
    place.parent.mkdir(parents=True)
    place.write_text("mine")
    archive.plan()
    archive.run()
    assert place.read_text() == "mine"
    assert archive.states()["two/still2"] == ("failed", "transcode", "target-exists")
    assert archive.states()["one/note.dcm"][0] == "switched"


def test_a_job_writes_into_one_destination(archive: Archive, tmp_path: Path) -> None:
    archive.plan()
    archive.run()
    with pytest.raises(LedgerError, match="this job writes into"):
        migrate.run(archive.ledger, tmp_path / "elsewhere")


def test_archive_and_destination_do_not_lie_in_each_other(archive: Archive) -> None:
    archive.plan()
    with pytest.raises(DestinationError, match="may not lie in each other"):
        migrate.run(archive.ledger, archive.source / "new")
    with pytest.raises(LedgerError, match="lies in the archive itself"):
        migrate.plan(archive.source, archive.source / "a.ledger")


def test_no_folder_no_plan(tmp_path: Path) -> None:
    with pytest.raises(UnreadableSource, match="is no folder"):
        migrate.plan(tmp_path / "none", tmp_path / "a.ledger")
    (tmp_path / "empty").mkdir()
    with pytest.raises(UnreadableSource, match="holds no file"):
        migrate.plan(tmp_path / "empty", tmp_path / "a.ledger")


def test_a_discreet_ledger_holds_digests_and_works_all_the_same(archive: Archive) -> None:
    archive.add("Miller John/cine", still("canary", "three", 8))
    archive.plan(log_paths="hash")
    archive.run()
    raw = archive.ledger.read_bytes()
    for word in (b"CANARY", b"Miller", b"still0", b"MAKER"):
        assert word not in raw
    assert pydicom.dcmread(archive.out / "data/Miller John/cine").SOPInstanceUID == new("canary")


def test_too_little_saved_is_copied(archive: Archive) -> None:
    archive.plan(RECIPE + "min_saving = 0.95\n")
    archive.run()
    assert archive.states()["one/still0"] == ("switched", "copy", "small-saving")
    assert archive.tree()["data/one/still0"] == (archive.source / "one/still0").read_bytes()
    assert archive.tree()["data/one/note.dcm"] == (archive.source / "one/note.dcm").read_bytes()


def test_what_a_rule_leaves_out_is_not_there(archive: Archive) -> None:
    rule = "[[rule]]\nname = 'no notes'\nwhere.Modality = 'KO'\naction = 'skip'\n"
    archive.plan(f"version = 1\n{rule}{RECIPE[13:]}")
    done = archive.run()
    assert archive.states()["one/note.dcm"] == ("skipped", "skip", "rule")
    assert done.totals.trouble == 0
    assert "data/one/note.dcm" not in archive.tree()


def test_ages_count_from_the_time_that_the_job_records(archive: Archive) -> None:
    # The study is of 2020-01-02, the job of 2026-01-02.
    rule = "[[rule]]\nname = 'old'\nwhere.age = '> 6.1 y'\naction = 'skip'\n"
    archive.plan(f"version = 1\n{rule}{RECIPE[13:]}")
    assert archive.states()["one/still0"] == ("pending", "transcode", "")
    archive.ledger.unlink()
    archive.plan(f"version = 1\n{rule.replace('6.1 y', '5.9 y')}{RECIPE[13:]}")
    assert archive.states()["one/still0"] == ("skipped", "skip", "rule")


def test_the_whole_of_a_study_is_looked_at_a_few_times_only(
    empty: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(25):
        empty.add(f"{number}", still(str(number), "one", number))
    empty.add("note", key_object("note", "one", "0", "1"))
    looked = []
    held = Bundle.held
    monkeypatch.setattr(Bundle, "held", lambda self: looked.append(1) or held(self))
    empty.plan()
    empty.run()
    assert {state for state, _, _ in empty.states().values()} == {"switched"}
    assert len(looked) <= 4  # when it is taken up, after the images, after the note
