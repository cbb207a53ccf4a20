from __future__ import annotations

import itertools
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pydicom
import pytest
from pydicom.dataelem import RawDataElement

from lossytools import Condition, Options, Target, transcode
from lossytools.dicomio.gathering import gather
from lossytools.dicomio.source import read_source
from lossytools.errors import ExceedsGuideline, PolicySettingError, TargetUnreachable
from lossytools.rules.facts import nears_before

if TYPE_CHECKING:
    from conftest import Writer

JPEG_LS = "ISO_14495_1"


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


def test_to_warn_takes_a_guideline() -> None:
    with pytest.raises(PolicySettingError, match="says nothing without a policy"):
        Options(policy_warns=True)


def test_a_guideline_that_does_not_exist_is_refused_before_any_work() -> None:
    with pytest.raises(PolicySettingError):
        Options(policy="acr")


@pytest.fixture
def house(tmp_path: Path) -> str:
    path = tmp_path / "house.toml"
    path.write_text(
        'name="house"\ntitle="t"\ncountry=""\naddress=""\nread="original"\nlooked_up=""\nnote=""\n'
        '[[limit]]\nmodalities=["MR"]\nmethods=[]\nratio=9000\nnear=4\nwording="w"\n',
        encoding="utf-8",
    )
    return str(path)


def test_the_nears_of_the_whole_history_are_summed(magnetic: Path, house: str, tmp_path: Path) -> None:
    rules = Options(policy=house, allow_recompress=True, allow_larger=True)
    files = [magnetic, *(tmp_path / f"{n}.dcm" for n in range(3))]
    for source, target in itertools.pairwise(files[:3]):
        assert transcode(source, target, "jpegls:near=2", rules).warnings == ()
    with pytest.raises(ExceedsGuideline, match=r"NEAR 2 \+ 2 \+ 1 exceeds the 4 that house allows for MR"):
        transcode(files[2], files[3], "jpegls:near=1", rules)
    assert not files[3].exists()
    transcode(files[2], files[3], "jpeg2000:ratio=2", rules)  # its errors are no NEARs


def test_a_search_turns_near_no_further_than_what_is_left(magnetic: Path, house: str, tmp_path: Path) -> None:
    loose = Target((Condition("psnr", 20),))
    rules = Options(policy=house, keep=loose, allow_recompress=True, allow_larger=True)
    free = transcode(magnetic, tmp_path / "free.dcm", "jpegls", Options(keep=loose))
    assert int(free.codec.partition("near=")[2]) > 4
    first = transcode(magnetic, tmp_path / "first.dcm", "jpegls", rules)
    assert (first.codec, first.warnings) == ("jpegls:near=4", ())
    once = transcode(magnetic, tmp_path / "once.dcm", "jpegls:near=1", Options(policy=house)).target
    assert transcode(once, tmp_path / "twice.dcm", "jpegls", rules).codec == "jpegls:near=3"
    with pytest.raises(ExceedsGuideline, match=r"NEAR 4 \+ \d+ exceeds"):  # nothing is left
        transcode(first.target, tmp_path / "second.dcm", "jpegls", rules)


def test_of_all_codecs_only_those_are_chosen_that_keep_to_the_guideline(
    write: Writer, tmp_path: Path
) -> None:
    noise = np.random.default_rng(2).normal(90, 6, (1, 128, 128)).astype(np.uint8)
    source = write(noise, Modality="MR")
    policy = tmp_path / "house.toml"
    policy.write_text(
        'name="house"\ntitle="t"\ncountry=""\naddress=""\nread="original"\nlooked_up=""\nnote=""\n'
        '[[limit]]\nmodalities=["MR"]\nmethods=["ISO_10918_1"]\nratio=1\nwording="no JPEG"\n'
        '[[limit]]\nmodalities=["MR"]\nmethods=["ISO_15444_1"]\nratio=6\nwording="JPEG 2000"\n',
        encoding="utf-8",
    )
    rules = Options(policy=str(policy), keep=Target((Condition("psnr", 30),)))
    done = transcode(source, tmp_path / "o.dcm", "auto:jpeg,jpeg2000", rules)
    assert done.codec.startswith("jpeg2000")
    assert "max_ratio 6" in done.kept
    assert done.measurement.ratio <= 6


NEAR_3 = "JPEG-LS near-lossless, maximum error 3 grey levels"


