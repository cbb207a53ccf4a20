"""lossytools repair at work: what it says, what it writes, how it ends."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pydicom
import pytest
from click.testing import CliRunner

import lossytools
from lossytools.cli.verbs import root

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result


def run(*arguments: object) -> Result:
    return CliRunner().invoke(root, [str(each) for each in arguments], catch_exceptions=False)


@pytest.fixture
def lossy(write: Any) -> Path:
    """Return a lossy object of one frame that names no method, with words of a patient in it."""
    y, x = np.mgrid[0:24, 0:32]
    source = write(np.repeat(((x * 5 + y * 3) % 200)[None, ..., None], 3, axis=3).astype(np.uint8))
    target = source.with_name("lossy.dcm")
    lossytools.transcode(source, target, "jpeg", lossytools.Options(allow_larger=True))
    image = pydicom.dcmread(target)
    del image.LossyImageCompressionMethod
    image.PlanarConfiguration = 1
    image.save_as(target)
    return target


def test_text_tells_rule_change_and_clause(lossy: Path) -> None:
    done = run("repair", lossy, "--dry-run")
    assert done.exit_code == 0
    assert "target          none: nothing was written" in done.stdout
    assert "plan            2 repairs, 0 left" in done.stdout
    assert "P05  Planar Configuration is 0: JPEG Baseline (Process 1) knows no other" in done.stdout
    assert "    PlanarConfiguration: 1 -> 0  [PS3.3 C.7.6.3.1.3, PS3.5 8.2: as JPEG" in done.stdout
    assert "    LossyImageCompressionMethod: absent -> ISO_10918_1  [PS3.3 C.7.6.1.1.5.1:" in done.stdout
    assert "kept in OriginalAttributesSequence" in done.stdout
    assert done.stderr == "a dry run; nothing was written\n"


def test_what_is_left_is_told_with_its_reason(lossy: Path) -> None:
    image = pydicom.dcmread(lossy)
    image.LossyImageCompressionRatio = "80"
    image.save_as(lossy)
    target = lossy.with_name("repaired.dcm")
    done = run("repair", lossy, target)
    assert done.exit_code == 0
    assert "left W M10  the last ratio is 80, measured over 1 frame it is" in done.stdout
    assert "    why: a stated value is never replaced: it may be nominal, or another step's" in done.stdout
    assert run("audit", target).exit_code == 1


def test_json_tells_values_of_the_record_and_of_nobody_else(lossy: Path) -> None:
    target = lossy.with_name("repaired.dcm")
    done = run("repair", lossy, target, "--json")
    line = json.loads(done.stdout)
    assert (line["type"], line["target"], line["dry_run"], line["recorded"]) == (
        "repair",
        str(target),
        False,
        True,
    )
    assert line["uid"] == str(pydicom.dcmread(target).SOPInstanceUID)
    assert [repair["rules"] for repair in line["repairs"]] == [["P05"], ["M02"]]
    assert line["repairs"][1]["changes"] == [
        {
            "keyword": "LossyImageCompressionMethod",
            "action": "set",
            "because": "PS3.3 C.7.6.1.1.5.1: one value for each step, in order",
            "before": "",
            "after": "ISO_10918_1",
        }
    ]
    assert line["left"] == []
    assert "NOBODY" not in done.stdout + done.stderr


def test_nothing_to_repair_writes_nothing_and_says_so(write: Any) -> None:
    source = write(np.zeros((1, 8, 8), np.uint8))
    target = source.with_name("repaired.dcm")
    done = run("repair", source, target)
    assert (done.exit_code, target.exists()) == (0, False)
    assert done.stderr == "nothing to repair; nothing was written\n"
    image = pydicom.dcmread(source)
    image.LossyImageCompression = "01"
    image.save_as(source)
    done = run("repair", source, target)
    assert (done.exit_code, target.exists()) == (0, False)
    assert done.stderr == "no certain repair; nothing was written\n"


def test_a_missing_target_is_wrong_usage(lossy: Path) -> None:
    done = run("repair", lossy)
    assert done.exit_code == 2
    assert "TARGET is missing; without it only --dry-run is possible" in done.stderr


def test_a_target_that_exists_is_refused_and_a_damaged_source_is_unreadable(lossy: Path) -> None:
    target = lossy.with_name("repaired.dcm")
    target.write_bytes(b"mine")
    assert run("repair", lossy, target).exit_code == 1
    assert target.read_bytes() == b"mine"
    assert run("repair", target, lossy.with_name("other.dcm")).exit_code == 3


def test_explain_says_which_rules_are_repaired() -> None:
    assert "`lossytools repair` does it where the file" in run("explain", "M02").stdout
    assert "lossytools repair" not in run("explain", "D12").stdout
