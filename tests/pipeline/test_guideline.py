from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np
import pydicom
import pytest

from lossytools import Condition, Options, Target, transcode
from lossytools.dicomio.gathering import gather
from lossytools.dicomio.source import read_source
from lossytools.errors import ExceedsGuideline, PolicySettingError
from lossytools.rules.facts import nears_before

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Writer


@pytest.fixture
def magnetic(write: Writer) -> Path:
    frames = (np.add.outer(np.arange(128), np.arange(128)) * 3).astype(np.uint8)[None]
    return write(frames, Modality="MR")


def test_a_result_that_exceeds_the_guideline_is_not_written(magnetic: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.dcm"
    with pytest.raises(ExceedsGuideline, match=r"exceeds the 7:1 that drg allows for MR.*--policy-warns"):
        transcode(magnetic, out, "jpeg2000:ratio=12", Options(policy="drg"))
    assert not out.exists()
    done = transcode(magnetic, out, "jpeg2000:ratio=12", Options(policy="drg", policy_warns=True))
    assert "exceeds the 7:1" in done.warnings[0]


def test_the_history_counts_too(magnetic: Path, tmp_path: Path) -> None:
    once, twice = tmp_path / "once.dcm", tmp_path / "twice.dcm"
    first = transcode(magnetic, once, "jpeg2000:ratio=4", Options(policy="drg"))
    assert first.warnings == ()
    with pytest.raises(ExceedsGuideline, match="over 2 lossy steps"):
        transcode(once, twice, "jpeg2000:ratio=4", Options(policy="drg", allow_recompress=True))


def test_what_has_no_figure_is_said_and_published(magnetic: Path, tmp_path: Path) -> None:
    done = transcode(magnetic, tmp_path / "o.dcm", "jpegls:near=3", Options(policy="drg"))
    assert done.warnings == ("drg has no figure for MR with ISO_14495_1",)


def test_a_target_compresses_no_more_than_the_guideline_leaves(magnetic: Path, tmp_path: Path) -> None:
    keep = Target((Condition("psnr", 30),))
    done = transcode(magnetic, tmp_path / "o.dcm", "jpeg2000", Options(policy="drg", keep=keep))
    assert 5 < done.measurement.ratio <= 7
    assert "max_ratio 7" in done.kept


def test_a_guideline_that_does_not_exist_is_refused_before_any_work() -> None:
    with pytest.raises(PolicySettingError):
        Options(policy="acr")


def test_the_nears_of_the_whole_history_are_summed(magnetic: Path, tmp_path: Path) -> None:
    house = tmp_path / "house.toml"
    house.write_text(
        'name="house"\ntitle="t"\ncountry=""\naddress=""\nread="original"\nlooked_up=""\nnote=""\n'
        '[[limit]]\nmodalities=["MR"]\nmethods=[]\nratio=9000\nnear=4\nwording="w"\n',
        encoding="utf-8",
    )
    rules = Options(policy=str(house), allow_recompress=True, allow_larger=True)
    files = [magnetic, *(tmp_path / f"{n}.dcm" for n in range(3))]
    for source, target in itertools.pairwise(files[:3]):
        assert transcode(source, target, "jpegls:near=2", rules).warnings == ()
    with pytest.raises(ExceedsGuideline, match=r"NEAR 2 \+ 2 \+ 1 exceeds the 4 that house allows for MR"):
        transcode(files[2], files[3], "jpegls:near=1", rules)
    assert not files[3].exists()
    transcode(files[2], files[3], "jpeg2000:ratio=2", rules)  # its errors are no NEARs


def test_of_a_step_by_others_the_stream_tells_its_near(magnetic: Path, tmp_path: Path) -> None:
    once = tmp_path / "once.dcm"
    transcode(magnetic, once, "jpegls:near=3", Options(allow_larger=True))
    image = pydicom.dcmread(once)
    image.DerivationDescription = "compressed"
    image.save_as(once)
    with read_source(once) as source:
        assert nears_before(gather(source)) == (3,)
    image.LossyImageCompressionMethod = ["ISO_14495_1", "ISO_14495_1"]
    image.LossyImageCompressionRatio = [2, 2]
    image.save_as(once)
    with read_source(once) as source:
        assert nears_before(gather(source)) is None
