"""The trials of reliability: what they judge by, and some of them on small archives."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from pydicom import Dataset, dcmread
from pydicom.sequence import Sequence

from reliability import contention, following, killing, poison, untouched
from reliability.agreement import compare_accounts
from reliability.archive import SMALL, make_archive, write
from reliability.canaries import canaries_in
from reliability.headers import code, reference
from reliability.images import make_cine, make_still
from reliability.judging import (
    differences,
    digests,
    manifest_faults,
    partial_files,
    repeated_uids,
    undecodable,
)
from reliability.judging_references import count_references, false_references, instance_uids
from reliability.naming import US_CINE, US_STILL, Named
from reliability.workplace import Workplace

ROOT = Path(__file__).parents[2]
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="process groups, /proc")
SIZE = (SMALL.rows, SMALL.columns)
OBJECTS = 28  # of two studies: one of everything


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Workplace:
    return Workplace(tmp_path_factory.mktemp("trials"), quick=True, objects=OBJECTS, shape=SMALL)


def test_equal_parameters_make_equal_archives(tmp_path: Path) -> None:
    for name in ("one", "other"):
        make_archive(tmp_path / name, OBJECTS, shape=SMALL)
    assert digests(tmp_path / "one") == digests(tmp_path / "other")


def test_an_archive_holds_one_of_everything_and_leads_everywhere(tmp_path: Path) -> None:
    written = make_archive(tmp_path, OBJECTS, shape=SMALL)
    classes = Counter(dcmread(path, stop_before_pixels=True).SOPClassUID.name for path in written)
    assert {name.removesuffix(" Storage"): count for name, count in classes.items()} == {
        "Ultrasound Multi-frame Image": 6,
        "Ultrasound Image": 12,
        "Secondary Capture Image": 4,
        "Key Object Selection Document": 2,
        "Comprehensive SR": 2,
        "Grayscale Softcopy Presentation State": 2,
    }
    assert undecodable(tmp_path) == repeated_uids(tmp_path) == []
    assert count_references(tmp_path) == 76
    assert false_references(tmp_path, instance_uids(tmp_path)) == []


def test_every_text_attribute_has_a_canary_of_its_own(tmp_path: Path) -> None:
    written = make_archive(tmp_path, 14, shape=SMALL, canaries=True)
    found = [canaries_in(path.read_bytes()) for path in written]
    assert all(len(each) > 30 for each in found)
    assert sum(map(len, found)) == len(set().union(*found))
    assert undecodable(tmp_path) == []


def test_lost_references_are_found_at_any_depth(tmp_path: Path) -> None:
    written = make_archive(tmp_path, 14, shape=SMALL)
    uids = instance_uids(tmp_path)
    lost = str(dcmread(written[0]).SOPInstanceUID)
    written[0].unlink()
    found = false_references(tmp_path, uids)
    assert all(lost in words for words in found)
    assert {words.partition(":")[0].split("/")[-2] for words in found} == {"capture", "key", "report"}
    assert any(
        words.endswith("(0040,A730) > (0040,A730) > (0040,A730) > (0008,1199) > (0008,1155)")
        for words in found
    )


def test_a_predecessor_may_be_gone_and_a_source_may_not(tmp_path: Path) -> None:
    source = Named(0, "cine", 1, US_CINE)
    image = make_cine(0, 0, SIZE, 2)
    image.SourceImageSequence = Sequence([_named(source, "121320")])
    image.ReferencedSeriesSequence = Sequence([_series(source)])
    write(image, tmp_path / "image.dcm")
    assert false_references(tmp_path, {str(source.uid)}) == []
    image.SourceImageSequence = Sequence([_named(source, "121322")])
    write(image, tmp_path / "image.dcm")
    assert len(false_references(tmp_path, {str(source.uid)})) == 2


def _named(source: Named, purpose: str) -> Dataset:
    item = reference(source)
    item.PurposeOfReferenceCodeSequence = code(purpose, "DCM", "words")
    return item


def _series(source: Named) -> Dataset:
    item = Dataset()
    item.SeriesInstanceUID = source.series_uid
    item.ReferencedInstanceSequence = Sequence([reference(source)])
    return item


def test_history_is_no_reference_and_an_object_may_not_name_itself(tmp_path: Path) -> None:
    image = make_still(0, 0, SIZE)
    before, held = Dataset(), Dataset()
    before.ReferencedImageSequence = Sequence([reference(Named(0, "still", 1, US_STILL))])
    held.ModifiedAttributesSequence = Sequence([before])
    image.OriginalAttributesSequence = Sequence([held])
    write(image, tmp_path / "image.dcm")
    assert false_references(tmp_path, {str(Named(0, "still", 1, US_STILL).uid)}) == []
    image.ReferencedImageSequence = Sequence([reference(Named(0, "still", 0, US_STILL))])
    write(image, tmp_path / "image.dcm")
    assert false_references(tmp_path, set()) == ["image.dcm: refers to itself at (0008,1140) > (0008,1155)"]


def test_what_is_missing_cut_or_too_much_is_told(tmp_path: Path) -> None:
    data = tmp_path / "data"
    written = make_archive(data, 3, shape=SMALL)
    wanted = {f"data/{path}": digest for path, digest in digests(data).items()}
    written[0].unlink()
    written[1].write_bytes(written[1].read_bytes()[:-900])
    (data / "more").write_bytes(b"")
    cut = written[1].relative_to(tmp_path).as_posix()
    assert partial_files(tmp_path, wanted) == ["data/more should not be there", f"{cut} has other bytes"]
    assert len(differences({f"data/{path}": digest for path, digest in digests(data).items()}, wanted)) == 3
    assert [words.partition(":")[0] for words in undecodable(data)] == ["more", cut.removeprefix("data/")]


def test_a_manifest_has_to_name_every_file_with_its_digest(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "a").write_bytes(b"a")
    assert manifest_faults(tmp_path) == ["there is no manifest-sha256.txt"]
    manifest = tmp_path / "manifest-sha256.txt"
    lines = "".join(f"{digest}  data/{path}\n" for path, digest in digests(data).items())
    manifest.write_text(lines, encoding="utf-8")
    assert manifest_faults(tmp_path) == []
    (data / "b").write_bytes(b"b")
    assert manifest_faults(tmp_path) == ["data/b is not in the manifest"]
    (data / "a").write_bytes(b"c")
    assert any("FAILED" in words for words in manifest_faults(tmp_path))


@LINUX
def test_killed_runs_leave_nothing_partial_and_end_as_an_undisturbed_one(workplace: Workplace) -> None:
    result = killing.kill_at_random(workplace, kills=3)
    assert (result.trials, result.violations) == (3, [])


@LINUX
def test_poison_is_quarantined_and_the_others_are_published(workplace: Workplace) -> None:
    assert poison.poison_some(workplace, healthy=6, seconds=12).violations == []


@LINUX
def test_a_second_run_on_a_ledger_is_refused(workplace: Workplace) -> None:
    assert contention.run_twice_at_once(workplace).violations == []


def test_references_lead_somewhere(workplace: Workplace) -> None:
    result = following.follow_references(workplace, ("follow", "keep"))
    assert result.trials > 150
    assert result.violations == []


def test_a_second_run_does_nothing(workplace: Workplace) -> None:
    assert untouched.run_again(workplace).violations == []


def test_exit_status_ledger_lines_and_files_agree(workplace: Workplace) -> None:
    assert compare_accounts(workplace).violations == []


def test_the_script_prints_a_line_for_each_trial(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    command = [sys.executable, ROOT / "benchmarks" / "run_reliability.py", "--quick", "--only", "R6"]
    done = subprocess.run([*command, "--markdown", page], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("R6, ")
    assert "| R6 | Destination read-only |" in page.read_text(encoding="utf-8")
