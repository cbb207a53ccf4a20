"""The lossy history: pairs in, pairs out, nothing dropped and nothing invented."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.filewriter import dcmwrite

from lossytools.changes import Change, apply
from lossytools.history import (
    append,
    format_ratio,
    is_lossy,
    known_steps,
    methods_of,
    ratios_of,
    read_history,
    stored_values,
)
from lossytools.values import LossyStep

METHODS = st.sampled_from(["", "ISO_10918_1", "ISO_14495_1", "ISO_15444_1", "ISO_15444_15"])
RATIOS = st.sampled_from(["", "10", "10.000", "9.80", "12.3457", "1e1", "11.4297053279095", "0.5"])
STEPS = st.lists(st.builds(LossyStep, METHODS, RATIOS), max_size=5).map(tuple)


def image_of(**attributes: object) -> Dataset:
    image = Dataset()
    for keyword, value in attributes.items():
        setattr(image, keyword, value)
    return image


def through_a_file(image: Dataset) -> Dataset:
    file = io.BytesIO()
    dcmwrite(file, image, implicit_vr=False, little_endian=True)
    file.seek(0)
    return dcmread(file, force=True)


def recorded(steps: tuple[LossyStep, ...]) -> Dataset:
    values = (
        ("LossyImageCompressionMethod", methods_of(steps)),
        ("LossyImageCompressionRatio", ratios_of(steps)),
    )
    return apply(Dataset(), [Change(keyword, value, "PS3.3") for keyword, value in values])


@given(steps=STEPS, new=st.builds(LossyStep, METHODS, RATIOS))
def test_append_keeps_the_earlier_steps(steps: tuple[LossyStep, ...], new: LossyStep) -> None:
    longer = append(steps, new)
    assert longer[:-1] == steps
    assert longer[-1] == new
    assert len(methods_of(longer)) == len(ratios_of(longer)) == len(steps) + 1


@settings(max_examples=60, deadline=None)
@given(steps=STEPS)
def test_a_history_survives_a_file_character_for_character(steps: tuple[LossyStep, ...]) -> None:
    # One step of which nothing is known cannot be told from no step at all.
    kept = () if steps == (LossyStep("", ""),) else steps
    image = recorded(steps)
    assert read_history(image) == kept
    again = through_a_file(image)
    assert read_history(again) == kept
    twice = through_a_file(recorded(read_history(again)))
    assert read_history(twice) == kept


def test_a_ratio_keeps_its_own_characters_also_once_parsed() -> None:
    image = through_a_file(image_of(LossyImageCompressionRatio=["10.000", "9.80"]))
    assert stored_values(image, "LossyImageCompressionRatio") == ("10.000", "9.80")
    assert list(image.LossyImageCompressionRatio) == [10, 9.8]  # parsed, and converted in place
    assert ratios_of(read_history(image)) == ("10.000", "9.80")


def test_lists_of_unequal_length_are_filled_at_the_end() -> None:
    image = image_of(LossyImageCompressionRatio=["19", "39"], LossyImageCompressionMethod="ISO_10918_1")
    assert read_history(image) == (LossyStep("ISO_10918_1", "19"), LossyStep("", "39"))


@pytest.mark.parametrize(
    ("attributes", "lossy"),
    [
        ({}, False),
        ({"LossyImageCompression": "00"}, False),
        ({"LossyImageCompression": ""}, False),
        ({"LossyImageCompression": "01"}, True),
        ({"LossyImageCompressionRetired": "01"}, True),
        ({"LossyImageCompressionRatio": "10"}, True),
        ({"LossyImageCompressionMethod": "ISO_10918_1"}, True),
        ({"LossyImageCompression": "00", "LossyImageCompressionRatio": ""}, False),
    ],
)
def test_lossy_by_header_alone(attributes: dict[str, str], lossy: bool) -> None:  # noqa: FBT001
    assert is_lossy(image_of(**attributes)) is lossy


def test_nothing_known_of_an_original() -> None:
    assert known_steps(image_of(), stream_method="") == ()


def test_a_flag_without_lists_is_one_unknown_step() -> None:
    image = image_of(LossyImageCompression="01")
    assert known_steps(image, stream_method="") == (LossyStep("", ""),)


def test_a_lossy_stream_without_any_record_is_one_step_of_its_method() -> None:
    assert known_steps(image_of(), stream_method="ISO_10918_1") == (LossyStep("ISO_10918_1", ""),)


def test_only_the_last_unknown_method_is_filled_from_the_stream() -> None:
    image = image_of(LossyImageCompressionRatio=["19", "39"])
    assert known_steps(image, stream_method="ISO_10918_1") == (
        LossyStep("", "19"),
        LossyStep("ISO_10918_1", "39"),
    )


def test_a_known_method_is_never_replaced() -> None:
    image = image_of(LossyImageCompressionMethod="ISO_15444_1", LossyImageCompressionRatio="8")
    assert known_steps(image, stream_method="ISO_10918_1") == (LossyStep("ISO_15444_1", "8"),)


def test_nothing_known_but_the_flag_keeps_its_place_before_a_new_step() -> None:
    steps = append(
        known_steps(image_of(LossyImageCompression="01"), stream_method=""), LossyStep("ISO_15444_1", "12.5")
    )
    assert methods_of(steps) == ("", "ISO_15444_1")
    assert ratios_of(steps) == ("", "12.5")


@pytest.mark.parametrize(
    ("native", "stream", "text"),
    [
        (2_764_800, 276_480, "10.0000"),
        (1, 3, "0.333333"),
        (2_000_001, 2, "1000000"),  # 1000000.5 has seven digits; six are 1.00000E+6, half to even
        (1_234_565, 100_000, "12.3456"),  # 12.34565 lies half way, and 6 is even
        (12_345_750, 1_000_000, "12.3458"),
        (999_999_600_000, 1_000_000, "1000000"),
    ],
)
def test_ratio_has_six_digits_in_fixed_point(native: int, stream: int, text: str) -> None:
    assert format_ratio(native, stream) == text


@given(native=st.integers(1, 10**13), stream=st.integers(1, 10**9))
def test_ratio_is_a_decimal_string_close_to_the_quotient(native: int, stream: int) -> None:
    text = format_ratio(native, stream)
    assert len(text) <= 16
    assert set(text) <= set("0123456789.")
    exact = Decimal(native) / Decimal(stream)
    assert abs(Decimal(text) - exact) <= exact * Decimal("0.000005")


@pytest.mark.parametrize(("native", "stream"), [(0, 1), (1, 0), (-1, 1), (1, 10**12), (10**17, 1)])
def test_ratio_refuses_what_cannot_be_written(native: int, stream: int) -> None:
    with pytest.raises(ValueError, match="byte"):
        format_ratio(native, stream)
