"""What goes wrong at the edges: names, links, places that are the same, files that vanish, jobs that meet."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from struct import pack
from typing import TYPE_CHECKING

import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

import lossytools
from lossytools import migrate
from lossytools.changes import lossy_uid
from lossytools.codecs import parse_codec
from lossytools.errors import DestinationError
from lossytools.references import instances_named
from small_archive import COPY_ALL, NOW, RECIPE, key_object, naming, still, uid

if TYPE_CHECKING:
    from pathlib import Path

    from small_archive import Archive


def originals(archive: Archive) -> list[str]:
    return sorted(str(p.relative_to(archive.source)) for p in archive.source.rglob("*") if p.is_file())


@pytest.mark.parametrize("where", ["archive", "out of job/data", "archive/../archive"])
def test_a_quarantine_that_is_the_archive_by_another_name_is_refused(
    archive: Archive, tmp_path: Path, where: str
) -> None:
    archive.plan()
    archive.run()
    migrate.verify(archive.ledger, workers=1)
    before = originals(archive)
    (tmp_path / "q").symlink_to(tmp_path / where)
    with pytest.raises(DestinationError, match="a folder of its own"):
        migrate.retire(archive.ledger, tmp_path / "q")
    assert originals(archive) == before
    assert migrate.verify(archive.ledger, workers=1).holds


def test_two_jobs_do_not_share_a_destination(archive: Archive, tmp_path: Path) -> None:
    archive.plan()
    archive.run()
    other = replace(archive, root=tmp_path / "second")
    other.source.mkdir(parents=True)
    other.add("one/still0", still("other", "other"))
    other.plan()
    with pytest.raises(DestinationError, match="another job writes here"):
        migrate.run(other.ledger, archive.out)
    assert migrate.verify(archive.ledger, workers=1).holds
    assert other.run().complete  # the place that was refused is not kept


def test_a_run_does_not_end_before_everything_has_been_looked_at(empty: Archive) -> None:
    for number in range(4):
        empty.add(f"a/{number}", still(f"a{number}", "a", number))
    path = empty.source / "a/0"
    path.write_bytes(path.read_bytes()[:-500])
    for number in range(5):
        empty.add(f"b{number}/x", still(f"b{number}", f"b{number}", number))
    empty.plan()
    done = empty.run()
    assert (done.complete, done.totals.left, done.totals.objects("switched")) == (True, 0, 5)


@pytest.mark.parametrize("kept", [200, 900])
def test_what_is_left_of_a_file_tells_whose_study_is_not_whole(archive: Archive, kept: int) -> None:
    path = archive.source / "one/still0"
    path.write_bytes(path.read_bytes()[:kept])
    archive.plan()
    archive.run()
    archive_states = archive.states()
    assert archive_states["one/still0"][0] == "failed"
    if kept == 900:  # the UIDs are there
        assert archive_states["one/still1"][2] == "study-held"


def test_beside_a_file_that_tells_nothing_no_original_is_retired(archive: Archive, tmp_path: Path) -> None:
    path = archive.source / "one/damaged"
    path.write_bytes((archive.source / "one/still0").read_bytes()[:140])
    archive.plan()
    archive.run()
    migrate.verify(archive.ledger, workers=1)
    migrate.retire(archive.ledger, tmp_path / "q")
    assert [name for name in originals(archive) if name.startswith("two")] == []
    assert "one/still0" in originals(archive)


def test_an_object_without_its_prefix_is_no_stranger(archive: Archive) -> None:
    path = archive.source / "one/still0"
    path.write_bytes(path.read_bytes()[path.read_bytes().index(b"\x08\0\x16\0UI") :])
    archive.plan()
    states = archive.states()
    assert states["one/still0"] == ("failed", "skip", "unreadable")
    assert states["one/still1"][2] == "study-held"


@pytest.mark.parametrize(
    "name", [b"caf\xe9", "a\u00a0b".encode(), b"-rf", b"a\\b", b"100%", b" x", b"M\xc3\xbcller^J"]
)
@pytest.mark.parametrize("log_paths", ["full", "hash"])
def test_a_name_is_kept_whatever_it_is(empty: Archive, name: bytes, log_paths: str) -> None:
    first = empty.add("first", still("x", "one"))
    first.rename(empty.source / os.fsdecode(name))
    empty.plan(log_paths=log_paths)
    assert empty.run().totals.objects("switched") == 1
    assert [path.name for path in (empty.out / "data").iterdir()] == [os.fsdecode(name)]
    assert migrate.verify(empty.ledger, workers=1).holds
    command = ["sha256sum", "--strict", "--quiet", "-c", "manifest-sha256.txt"]
    assert subprocess.run(command, cwd=empty.out, check=False).returncode == 0


def test_a_name_with_a_line_end_is_left_out(empty: Archive) -> None:
    empty.add("a\nb", still("x", "one"))
    empty.plan()
    assert [(e.state, e.reason) for e in migrate.entries(empty.ledger)] == [("skipped", "unsafe-name")]


def test_what_was_compressed_before_is_not_made_twice(empty: Archive) -> None:
    path = empty.add("x", still("x", "one"))
    lossytools.transcode(path, empty.source / "small", "jpegls:near=2", lossytools.Options(now=NOW))
    empty.plan()
    empty.run()
    assert empty.states()["x"] == ("switched", "copy", "already-made")
    uids = [pydicom.dcmread(p).SOPInstanceUID for p in (empty.out / "data").iterdir()]
    assert len(set(uids)) == 2


@pytest.mark.parametrize("implicit", [True, False])
def test_references_follow_into_sequences_that_a_gateway_left_as_un(
    empty: Archive, *, implicit: bool
) -> None:
    empty.add("x", still("x", "one"))
    note = key_object("note", "one")
    item = naming("x")[0]
    out = pydicom.filebase.DicomBytesIO()
    out.is_implicit_VR, out.is_little_endian = implicit, True
    pydicom.filewriter.write_sequence_item(out, item, ["iso8859"])
    del note.ContentSequence, note.CurrentRequestedProcedureEvidenceSequence
    path, value = empty.add("note", note), out.getvalue()
    # (0040,A375), the last element; pydicom itself would write what it knows to be a sequence as one.
    path.write_bytes(path.read_bytes() + pack("<HH2sHI", 0x40, 0xA375, b"UN", 0, len(value)) + value)
    assert b"UN" in path.read_bytes()
    empty.plan()
    empty.run()
    assert set(instances_named(pydicom.dcmread(empty.out / "data/note"))) == {
        lossy_uid(uid("x"), parse_codec("jpegls:near=2"))
    }
    assert migrate.verify(empty.ledger, workers=1).holds


def test_a_folder_that_is_not_looked_into_has_an_outcome(archive: Archive, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (archive.source / "leads out").symlink_to(tmp_path / "outside")
    (archive.source / "leads in").symlink_to(archive.source / "one")
    planned = archive.plan()
    assert archive.states()["leads out"] == ("skipped", "skip", "link-outside")
    assert archive.states()["leads in"] == ("skipped", "skip", "link")
    assert planned.trouble == 1


def test_an_original_that_vanished_costs_its_study_only(archive: Archive) -> None:
    archive.plan(log_paths="hash")
    (archive.source / "two/still2").unlink()
    done = archive.run()
    assert (done.complete, done.totals.objects("failed"), done.totals.objects("switched")) == (True, 1, 3)
    (archive.source / "one/still0").unlink()
    assert migrate.verify(archive.ledger, workers=1).holds


def test_a_destination_by_another_name_of_the_archive_is_refused(archive: Archive, tmp_path: Path) -> None:
    archive.plan()
    (tmp_path / "link").symlink_to(archive.source)
    with pytest.raises(DestinationError, match="may not lie in each other"):
        migrate.run(archive.ledger, tmp_path / "link/new")
    assert archive.run().complete


def test_a_target_that_cannot_be_costs_its_study_only(archive: Archive) -> None:
    name = "n" * 252
    archive.add(f"three/{name}", still("long", "three"))
    archive.add("three/note", key_object("note3", "three", "long"))
    archive.plan(references="both")  # the second object would be called NAME.new
    done = archive.run()
    assert done.complete
    assert {state for state, _, reason in archive.states().values() if "three" in reason} == set()
    assert [e.reason for e in migrate.entries(archive.ledger) if e.state == "failed"] == ["target-impossible"]
    assert done.totals.objects("switched") == 10


def test_a_file_where_a_folder_is_needed_costs_its_study_only(archive: Archive) -> None:
    archive.plan()
    (archive.out / "data").mkdir(parents=True)
    (archive.out / "data/two").write_text("mine")
    done = archive.run()
    assert done.complete
    assert archive.states()["two/still2"][0] in {"failed", "skipped"}
    assert archive.states()["one/still0"][0] == "switched"


@pytest.mark.skipif(sys.platform != "linux", reason="ulimit -v")
def test_a_lower_limit_of_the_system_is_no_fault_of_the_objects(archive: Archive) -> None:
    archive.plan()
    command = (
        f"ulimit -v 6000000; '{sys.executable}' -m lossytools migrate run '{archive.ledger}' '{archive.out}'"
    )
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_file_called_like_a_leftover_of_ours_is_kept(empty: Archive) -> None:
    empty.add("cd/.lossytools-0123.part", still("x", "one"))
    empty.plan()
    empty.run()
    assert migrate.verify(empty.ledger, workers=1).holds
    assert list(empty.tree()) == [
        ".lossytools-plan",
        "bagit.txt",
        "data/cd/.lossytools-0123.part",
        "manifest-sha256.txt",
    ]


def test_what_was_damaged_at_the_destination_is_made_again(archive: Archive) -> None:
    archive.plan()
    archive.run()
    place = archive.out / "data/two/still2"
    whole = place.read_bytes()
    place.write_bytes(b"damaged")
    migrate.verify(archive.ledger, workers=1)
    done = migrate.run(archive.ledger, archive.out, migrate.RunOptions(), retry=True)
    assert (done.complete, done.totals.trouble) == (True, 0)
    assert place.read_bytes() == whole
    assert [p.read_bytes() for p in archive.out.rglob("aside/*")] == [b"damaged"]
    assert migrate.verify(archive.ledger, workers=1).holds


def test_why_an_object_is_copied_outlasts_its_being_held(empty: Archive) -> None:
    lossy = still("lossy", "one")
    lossy.LossyImageCompression = "01"
    empty.add("lossy", lossy)
    path = empty.add("x", still("x", "one", 1))
    whole, status = path.read_bytes(), path.stat()
    empty.plan()
    path.unlink()
    empty.run()
    assert empty.states()["lossy"] == ("skipped", "copy", "study-held")
    path.write_bytes(whole)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    migrate.run(empty.ledger, empty.out, migrate.RunOptions(), retry=True)
    assert empty.states()["lossy"] == ("switched", "copy", "already-lossy")


def test_what_is_no_uid_is_not_taken_up_again(empty: Archive) -> None:
    image = still("x", "one")
    image["SOPInstanceUID"]._value = "1.2.xyz"  # noqa: SLF001  pydicom would refuse it
    empty.add("x", image)
    empty.plan(COPY_ALL)
    empty.run()
    migrate.run(empty.ledger, empty.out, migrate.RunOptions(), retry=True)
    assert empty.states() == {"x": ("failed", "skip", "bad-uid")}


def test_a_source_of_extracted_frames_is_a_reference(empty: Archive) -> None:
    empty.add("x", still("x", "one"))
    part = still("part", "two", 3)
    extraction = Dataset()
    extraction.MultiFrameSourceSOPInstanceUID = uid("x")
    part.FrameExtractionSequence = Sequence([extraction])
    empty.add("part", part)
    empty.plan(RECIPE)
    empty.run()
    (found,) = pydicom.dcmread(empty.out / "data/part").FrameExtractionSequence
    assert found.MultiFrameSourceSOPInstanceUID == lossy_uid(uid("x"), parse_codec("jpegls:near=2"))
