"""After a run: results read again, originals moved away and back."""

from __future__ import annotations

import json
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from lossytools import migrate
from lossytools.batch.opening import open_ledger
from lossytools.batch.proof import parse_subset
from lossytools.errors import DestinationError, LedgerError
from small_archive import uid

if TYPE_CHECKING:
    from pathlib import Path

    from small_archive import Archive


@pytest.fixture
def done(archive: Archive) -> Archive:
    """Return an archive that has been migrated."""
    archive.plan()
    archive.run()
    return archive


def states(archive: Archive) -> set[str]:
    return {state for state, _, reason in archive.states().values() if reason != "not-dicom"}


def test_what_was_published_is_verified(done: Archive) -> None:
    proof = migrate.verify(done.ledger, workers=1)
    assert (proof.checked, proof.faults, proof.strangers, proof.ledger, proof.holds) == (5, [], [], "", True)
    assert states(done) == {"verified"}


def test_processes_find_the_same(done: Archive) -> None:
    assert migrate.verify(done.ledger, workers=2).checked == 5
    assert states(done) == {"verified"}


@pytest.mark.parametrize("name", ["one/still0", "one/note.dcm"])
def test_a_changed_byte_is_found(done: Archive, name: str) -> None:
    place = done.out / "data" / name
    raw = bytearray(place.read_bytes())
    raw[-20] ^= 1
    place.write_bytes(raw)
    proof = migrate.verify(done.ledger, workers=1)
    assert [(entry.path, entry.reason) for entry in proof.faults] == [(name, "damaged")]
    assert done.states()[name][0] == "failed"


def test_a_file_that_is_gone_or_strange_is_found(done: Archive) -> None:
    (done.out / "data/two/still2").unlink()
    (done.out / "data/two/mine").write_text("mine")
    proof = migrate.verify(done.ledger, workers=1)
    assert [(entry.path, entry.reason) for entry in proof.faults] == [("two/still2", "missing")]
    assert proof.strangers == ["two/mine"]


def test_a_reference_to_what_is_not_there_is_found(done: Archive) -> None:
    with closing(open_ledger(done.ledger)) as ledger, ledger.commit():
        new = next(entry.new_uid for entry in ledger.entries("path = 'one/still1'"))
        # As if the object that the note names had been in the archive and become another one.
        ledger.execute("UPDATE objects SET uid = ? WHERE path = 'two/still2'", new)
    proof = migrate.verify(done.ledger, workers=1)
    assert ("one/note.dcm", "dangling") in {(entry.path, entry.reason) for entry in proof.faults}


def test_a_subset_is_read(done: Archive) -> None:
    read = [migrate.verify(done.ledger, f"{part}/3", workers=1).checked for part in (1, 2, 3)]
    assert sum(read) == 5
    assert states(done) == {"verified"}
    with pytest.raises(ValueError, match="no share"):
        migrate.verify(done.ledger, "0%", workers=1)


def test_a_share_is_about_that_share() -> None:
    subset = parse_subset("10%", "salt")
    taken = sum(subset.takes(uid(str(number))) for number in range(2000))
    assert 140 < taken < 260  # 200 expected, standard deviation 13
    assert taken != sum(parse_subset("10%", "pepper").takes(uid(str(number))) for number in range(2000))


def test_originals_go_when_verified_and_come_back(done: Archive, tmp_path: Path) -> None:
    before = {p: (p.read_bytes(), p.stat().st_mtime_ns) for p in done.source.rglob("*") if p.is_file()}
    quarantine = tmp_path / "quarantine"
    assert migrate.retire(done.ledger, quarantine) == 0  # nothing is verified yet
    migrate.verify(done.ledger, workers=1)
    assert migrate.retire(done.ledger, quarantine, dry_run=True) == 5
    assert migrate.retire(done.ledger, quarantine) == 5
    left = [str(p.relative_to(done.source)) for p in done.source.rglob("*") if p.is_file()]
    assert left == ["README.txt"]
    noted = [json.loads(line)["path"] for line in (quarantine / "undo-list.jsonl").read_text().splitlines()]
    assert sorted(noted) == ["one/note.dcm", "one/still0", "one/still1", "two/note2.dcm", "two/still2"]
    assert migrate.verify(done.ledger, workers=1).holds
    assert migrate.rollback(done.ledger) == 5
    assert {
        p: (p.read_bytes(), p.stat().st_mtime_ns) for p in done.source.rglob("*") if p.is_file()
    } == before
    assert states(done) == {"verified"}


def test_a_study_of_which_something_is_not_verified_stays(done: Archive, tmp_path: Path) -> None:
    (done.out / "data/one/still0").write_bytes(b"damaged")
    migrate.verify(done.ledger, workers=1)
    migrate.retire(done.ledger, tmp_path / "quarantine")
    left = {str(p.relative_to(done.source)) for p in done.source.rglob("*") if p.is_file()}
    assert left == {"README.txt", "one/note.dcm", "one/still0", "one/still1"}


def test_an_original_that_was_changed_stays(done: Archive, tmp_path: Path) -> None:
    migrate.verify(done.ledger, workers=1)
    (done.source / "two/still2").write_bytes(b"changed since")
    told: dict[str, str] = {}
    moved = migrate.retire(
        done.ledger, tmp_path / "q", told=lambda e, fault: told.update({str(e.path): fault})
    )
    assert moved == 4
    assert told["two/still2"] == "the file is not the one that was migrated"
    assert (done.source / "two/still2").read_bytes() == b"changed since"


def test_a_move_that_was_killed_half_way_is_finished(done: Archive, tmp_path: Path) -> None:
    migrate.verify(done.ledger, workers=1)
    half = tmp_path / "q/one/still0"
    half.parent.mkdir(parents=True)
    half.hardlink_to(done.source / "one/still0")  # linked, not yet removed
    assert migrate.retire(done.ledger, tmp_path / "q") == 5
    assert not (done.source / "one/still0").exists()
    (done.source / "one/still1").hardlink_to(tmp_path / "q/one/still1")  # the same on the way back
    assert migrate.rollback(done.ledger) == 5
    assert not (tmp_path / "q/one/still1").exists()


def test_the_quarantine_is_a_folder_of_its_own(done: Archive, tmp_path: Path) -> None:
    migrate.verify(done.ledger, workers=1)
    with pytest.raises(DestinationError, match="beside the archive"):
        migrate.retire(done.ledger, done.source / "old")
    migrate.retire(done.ledger, tmp_path / "q")
    with pytest.raises(LedgerError, match="go to"):
        migrate.retire(done.ledger, tmp_path / "q2")


def test_nothing_is_verified_before_a_run(archive: Archive) -> None:
    archive.plan()
    with pytest.raises(LedgerError, match="nothing has been migrated yet"):
        migrate.verify(archive.ledger)
    assert migrate.rollback(archive.ledger) == 0


def test_a_discreet_ledger_finds_what_is_in_quarantine(archive: Archive, tmp_path: Path) -> None:
    archive.plan(log_paths="hash")
    archive.run()
    migrate.verify(archive.ledger, workers=1)
    assert migrate.retire(archive.ledger, tmp_path / "q") == 5
    assert migrate.rollback(archive.ledger) == 5