@pytest.mark.parametrize(
    ("words", "methods", "nears"),
    [
        ("compressed", [JPEG_LS], (3,)),  # the stream tells it
        ("", [JPEG_LS, JPEG_LS], None),
        ("NEAR=1 was planned", [JPEG_LS], (3,)),
        ("NEAR = 5", [JPEG_LS], (5,)),  # of what the stream was made of
        (NEAR_3, [JPEG_LS], (3,)),
        (f"{NEAR_3} [NEAR=2]", [JPEG_LS, JPEG_LS], (2, 3)),
        (f"{NEAR_3} [lossless JPEG-LS, NEAR=0]", [JPEG_LS], (3,)),
        (f"{NEAR_3} [JPEG]", ["ISO_10918_1", JPEG_LS], (3,)),
        ("", ["ISO_10918_1"], (3,)),  # whatever the header calls the step of these streams
        (NEAR_3, ["", JPEG_LS], None),  # nobody knows what the first step was
    ],
)
def test_the_nears_of_a_history(
    magnetic: Path, tmp_path: Path, words: str, methods: list[str], nears: tuple[int, ...] | None
) -> None:
    once = tmp_path / "once.dcm"
    transcode(magnetic, once, "jpegls:near=3", Options(allow_larger=True))
    image = pydicom.dcmread(once)
    image.DerivationDescription = words
    image.LossyImageCompressionMethod = methods
    image.LossyImageCompressionRatio = [2] * len(methods)
    image.save_as(once)
    with read_source(once) as source:
        assert nears_before(gather(source)) == nears


def test_what_never_lost_anything_has_no_near(magnetic: Path, tmp_path: Path) -> None:
    image = pydicom.dcmread(magnetic)
    image.DerivationDescription = "JPEG-LS lossless, NEAR=0"
    image.save_as(tmp_path / "told.dcm")
    with read_source(tmp_path / "told.dcm") as source:
        assert nears_before(gather(source)) == ()


@pytest.mark.parametrize("ratio", ["0", "-3", "abc", "nan", "inf", ""])
def test_a_ratio_that_cannot_be_is_not_known_and_refused(magnetic: Path, tmp_path: Path, ratio: str) -> None:
    once = transcode(magnetic, tmp_path / "once.dcm", "jpeg2000:ratio=2").target
    image = pydicom.dcmread(once)
    tag = image.data_element("LossyImageCompressionRatio").tag  # type: ignore[union-attr]
    image[tag] = RawDataElement(tag, "DS", len(ratio), ratio.encode(), 0, False, True)
    image.save_as(once)
    for keep in (None, Target((Condition("psnr", 30),))):
        rules = Options(policy="drg", allow_recompress=True, keep=keep)
        with pytest.raises(ExceedsGuideline, match="a ratio of the history is not known"):
            transcode(once, tmp_path / "twice.dcm", "jpeg2000", rules)


def test_a_step_that_grew_gives_nothing_to_the_next(magnetic: Path, tmp_path: Path) -> None:
    once = transcode(magnetic, tmp_path / "once.dcm", "jpeg2000:ratio=2").target
    image = pydicom.dcmread(once)
    image.LossyImageCompressionRatio = "0.5"
    image.save_as(once)
    rules = Options(policy="drg", allow_recompress=True, keep=Target((Condition("psnr", 30),)))
    assert transcode(once, tmp_path / "twice.dcm", "jpeg2000", rules).measurement.ratio <= 7


@pytest.mark.parametrize(("own", "bound"), [(30.0, "7"), (6.8, "6.8")])
def test_the_smaller_of_two_largest_ratios_counts(
    magnetic: Path, tmp_path: Path, own: float, bound: str
) -> None:
    keep = Target((Condition("psnr", 30),), max_ratio=own, scope="mean")
    done = transcode(magnetic, tmp_path / "o.dcm", "jpeg2000", Options(policy="drg", keep=keep))
    assert done.kept.endswith(f"max_ratio {bound}")


def test_a_guideline_that_allows_anything_bounds_nothing(magnetic: Path, house: str, tmp_path: Path) -> None:
    text = Path(house).read_text(encoding="utf-8")
    Path(house).write_text(text.replace("9000", "200000"), encoding="utf-8")
    rules = Options(policy=house, keep=Target((Condition("psnr", 30),)))
    assert "max_ratio" not in transcode(magnetic, tmp_path / "o.dcm", "jpeg2000", rules).kept


def test_what_a_guideline_keeps_out_of_reach_is_said_to_be_so(magnetic: Path, tmp_path: Path) -> None:
    flat = pydicom.dcmread(magnetic)
    flat.PixelData = bytes(128 * 128)
    flat.save_as(tmp_path / "flat.dcm")
    rules = Options(policy="drg", keep=Target((Condition("psnr", 30),)))
    with pytest.raises(
        TargetUnreachable, match=r"as far as the guideline drg allows, .* max_ratio 7 is asked"
    ):
        transcode(tmp_path / "flat.dcm", tmp_path / "o.dcm", "jpeg2000", rules)
