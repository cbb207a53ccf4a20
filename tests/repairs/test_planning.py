"""Every rule has its repair or the reason why there is none; a plan mends what it says and harms nothing."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydicom.dataelem import RawDataElement

from lossytools.repairs import REPAIRABLE, plan
from lossytools.repairs.reasons import WHY
from lossytools.rules import CATALOGUE, audit
from lossytools.rules.bases import DERIVED
from lossytools.rules.examples import evidence_of

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

    from lossytools.rules.definition import Example

ALONE = [rule for rule in CATALOGUE if rule.check is not None]
EXAMPLES = [
    pytest.param(rule.id, example, id=f"{rule.id}-{place}")
    for rule in ALONE
    for place, example in enumerate(rule.breaks)
    if example.source is None
]
GARBAGE = [b"", b"\\", b"\xff", b"-1", b"nan", b"1e999", b"01\\01", b"\0\0\0", b"9" * 70]
KEYWORDS = sorted(key for key in DERIVED if not key.startswith("meta__"))
META = sorted(key.removeprefix("meta__") for key in DERIVED if key.startswith("meta__"))
REVEALED = {"M01", "M02", "M13", "D01", "D10"}
"""What only a flag that is set brings to light."""


@pytest.mark.parametrize(("number", "example"), EXAMPLES)
def test_a_breaking_example_is_mended_or_left_with_a_reason(number: str, example: Example) -> None:
    evidence = evidence_of(example.derived)
    done = plan(evidence)
    found = {finding.rule for finding in audit(done.after)}
    mended = {rule for repair in done.repairs for rule in repair.rules}
    assert {left.finding.rule for left in done.left} == found
    assert not mended & found
    assert number in mended | found
    assert found - {finding.rule for finding in audit(evidence)} <= REVEALED
    assert all(left.why for left in done.left)


@pytest.mark.parametrize(("number", "example"), EXAMPLES)
def test_a_repaired_object_needs_no_repair(number: str, example: Example) -> None:
    assert plan(plan(evidence_of(example.derived)).after).repairs == (), number


def test_reasons_and_repairs_are_of_rules_that_exist() -> None:
    assert set(WHY) | REPAIRABLE <= {rule.id for rule in CATALOGUE}


def test_a_plan_leaves_its_evidence_alone() -> None:
    evidence = evidence_of({"PlanarConfiguration": 1, "LossyImageCompressionMethod": None})
    before = {tag: evidence.image.get_item(tag) for tag in evidence.image.keys()}  # noqa: SIM118
    plan(evidence)
    assert {tag: evidence.image.get_item(tag) for tag in evidence.image.keys()} == before  # noqa: SIM118
    assert evidence.image.PlanarConfiguration == 1


def fuzz(keywords: list[str]) -> st.SearchStrategy[dict[str, bytes | None]]:
    return st.dictionaries(st.sampled_from(keywords), st.none() | st.sampled_from(GARBAGE), max_size=8)


def spoil(image: Dataset, changes: dict[str, bytes | None]) -> None:
    """Remove or overwrite elements with bytes as they could lie in a file."""
    for keyword, value in changes.items():
        element = image.get_item(keyword) if keyword in image else None
        if element is None:
            continue
        del image[element.tag]
        if value is not None:
            image[element.tag] = RawDataElement(element.tag, element.VR, len(value), value, 0, False, True)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(image=fuzz(KEYWORDS), meta=fuzz(META), bare=st.booleans())
def test_a_plan_never_raises(image: dict[str, Any], meta: dict[str, Any], *, bare: bool) -> None:
    evidence = evidence_of({"streams": ()} if bare else {})
    spoil(evidence.image, image)
    spoil(evidence.meta, meta)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pydicom's, of malformed values
        assert plan(evidence).after.name == "derived"


@pytest.mark.parametrize("keyword", sorted(key for key in DERIVED if not key.startswith("meta__")))
def test_a_plan_bears_any_one_attribute_missing(keyword: str) -> None:
    plan(evidence_of({keyword: None}))
