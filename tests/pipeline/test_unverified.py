"""--verify none: the same code streams, and nothing claimed that nobody looked at."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from click.testing import CliRunner
from pydicom import dcmread

from lossytools import Options, audit, transcode
from lossytools.cli.verbs import root

if TYPE_CHECKING:
    from pathlib import Path

BLIND = Options(verify="none", workers=2)


@pytest.fixture
def source(write: Any) -> Path:
    """Return three grey frames with statistics and padding."""
    frames = np.random.default_rng(1).integers(40, 200, (3, 64, 64), np.uint8)
    statistics = {"SmallestImagePixelValue": 40, "LargestImagePixelValue": 199}
    path: Path = write(frames, **statistics, PixelPaddingValue=40)
    return path


def test_the_code_streams_are_those_of_a_verified_step(source: Path, tmp_path: Path) -> None:
    seen = transcode(source, tmp_path / "a.dcm", "jpeg")
    blind = transcode(source, tmp_path / "b.dcm", "jpeg", BLIND)
    assert (blind.digest, blind.measurement.ratio) == (seen.digest, seen.measurement.ratio)


def test_what_was_not_looked_at_is_not_claimed(source: Path, tmp_path: Path) -> None:
    target = tmp_path / "blind.dcm"
    measured = transcode(source, target, "jpeg", BLIND).measurement
    assert math.isnan(measured.psnr_db)
    assert (measured.max_error, measured.smallest, measured.largest) == (None, None, None)
    assert (measured.frames, measured.worst.number, measured.worst_error.number) == (3, 1, 1)
    derived = dcmread(target)
    for keyword in ("SmallestImagePixelValue", "LargestImagePixelValue", "PixelPaddingValue"):
        assert keyword not in derived
    assert "over 3 frames, loss not measured; lossytools" in derived.DerivationDescription
    assert audit(target, against=source) == []


def test_no_decoder_is_asked(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr("lossytools.codecs.jpeg.Jpeg.decode", refuse)
    transcode(source, tmp_path / "blind.dcm", "jpeg", BLIND)
    with pytest.raises(AssertionError):
        transcode(source, tmp_path / "seen.dcm", "jpeg", replace(BLIND, verify="first"))


def test_people_and_programs_are_told(source: Path, tmp_path: Path) -> None:
    def run(name: str, *options: str) -> str:
        words = ["transcode", str(source), str(tmp_path / name), "--verify", "none", *options]
        return str(CliRunner().invoke(root, words).stdout)

    assert "loss             not measured: no frame was decoded\n" in run("text.dcm")
    line = json.loads(run("lines.dcm", "--json"))
    assert [line[key] for key in ("psnr_db", "worst_psnr_db", "max_error")] == [None, None, None]
    assert line["ratio"] > 1
