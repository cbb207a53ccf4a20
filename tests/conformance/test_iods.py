"""Every IOD that policy allows goes through a lossy step, and no other one does."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from pydicom import dcmread

from iods.building import write as write_object
from iods.catalogue import SPECIMENS
from iods.exceptions import known
from iods.pages import DOCS, iods_page, ultrasound_page
from iods.real import REAL, Real
from iods.taking import ALLOWED as ALLOWED_OPTIONS
from iods.taking import CHANGED, CHANGED_GROUPS, take
from lossytools import Options, RefusedByPolicy, UnsupportedPixels, audit, transcode
from lossytools.standard.iod_policy import policies
from strangers import blames, complaints, new_ones

if TYPE_CHECKING:
    from iods.building import Specimen

GREY = np.tile(np.arange(64, dtype=np.uint8), (2, 48, 1))
ROWS = [(row, uid) for row in policies() for uid in row.sop_classes]
ALLOWED = [(row, uid) for row, uid in ROWS if row.policy in {"OK", "OK-WARN"}]
NEVER = [(row, uid) for row, uid in ROWS if row.policy in {"REFUSE", "NO-PIXELS"}]


def test_every_class_that_policy_allows_has_an_object() -> None:
    assert {(s.iod, s.sop_class) for s in SPECIMENS} == {(row.iod, uid) for row, uid in ALLOWED}


def test_no_two_objects_have_one_name() -> None:
    assert len({s.name for s in SPECIMENS}) == len(SPECIMENS)


@pytest.mark.parametrize("specimen", SPECIMENS, ids=lambda specimen: specimen.name)
def test_every_iod_goes_through_a_lossy_step(specimen: Specimen, tmp_path: Path) -> None:
    # One codec for each object, all in turn; benchmarks/every_iod.py takes each through all of its codecs.
    codecs = specimen.form.codecs
    taken = take(specimen, codecs[SPECIMENS.index(specimen) % len(codecs)], tmp_path)
    assert audit(tmp_path / "source.dcm", deep=True) == []
    assert taken.errors == known(specimen).errors
    assert taken.new == known(specimen).new
    assert taken.findings == ()
    assert taken.changed <= (CHANGED_GROUPS if specimen.shared else CHANGED)
    assert taken.changed >= {"SOPInstanceUID", "LossyImageCompression", "LossyImageCompressionMethod"}
    assert taken.derivations >= 1
    assert taken.frames == specimen.form.frames


@pytest.mark.parametrize("real", REAL, ids=lambda real: real.name)
def test_real_files_go_through_a_lossy_step(real: Real, tmp_path: Path) -> None:
    source, target = real.path(), tmp_path / "derived.dcm"
    transcode(source, target, real.codec, replace(ALLOWED_OPTIONS, allow_recompress=True, allow_larger=True))
    before = complaints(source)
    assert before.total() == real.errors
    assert blames(before, complaints(target)) == []
    assert audit(target, against=source, deep=True) == []


@pytest.mark.parametrize("specimen", SPECIMENS[::4], ids=lambda specimen: specimen.name)
def test_a_second_step_in_a_series_of_its_own_is_as_true(specimen: Specimen, tmp_path: Path) -> None:
    first, *_, last = specimen.form.codecs
    source, once, twice = (tmp_path / f"{name}.dcm" for name in ("source", "once", "twice"))
    write_object(specimen, source)
    transcode(source, once, last, ALLOWED_OPTIONS)
    transcode(once, twice, first, replace(ALLOWED_OPTIONS, allow_recompress=True, new_series=True))
    assert audit(twice, against=once, deep=True) == []
    assert new_ones(complaints(once), complaints(twice)) == []
    assert len(dcmread(twice).LossyImageCompressionMethod) == 2


@pytest.mark.parametrize(("row", "uid"), NEVER, ids=lambda value: getattr(value, "iod", value))
def test_classes_that_are_never_compressed_are_refused_by_name(write: Any, row: Any, uid: str) -> None:
    source = write(GREY, SOPClassUID=uid)
    kind = RefusedByPolicy if row.policy == "REFUSE" else UnsupportedPixels
    words = "never compressed with loss" if row.policy == "REFUSE" else "hold no pixels"
    with pytest.raises(kind, match=f"{row.iod} objects .*{words}|{words}") as caught:
        transcode(source, source.with_name("derived.dcm"), "jpegls", Options(allow_quantitative=True))
    assert caught.type is kind
    assert row.iod in str(caught.value)
    assert [path.name for path in source.parent.iterdir()] == [source.name]


@pytest.mark.parametrize(("name", "page"), [("iods.md", iods_page), ("ultrasound.md", ultrasound_page)])
def test_the_pages_are_what_the_tables_say(name: str, page: Any) -> None:
    assert (DOCS / name).read_text(encoding="utf-8") == page()


def test_the_page_has_every_iod() -> None:
    page = iods_page()
    assert len(policies()) == 171
    assert all(f"| {row.iod} ({row.table}) |" in page for row in policies())
