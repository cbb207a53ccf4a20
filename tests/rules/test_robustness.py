"""An audit never raises, whatever a file leaves out or gets wrong."""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydicom.datadict import dictionary_VR, tag_for_keyword
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.tag import Tag

from lossytools.evidence import Encapsulation, Evidence, StreamFact
from lossytools.rules import audit, audit_pair, audit_set
from lossytools.rules.bases import DERIVED, SOURCE
from lossytools.rules.examples import dataset_of, evidence_of, source_of
from lossytools.rules.members import member_of

KEYWORDS = sorted(key for key in DERIVED if not key.startswith("meta__"))
META = sorted(key.removeprefix("meta__") for key in DERIVED if key.startswith("meta__"))
GARBAGE = [b"", b"\\", b"\\\\", b"\xff", b"-1", b"nan", b"1e999", b"01\\01", b"\0\0\0", b" " * 5, b"9" * 70]


def spoilt(image: Dataset, changes: dict[str, bytes | None]) -> None:
    """Remove or overwrite elements with bytes as they could lie in a file."""
    for keyword, value in changes.items():
        if keyword not in image:
            continue
        element = image.get_item(keyword)
        tag, vr = element.tag, element.VR
        del image[tag]
        if value is not None:
            image[tag] = RawDataElement(tag, vr, len(value), value, 0, False, True)


def fuzz(keywords: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(st.sampled_from(keywords), st.none() | st.sampled_from(GARBAGE), max_size=8)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(image=fuzz(KEYWORDS), meta=fuzz(META), source=fuzz(sorted(set(KEYWORDS) & set(SOURCE))))
def test_audit_never_raises(image: dict[str, Any], meta: dict[str, Any], source: dict[str, Any]) -> None:
    derived, original = evidence_of(), source_of()
    spoilt(derived.image, image)
    spoilt(derived.meta, meta)
    spoilt(original.image, source)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pydicom's, of malformed values
        for finding in [*audit(derived), *audit_pair(original, derived)]:
            assert finding.says
        members = (member_of(derived), member_of(original))
        assert all(finding.says for _, finding in audit_set(members))


OTHERS = (
    "CineRate", "FrameTimeVector", "ICCProfile", "ColorSpace", "OpticalPathSequence", "IconImageSequence",
    "SequenceOfUltrasoundRegions", "HistogramSequence", "WindowCenter", "PixelAspectRatio", "PixelSpacing",
    "StereoPairsPresent", "PixelDataProviderURL", "SharedFunctionalGroupsSequence", "HeartRate",
    "PerFrameFunctionalGroupsSequence", "FrameIncrementPointer", "RealWorldValueMappingSequence",
)  # fmt: skip


@pytest.mark.parametrize(
    "syntax", ["1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.102", "1.2.840.10008.1.2.1"]
)
@pytest.mark.parametrize("keyword", OTHERS)
def test_audit_bears_garbage_in_what_the_base_does_not_hold(keyword: str, syntax: str) -> None:
    for value in GARBAGE:
        derived, original = evidence_of({"meta__TransferSyntaxUID": syntax}), source_of()
        tag = Tag(tag_for_keyword(keyword) or 0)
        vr = dictionary_VR(tag).split()[0]
        for image in (derived.image, original.image):
            image[tag] = RawDataElement(tag, vr, len(value), value, 0, False, True)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for finding in [*audit(derived), *audit_pair(original, derived)]:
                assert finding.says


@pytest.mark.parametrize("keyword", KEYWORDS)
def test_audit_bears_any_one_attribute_missing(keyword: str) -> None:
    list(audit(evidence_of({keyword: None})))
    list(audit_pair(source_of({keyword: None}), evidence_of({keyword: None})))


def test_an_empty_object_breaks_no_rule() -> None:
    nothing = Evidence("nothing", b"", FileMetaDataset(), Dataset(), pixel_keyword="", pixel_vr="")
    assert list(audit(nothing)) == []
    assert list(audit_pair(nothing, nothing)) == []


def test_a_report_without_pixels_breaks_no_rule() -> None:
    report = Evidence(
        "report",
        bytes(128),
        evidence_of({"meta__TransferSyntaxUID": "1.2.840.10008.1.2.1"}).meta,
        dataset_of({name: DERIVED[name] for name in ("SOPClassUID", "SOPInstanceUID")}),
        pixel_keyword="",
    )
    assert list(audit(report)) == []


def test_a_private_transfer_syntax_is_not_judged() -> None:
    private = evidence_of(
        {"meta__TransferSyntaxUID": "1.2.3.99", "streams": (), "encapsulation__frames": None}
    )
    assert list(audit(private)) == []


def test_items_without_any_fragment_are_findings_not_errors() -> None:
    empty = Encapsulation((), (), (), delimited=False, frames=())
    found = list(audit(replace(evidence_of(), encapsulation=empty, streams=())))
    assert [finding.rule for finding in found] == ["F01", "F09"]


def test_an_unreadable_stream_is_one_finding() -> None:
    fact = StreamFact(2, 1, None, complete=False, error="no SOI marker")
    found = list(audit(evidence_of({"streams": (fact,)})))
    assert [finding.says for finding in found] == ["frame 2: no readable jpeg stream: no SOI marker"]
