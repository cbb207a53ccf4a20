"""Sizes and rates of video, PS3.5 Tables 8-1 to 8-4 and the levels of H.264 and HEVC."""

from __future__ import annotations

import pytest

from lossytools.standard.transfer_syntaxes import TRANSFER_SYNTAXES
from lossytools.standard.video_limits import limits_for

_4 = "1.2.840.10008.1.2.4."


def fits(suffix: str, rows: int, columns: int, rate: float) -> bool:
    return any(limit.fits(rows, columns, rate * 0.98, rate * 1.02) for limit in limits_for(_4 + suffix))


@pytest.mark.parametrize(
    ("suffix", "rows", "columns", "rate", "carried"),
    [
        ("100", 480, 720, 29.97, True),
        ("100", 576, 720, 25, True),
        ("100", 576, 720, 30, False),
        ("100", 240, 320, 15, True),
        ("100.1", 480, 721, 25, False),
        ("101", 720, 1280, 59.94, True),
        ("101", 1080, 1920, 59.94, False),
        ("101", 480, 640, 25, False),
        ("103", 1080, 1920, 23.976, True),
        ("103", 1080, 1920, 50, False),
        ("103.1", 720, 1280, 50, True),
        ("103.1", 720, 1280, 25, False),
        ("102", 768, 1024, 80, True),  # 48 x 64 macroblocks, 245,760 a second: the limit itself
        ("102", 768, 1024, 85, False),
        ("102", 1088, 1920, 25, True),  # 68 x 120 = 8,160 macroblocks
        ("102", 1104, 1920, 1, False),  # 69 x 120 = 8,280
        ("104", 1104, 1920, 60, True),
        ("104", 1168, 1920, 1, False),  # 73 x 120 = 8,760 macroblocks
        ("106.1", 1080, 1920, 120, False),
        ("107", 2160, 4096, 60, True),  # 8,847,360 samples, 530,841,600 a second
        ("107", 2160, 4096, 62, False),
        ("108", 2304, 4096, 1, False),  # 9,437,184 samples
        ("107", 8450, 64, 1, False),  # longer than the root of 8 x 8,912,896
    ],
)
def test_limits_are_those_of_the_tables(
    suffix: str, rows: int, columns: int, rate: float, *, carried: bool
) -> None:
    assert fits(suffix, rows, columns, rate) is carried


@pytest.mark.parametrize("suffix", ["100", "101", "102", "103", "104"])
def test_an_unknown_rate_is_not_judged(suffix: str) -> None:
    sizes = {"101": (1080, 1920), "103": (1080, 1920)}
    rows, columns = sizes.get(suffix, (480, 640))
    assert any(limit.fits(rows, columns, 0, 0) for limit in limits_for(_4 + suffix))


def test_every_video_syntax_has_limits() -> None:
    without = {s.uid for s in TRANSFER_SYNTAXES if s.family == "video" and not limits_for(s.uid)}
    assert without == set()
    assert limits_for(_4 + "50") == ()
    assert limits_for("1.2.840.10008.1.2.1") == ()
