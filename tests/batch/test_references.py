"""References in a migration: what they name afterwards, for each way there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pydicom
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

import lossytools
from lossytools import migrate
from lossytools.changes import lossy_uid
from lossytools.codecs import parse_codec
from lossytools.references import instances_named, renamed
from small_archive import US, key_object, naming, still, uid

if TYPE_CHECKING:
    from small_archive import Archive

NEW = {f"1.{n}": f"2.25.{n}" for n in range(5)}


@st.composite
def trees(draw: st.DrawFn, depth: int = 3) -> Dataset:
    """Return a data set that names instances here and there, at any depth."""
    found = Dataset()
    found.PatientName = draw(st.text("abc", max_size=4))
    if draw(st.booleans()):
        found.ReferencedSOPInstanceUID = draw(st.sampled_from([*NEW, "9.9", "8.8"]))
    if draw(st.booleans()):
        found.UID = draw(st.sampled_from([*NEW, "9.9"]))
    for keyword in ("ReferencedImageSequence", "ContentSequence") if depth else ():
        if draw(st.booleans()):
            setattr(found, keyword, Sequence(draw(st.lists(trees(depth=depth - 1), max_size=2))))
    return found


@given(trees())
def test_every_reference_is_renamed_and_nothing_else(tree: Dataset) -> None:
    before = list(instances_named(tree))
    after = renamed(tree, NEW)
    assert list(instances_named(after)) == [NEW.get(name, name) for name in before]
    assert renamed(after, {new: old for old, new in NEW.items()}) == tree
    assert list(instances_named(tree)) == before
    if not set(before) & set(NEW):
        assert after is tree


def test_what_was_true_once_stays() -> None:
    tree, once = Dataset(), Dataset()
    once.ModifiedAttributesSequence = Sequence([Dataset()])
    once.ModifiedAttributesSequence[0].ReferencedImageSequence = naming("a")
    tree.OriginalAttributesSequence = Sequence([once])
    assert list(instances_named(tree)) == []
    assert renamed(tree, {uid("a"): "1.2"}) is tree


def new(name: str) -> str:
    return lossy_uid(uid(name), parse_codec("jpegls:near=2"))


def found(archive: Archive) -> dict[str, Dataset]:
    files = sorted(path for path in (archive.out / "data").rglob("*") if path.is_file())
    return {str(path.relative_to(archive.out / "data")): pydicom.dcmread(path) for path in files}


def test_both_keeps_what_is_referred_to_and_compresses_it_as_well(archive: Archive) -> None:
    archive.add("two/alone", still("alone", "two", 9))
    archive.plan(references="both")
    done = archive.run()
    assert (done.complete, done.totals.trouble) == (True, 0)
    there = found(archive)
    assert sorted(there) == [
        "one/note.dcm", "one/note.new.dcm", "one/still0", "one/still0.new", "one/still1", "one/still1.new",
        "two/alone", "two/note2.dcm", "two/note2.new.dcm", "two/still2", "two/still2.new",
    ]  # fmt: skip
    for name in ("one/note.dcm", "one/still0", "two/note2.dcm"):
        assert archive.tree()[f"data/{name}"] == (archive.source / name).read_bytes()
    assert there["two/alone"].SOPInstanceUID == new("alone")
    assert there["one/still0.new"].SOPInstanceUID == new("still0")
    note = there["two/note2.new.dcm"]
    assert note.SOPInstanceUID not in {uid("note2"), uid("note")}
    assert set(instances_named(note)) == {new("still2"), new("still0")}
    assert "OriginalAttributesSequence" not in note
    uids = [image.SOPInstanceUID for image in there.values()]
    assert len(set(uids)) == len(uids)
    assert migrate.verify(archive.ledger, workers=1).holds
    assert migrate.retire(archive.ledger, archive.root / "q") == 6
    assert migrate.rollback(archive.ledger) == 6


def test_who_names_a_follower_follows_it(archive: Archive) -> None:
    archive.add("two/over.dcm", key_object("over", "two", "note2"))
    archive.plan(references="both")
    archive.run()
    there = found(archive)
    assert set(instances_named(there["two/over.new.dcm"])) == {there["two/note2.new.dcm"].SOPInstanceUID}
    assert set(instances_named(there["two/over.dcm"])) == {uid("note2")}


def test_a_report_names_the_one_it_took_over(archive: Archive) -> None:
    report = key_object("report", "two", "still2")
    report.SOPClassUID, report.CompletionFlag, report.VerificationFlag = US, "COMPLETE", "UNVERIFIED"
    report.SOPClassUID = "1.2.840.10008.5.1.4.1.1.88.33"
    archive.add("two/report.dcm", report)
    archive.plan(references="both")
    archive.run()
    (predecessor,) = found(archive)["two/report.new.dcm"].PredecessorDocumentsSequence
    (series,) = predecessor.ReferencedSeriesSequence
    assert predecessor.StudyInstanceUID == uid("two")
    assert series.ReferencedSOPSequence[0].ReferencedSOPInstanceUID == uid("report")
    assert migrate.verify(archive.ledger, workers=1).holds


def test_nothing_stands_twice_where_nothing_is_compressed(archive: Archive) -> None:
    recipe = (
        "version = 1\nreferences = 'both'\nmin_saving = 0.95\n[[rule]]\nname = 'us'\nwhere.Modality = 'US'\n"
    )
    archive.plan(f"{recipe}codec = 'jpegls:near=2'\n")
    done = archive.run()
    assert sorted(found(archive)) == [
        "one/note.dcm",
        "one/still0",
        "one/still1",
        "two/note2.dcm",
        "two/still2",
    ]
    assert done.totals.trouble == 0
    assert migrate.verify(archive.ledger, workers=1).holds


@pytest.mark.parametrize("references", ["follow", "keep", "both"])
def test_nothing_dangles_and_nothing_names_itself(archive: Archive, references: str) -> None:
    image = still("other", "one", 6)
    image.ReferencedImageSequence = naming("still0", "still1")
    image.SourceImageSequence = naming("still0")
    archive.add("one/other", image)
    archive.plan(references=references)
    archive.run()
    there = found(archive)
    uids = {image.SOPInstanceUID for image in there.values()}
    sources = {entry.uid for entry in migrate.entries(archive.ledger) if entry.uid}
    for name, each in there.items():
        named = set(instances_named(each))
        assert each.SOPInstanceUID not in named
        own = {
            i.ReferencedSOPInstanceUID
            for i in each.get("SourceImageSequence", [])
            if "PurposeOfReferenceCodeSequence" in i
        }
        assert (named & sources) - own <= uids, name
    assert migrate.verify(archive.ledger, workers=1).holds
    for name in there:
        if "note" not in name:
            assert lossytools.audit(archive.out / "data" / name) == []
