"""Flag, methods and ratios: filled from evidence, padded with empty values, never invented."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lossytools.history import FLAG, METHOD, RATIO, RETIRED_FLAG, stored_values
from lossytools.repairs import Plan, plan
from lossytools.rules.bases import (
    DX,
    ENDOSCOPY,
    GREY,
    JPEG_2000,
    JPEG_2000_REVERSIBLE,
    JPEG_LS,
    NATIVE,
    NEVER_LOSSY,
)
from lossytools.rules.examples import evidence_of

JPEG, J2K = "ISO_10918_1", "ISO_15444_1"
# The good object: 640 x 480 x 3 samples x 3 frames in 276480 bytes of baseline JPEG, 10:1.
MEASURED = "10.0000"


def planned(**changes: Any) -> Plan:
    return plan(evidence_of(changes))


def record(done: Plan) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Return flag, methods and ratios after a repair."""
    flag, methods, ratios = (stored_values(done.after.image, name) for name in (FLAG, METHOD, RATIO))
    return flag, methods, ratios


def left(done: Plan) -> list[str]:
    return [each.finding.rule for each in done.left]


def test_a_good_object_needs_nothing() -> None:
    assert planned() == Plan((), (), planned().after)
    assert record(planned()) == (("01",), (JPEG,), (MEASURED,))


@pytest.mark.parametrize(
    ("base", "method"),
    [({}, JPEG), (JPEG_LS, "ISO_14495_1"), (JPEG_2000, J2K)],
    ids=["jpeg", "jpegls", "j2k"],
)
@pytest.mark.parametrize("flag", [None, "00", "", "1", ["01", "01"]])
def test_lossy_streams_set_flag_method_and_measured_ratio(
    base: dict[str, Any], method: str, flag: Any
) -> None:
    done = planned(**base | {FLAG: flag, METHOD: None, RATIO: None})
    assert record(done) == (("01",), (method,), (MEASURED,))
    assert left(done) == []


def test_a_ratio_without_method_keeps_its_own_characters() -> None:
    done = planned(**{METHOD: None, RATIO: "10.00"})
    assert record(done) == (("01",), (JPEG,), ("10.00",))
    (repair,) = done.repairs
    assert repair.rules == ("M02",)
    assert repair.says == "the last method is that of the code streams"
    assert [(change.keyword, change.value) for change in repair.changes] == [(METHOD, (JPEG,))]


def test_a_stated_ratio_that_is_not_the_measured_one_is_left() -> None:
    done = planned(**{METHOD: None, RATIO: "80"})
    assert record(done)[2] == ("80",)
    assert left(done) == ["M10"]
    assert done.left[0].why.startswith("a stated value is never replaced")


@pytest.mark.parametrize(
    ("methods", "ratios", "methods_after", "ratios_after"),
    [
        # the one ratio is that of the code streams: it is of the last step
        ([JPEG, JPEG], "10.0", (JPEG, JPEG), ("", "10.0")),
        # it is not: it is of the first step, and the last is measured
        ([J2K, JPEG], "19", (J2K, JPEG), ("19", MEASURED)),
        # the one method is that of the code streams
        (JPEG, ["19", "10"], ("", JPEG), ("19", "10")),
        # it is not: the code streams name the last
        (J2K, ["19", "10"], (J2K, JPEG), ("19", "10")),
        # no method at all: each step keeps its place
        (None, ["19", "10"], ("", JPEG), ("19", "10")),
        # neither is known of the last step: both follow from its code streams
        (["", J2K], ["", "", ""], ("", J2K, JPEG), ("", "", MEASURED)),
        # no ratio at all: only the last can be measured
        ([J2K, JPEG], None, (J2K, JPEG), ("", MEASURED)),
    ],
)
def test_lists_are_aligned_by_what_the_code_streams_bear_out(
    methods: Any, ratios: Any, methods_after: tuple[str, ...], ratios_after: tuple[str, ...]
) -> None:
    done = planned(**{METHOD: methods, RATIO: ratios})
    assert record(done) == (("01",), methods_after, ratios_after)
    assert left(done) == []


@pytest.mark.parametrize(
    ("methods", "ratios"),
    [
        ([J2K, JPEG, JPEG], ["19", "10"]),
        ([J2K, J2K, JPEG], "19"),
        (JPEG, ["3", "19", "10"]),
        ([J2K, JPEG], "3.33"),  # 10:1 of three samples is 3.33:1 of palette indices: either step's
        ([J2K, JPEG], "ten"),
    ],
)
def test_a_gap_of_several_possible_places_is_left(methods: Any, ratios: Any) -> None:
    done = planned(**{METHOD: methods, RATIO: ratios})
    if methods == JPEG:  # the method is of the last step, and the ratios have a place each
        assert record(done)[1:] == (("", "", JPEG), ("3", "19", "10"))
    else:
        assert (done.repairs, "M03" in left(done)) == ((), True)


@pytest.mark.parametrize("lists", [{METHOD: [J2K, JPEG], RATIO: "10"}, {METHOD: None, RATIO: "10"}])
def test_native_pixels_prove_no_step(lists: dict[str, Any]) -> None:
    done = planned(**NATIVE | lists)
    assert done.repairs == ()
    assert set(left(done)) <= {"M02", "M03"}


