"""Findings that are milder than their rule, where the text leaves room or the fault is a habit of makers."""

from __future__ import annotations

from typing import Any

import pytest

from lossytools.rules import find_rule
from lossytools.rules.bases import GREY, JPEG_2000, JPEG_SOURCE, NATIVE, SOURCE_UID, source_item
from lossytools.rules.examples import evidence_of, source_of


def region(right: int, bottom: int) -> dict[str, Any]:
    bounds = {"RegionLocationMinX0": 0, "RegionLocationMinY0": 0}
    return {
        "SequenceOfUltrasoundRegions": [
            bounds | {"RegionLocationMaxX1": right, "RegionLocationMaxY1": bottom}
        ]
    }


@pytest.mark.parametrize(
    ("right", "bottom", "severities"),
    [(639, 479, []), (640, 479, ["W"]), (640, 480, ["W", "W"]), (641, 480, ["E", "W"]), (9, 481, ["E"])],
)
def test_a_region_that_ends_one_too_far_is_a_warning(right: int, bottom: int, severities: list[str]) -> None:
    found = list(find_rule("P28").look(evidence_of(region(right, bottom))))
    assert [finding.severity for finding in found] == severities


def test_the_words_name_region_and_image() -> None:
    found = list(find_rule("P28").look(evidence_of(region(640, 500))))
    assert [finding.says for finding in found] == [
        "region 1: X 0 to 640, the image has 0 to 639: the upper bound is one too large",
        "region 1: Y 0 to 500, the image has 0 to 479",
    ]


@pytest.mark.parametrize(
    ("photometric", "severity"), [("YBR_FULL", "W"), ("YBR_FULL_422", "E"), ("HSV", "E"), ("RGB", "")]
)
def test_native_ybr_full_of_ultrasound_is_a_warning(photometric: str, severity: str) -> None:
    found = list(find_rule("P02").look(evidence_of(NATIVE | {"PhotometricInterpretation": photometric})))
    assert [finding.severity for finding in found] == [severity] * bool(severity)


@pytest.mark.parametrize(("photometric", "severities"), [("MONOCHROME2", []), ("MONOCHROME1", ["W"])])
def test_monochrome1_is_no_defined_term_of_ultrasound(photometric: str, severities: list[str]) -> None:
    changes = NATIVE | GREY | {"PhotometricInterpretation": photometric}
    found = list(find_rule("P02").look(evidence_of(changes)))
    assert [finding.severity for finding in found] == severities


@pytest.mark.parametrize(("purpose", "severity"), [({}, "E"), ({"PurposeOfReferenceCodeSequence": []}, "W")])
def test_a_source_without_a_purpose_may_be_raw_data(purpose: dict[str, Any], severity: str) -> None:
    item = source_item(SOURCE_UID) | purpose
    changes = {"ImageType": ["ORIGINAL", "PRIMARY"], "DerivationCodeSequence": None}
    found = list(find_rule("D01").look(evidence_of(changes | {"SourceImageSequence": [item]})))
    assert [finding.severity for finding in found] == [severity]


@pytest.mark.parametrize(
    ("before", "severity"),
    [
        ({"LossyImageCompression": "01"}, "W"),
        (JPEG_SOURCE, "E"),
        ({"LossyImageCompressionMethod": "JPEG"}, "E"),
    ],
)
def test_a_place_for_a_method_that_nobody_knows_is_no_error(before: dict[str, Any], severity: str) -> None:
    found = list(find_rule("M06").compare(source_of(before), evidence_of(JPEG_2000)))
    assert [finding.severity for finding in found] == [severity]


@pytest.mark.parametrize(
    ("times", "severities"), [("0 40 40", []), ("40 40 40", ["W"]), ("0 40", ["E"]), ("40 40", ["E", "W"])]
)
def test_a_first_frame_that_comes_late_is_a_warning(times: str, severities: list[str]) -> None:
    found = list(find_rule("F13").look(evidence_of({"FrameTimeVector": times.split()})))
    assert [finding.severity for finding in found] == severities
