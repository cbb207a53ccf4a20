"""Image Type of real kinds of objects."""

from __future__ import annotations

import pytest

from lossytools.rules import find_rule
from lossytools.rules.examples import evidence_of
from lossytools.standard.ultrasound import IMAGE_TYPE_TERMS

_CT = "1.2.840.10008.5.1.4.1.1.2"


def test_terms_of_ultrasound_fit_a_code_string() -> None:
    assert len(IMAGE_TYPE_TERMS) == 28
    assert all(len(term) <= 16 and term == term.upper() for term in IMAGE_TYPE_TERMS)


@pytest.mark.parametrize(
    ("sop_class", "image_type", "broken"),
    [
        (_CT, ["ORIGINAL", "PRIMARY", "AXIAL", "CT_SOM5 SEQ"], []),
        (_CT, ["DERIVED ", "SECONDARY", "MPR", "", "M", "ND"], []),
        (_CT, ["MIXED", "MIXED", "VOLUME", "NONE"], ["D02", "D04"]),
        ("1.2.840.10008.5.1.4.1.1.2.2", ["MIXED", "MIXED", "VOLUME", "NONE"], []),
        ("1.2.840.10008.5.1.4.1.1.66.4", ["DERIVED", "PRIMARY"], []),
        ("1.2.3.99", ["OWN", "TERMS"], []),
        ("1.2.840.10008.5.1.4.1.1.6", ["DERIVED", "PRIMARY", "CARDIOLOGY", "1"], ["D05"]),
        (_CT, ["DERIVED"], ["D04"]),
        (_CT, ["", ""], ["D02", "D04"]),
    ],
)
def test_image_type_is_judged_by_the_kind_of_object(
    sop_class: str, image_type: list[str], broken: list[str]
) -> None:
    evidence = evidence_of({"SOPClassUID": sop_class, "ImageType": image_type})
    found = [finding.rule for number in ("D02", "D04", "D05") for finding in find_rule(number).look(evidence)]
    assert found == broken