def test_native_pixels_with_a_history_and_nothing_known_get_no_placeholder() -> None:
    done = planned(**NATIVE | {METHOD: None, RATIO: None})
    assert done.repairs == ()
    assert left(done) == ["M01", "M02"]
    assert [each.why for each in done.left] == [
        "the pixel data at hand cannot be measured for it, and a ratio is never invented",
        "the pixel data is in no lossy code stream that would name the method",
    ]


def test_a_doubt_about_the_pixels_leaves_the_ratio_unmeasured() -> None:
    done = planned(**{RATIO: None, "Rows": 481})
    assert record(done)[2] == ()
    assert left(done) == ["M01", "P10"]


def test_a_truncated_frame_leaves_the_ratio_unmeasured() -> None:
    evidence = evidence_of({RATIO: None})
    (fact,) = evidence.streams
    cut = type(fact)(fact.frame, fact.count, fact.header, complete=False)
    done = plan(replace(evidence, streams=(cut,)))
    assert stored_values(done.after.image, RATIO) == ()


@pytest.mark.parametrize(
    ("header", "flag"),
    [
        ({METHOD: JPEG, RATIO: "10"}, ("01",)),
        ({METHOD: None, RATIO: "1.5"}, ("01",)),
        ({METHOD: None, RATIO: "1"}, ("00",)),  # a ratio of 1 is what some write who lost nothing
        ({METHOD: None, RATIO: None, RETIRED_FLAG: "01"}, ("01",)),
        ({METHOD: None, RATIO: None, RETIRED_FLAG: "00"}, ("00",)),
    ],
)
def test_native_pixels_take_the_flag_from_the_header(header: dict[str, Any], flag: tuple[str, ...]) -> None:
    done = planned(**NATIVE | {FLAG: "00", RETIRED_FLAG: None} | header)
    assert record(done)[0] == flag
    assert RETIRED_FLAG not in done.after.image


@pytest.mark.parametrize("flag", ["1", "YES", "00\\00"])
def test_a_flag_that_says_nothing_is_left(flag: str) -> None:
    done = planned(**NATIVE | NEVER_LOSSY | {FLAG: flag})
    assert (done.repairs, left(done)) == ((), ["L03"])


def test_a_missing_flag_of_type_2_is_added_empty_and_of_type_1_is_left() -> None:
    endoscopy = {"SOPClassUID": ENDOSCOPY, "meta__MediaStorageSOPClassUID": ENDOSCOPY}
    done = planned(**NATIVE | NEVER_LOSSY | endoscopy)
    assert (record(done)[0], FLAG in done.after.image) == ((), True)
    assert [repair.rules for repair in done.repairs] == [("L09",)]
    done = planned(**NATIVE | NEVER_LOSSY | GREY | {"SOPClassUID": DX, "meta__MediaStorageSOPClassUID": DX})
    assert FLAG not in done.after.image
    assert "L09" in left(done)


def test_reversible_streams_prove_no_loss() -> None:
    done = planned(**JPEG_2000_REVERSIBLE)
    assert done.repairs == ()


@pytest.mark.parametrize(("stated", "spelt"), [("iso_10918_1", (JPEG,)), ("Iso_10918_1", (JPEG,))])
def test_a_method_in_lower_case_is_spelt_as_its_term(stated: str, spelt: tuple[str, ...]) -> None:
    done = planned(**{METHOD: stated})
    assert record(done)[1] == spelt
    assert left(done) == []


@pytest.mark.parametrize("method", ["JPEG", "ISO_15444_2", "JPEG_BASELINE_PROCESS_1"])
def test_another_name_of_a_method_is_left(method: str) -> None:
    done = planned(**{METHOD: method})
    assert done.repairs == ()
    assert record(done)[1] == (method,)


VALUES = st.lists(st.sampled_from(["", JPEG, J2K, "JPEG"]), max_size=3)
RATIOS = st.lists(st.sampled_from(["", "10", "19", "10.0000", "0", "ten"]), max_size=3)
BASES = st.sampled_from([{}, NATIVE, JPEG_2000, JPEG_LS, JPEG_2000_REVERSIBLE])
FLAGS = st.sampled_from([None, "", "00", "01", "1"])


def in_order(stated: tuple[str, ...], after: tuple[str, ...]) -> bool:
    """Return whether the stated values are there, in their order."""
    rest = iter(after)
    return all(value in rest for value in stated if value)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(methods=VALUES, ratios=RATIOS, base=BASES, flag=FLAGS)
def test_no_step_is_dropped_and_no_stated_value_changed(
    methods: list[str], ratios: list[str], base: dict[str, Any], flag: str | None
) -> None:
    evidence = evidence_of(base | {METHOD: methods, RATIO: ratios, FLAG: flag})
    before = [stored_values(evidence.image, name) for name in (METHOD, RATIO)]
    done = plan(evidence)
    after = [stored_values(done.after.image, name) for name in (METHOD, RATIO)]
    assert max(map(len, after)) >= max(map(len, before))
    assert all(in_order(old, new) for old, new in zip(before, after, strict=True))
    for old, new in zip(before, after, strict=True):
        if len(old) == len(new):
            assert all(now == was or not was for was, now in zip(old, new, strict=True))
    assert stored_values(done.after.image, FLAG) == ("01",) or flag != "01"
    assert plan(done.after).repairs == ()
