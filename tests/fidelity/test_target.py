from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossytools.errors import TargetSettingError, UnsupportedPixels
from lossytools.fidelity.loss import Loss
from lossytools.fidelity.target import Condition, Target, parse_conditions, size_margin

CONDITIONS = (Condition("psnr", 45), Condition("ssim", 0.98), Condition("max_error", 12))


def test_conditions_are_read_as_they_are_written() -> None:
    assert parse_conditions("psnr>=45, ssim>=0.98, max_error<=12") == CONDITIONS
    assert parse_conditions(" PSNR >= 45 ") == CONDITIONS[:1]
    assert ", ".join(map(str, CONDITIONS)) == "psnr>=45, ssim>=0.98, max_error<=12"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is no condition"),
        ("psnr", "is no condition"),
        ("psnr>45", "is no condition"),
        ("psnr>=4e", "is no number"),
        ("psnr<=45", "asked for with >="),
        ("max_error>=3", "asked for with <="),
        ("vif>=0.5", "of psnr, ssim, max_error"),
        ("ssim>=1", "between 0 and 1, not"),
        ("ssim>=0", "between 0 and 1, not"),
        ("psnr>=500", "10 to 150 dB"),
        ("psnr>=nan", "is no condition"),
        ("max_error<=0", "1 to 65535"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_words(text: str, words: str) -> None:
    with pytest.raises(TargetSettingError, match=words):
        parse_conditions(text)


@pytest.mark.parametrize(
    ("choices", "words"),
    [
        ({}, "needs a condition"),
        ({"conditions": CONDITIONS[:1] * 2}, "each figure once"),
        ({"conditions": CONDITIONS, "scope": "most"}, "a scope is"),
        ({"conditions": CONDITIONS, "regions": ("all",)}, "regions are"),
        ({"ratio": 1.0}, "over 1"),
        ({"ratio": math.nan}, "over 1"),
        ({"max_bytes": 0}, "1 or more"),
        ({"ratio": 5.0, "max_bytes": 10}, "exclude"),
        ({"ratio": 5.0, "max_ratio": 10.0}, "opposite"),
    ],
)
def test_a_target_that_contradicts_itself_is_refused(choices: dict[str, Any], words: str) -> None:
    with pytest.raises(TargetSettingError, match=words):
        Target(**choices)


@given(st.floats(0.01, 0.999), st.floats(0.01, 0.999))
def test_a_margin_is_at_least_0_just_where_the_condition_is_kept(limit: float, figure: float) -> None:
    assert (Condition("ssim", limit).margin(figure) >= 0) == (figure >= limit)


@given(st.integers(1, 65535), st.integers(0, 65535))
def test_so_it_is_for_the_largest_error(limit: int, figure: int) -> None:
    assert (Condition("max_error", limit).margin(figure) >= 0) == (figure <= limit)


def test_what_lost_nothing_has_a_large_margin_and_what_was_not_measured_none() -> None:
    assert Condition("psnr", 45).margin(math.inf) == 150
    assert Condition("ssim", 0.98).margin(1.0) == 150
    with pytest.raises(UnsupportedPixels, match="cannot be judged"):
        Condition("ssim", 0.98).margin(math.nan)


def test_every_condition_counts_on_every_part_and_the_ratio_once() -> None:
    target = Target(CONDITIONS[:2], ("sector", "text"), max_ratio=10.0)
    errors = np.array([9, 1], np.int64)
    parts = {"sector": Loss(errors, 46.0, 0.99), "text": Loss(errors, 44.0, 0.98)}
    margins = target.margins(parts, native_bytes=1000, stream_bytes=50)
    # psnr 1 and -1; ssim -10 log10(0.01) + 10 log10(0.02) = 3.01 and 0; 50 bytes where 100 are wanted: -6.02
    assert margins == pytest.approx((1, -1, 3.0103, 0, -6.0206), abs=1e-4)


def test_a_size_is_compared_in_decibels() -> None:
    assert size_margin(100, 50) == pytest.approx(6.0206, abs=1e-4)


def test_a_target_says_in_words_what_it_is() -> None:
    target = Target(CONDITIONS, ("sector", "text"), "window", "p1", max_ratio=12)
    words = "psnr>=45, ssim>=0.98, max_error<=12, on sector and text, window range, p1, max_ratio 12"
    assert str(target) == words
    assert str(Target(ratio=8)) == "ratio 8"
