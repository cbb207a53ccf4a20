from __future__ import annotations

import math

import pytest

from lossytools.fidelity.rate import bd_rate

FIRST = [(40.0, 1000.0), (44.0, 2000.0), (48.0, 4000.0)]


def test_half_the_bytes_at_every_quality_is_minus_half() -> None:
    assert bd_rate(FIRST, [(q, size / 2) for q, size in FIRST]) == pytest.approx(-0.5)
    assert bd_rate([(q, size / 2) for q, size in FIRST], FIRST) == pytest.approx(1.0)


def test_only_qualities_that_both_reach_are_compared() -> None:
    # on the same line in logarithms, four dB further up
    assert bd_rate(FIRST, [(44.0, 2000.0), (52.0, 8000.0)]) == pytest.approx(0.0, abs=1e-12)
    assert bd_rate(FIRST, [(50.0, 1.0), (60.0, 2.0)]) is None


def test_what_is_no_line_is_not_compared() -> None:
    assert bd_rate(FIRST, [(40.0, 1.0)]) is None
    assert bd_rate(FIRST, [(math.inf, 1.0), (math.inf, 2.0), (44.0, 3.0)]) is None


def test_the_order_of_the_points_does_not_matter() -> None:
    other = [(48.0, 3000.0), (40.0, 900.0), (44.0, 1700.0)]
    assert bd_rate(FIRST[::-1], other) == bd_rate(FIRST, sorted(other))
