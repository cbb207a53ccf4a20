"""What the harness makes of repeated measurements."""

from __future__ import annotations

import math

import pytest

from speed.ratios import fit_line, ratio_of, search, spread


def test_the_ratio_is_that_of_the_medians_and_its_spread_that_of_the_rounds() -> None:
    ratio = ratio_of([4.0, 6.0, 20.0], [2.0, 2.0, 5.0])  # rounds 2, 3, 4: quartiles 2.5 and 3.5
    assert (ratio.value, ratio.low, ratio.high) == (3.0, 2.5, 3.5)


def test_one_round_has_no_spread() -> None:
    assert spread([7.0]) == (7.0, 7.0)


def test_contestants_of_different_rounds_are_not_compared() -> None:
    with pytest.raises(ValueError, match="zip"):
        ratio_of([1.0, 2.0], [1.0])


def test_a_line_is_found_again() -> None:
    line = fit_line([1, 10, 100], [0.5 + 0.002 * x for x in (1, 10, 100)])
    assert (line.start, line.slope) == (pytest.approx(0.5), pytest.approx(0.002))
    assert line.worst < 1e-12
    assert line.at(1000) == pytest.approx(2.5)


def test_small_points_count_as_much_as_large_ones() -> None:
    line = fit_line([1, 1000], [1, 2000])
    assert (line.at(1), line.at(1000)) == (pytest.approx(1), pytest.approx(2000))
    assert fit_line([1, 2, 1000], [1, 2, 1500]).worst < 0.51


def test_a_line_needs_two_points() -> None:
    with pytest.raises(ValueError, match="two different x"):
        fit_line([3, 3], [1, 2])


def test_the_ratio_of_equal_psnr_is_found_in_a_few_tries() -> None:
    asked = []

    def psnr_at(ratio: float) -> float:
        asked.append(ratio)
        return 60 - 5 * math.log2(ratio)

    assert psnr_at(search(psnr_at, 42.0, 20)) == pytest.approx(42, abs=0.3)
    assert len(asked) <= 5


def test_a_psnr_that_no_ratio_gives_is_said() -> None:
    with pytest.raises(ValueError, match=r"no ratio gives 42\.00 dB"):
        search(lambda _: 30.0, 42.0, 20)
