"""The examples of the rules are real: a file can be each of them, and its audit finds the same."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lossytools.codecs.codestream import StreamHeader, ends_properly, read_header
from lossytools.dicomio.gathering import gather
from lossytools.dicomio.source import read_source
from lossytools.errors import UnreadableSource
from lossytools.rules import CATALOGUE, Rule, audit, audit_pair
from lossytools.rules.bases import J2K_HEADER, JPEG_HEADER, JPEG_LS_HEADER
from lossytools.rules.examples import evidence_of, example_pair, source_of
from oracle.objects import is_a_file, write_evidence
from oracle.streams import make_stream

if TYPE_CHECKING:
    from lossytools.evidence import Evidence
    from lossytools.rules.definition import Example

# A file in which nothing can be found, since its layout contradicts its header: it counts as unreadable.
REFUSED = {
    ("U05", 2): "does not begin with a Basic Offset Table",
    ("U05", 4): "does not name its Transfer Syntax",
    ("P32", 0): "does not belong",
}
# Holds where pixel data is larger, or lies further on, than a file of the tests can.
TOO_LARGE = {("M14", 2), ("F06", 1)}
BREAKS = [
    pytest.param(rule, example, id=f"{rule.id}-{number}")
    for rule in CATALOGUE
    for number, example in enumerate(rule.breaks)
    if is_a_file(rule, number) and (rule.id, number) not in REFUSED
]
HOLDS = [
    pytest.param(rule, example, id=f"{rule.id}-{number}")
    for rule in CATALOGUE
    for number, example in enumerate(rule.holds)
    if (rule.check or rule.check_pair) and (rule.id, number) not in TOO_LARGE
]
HEADERS = [
    JPEG_HEADER,
    replace(JPEG_HEADER, process="SOF1", precision=12, samples=1, subsampling=None),
    replace(JPEG_HEADER, colour="ycbcr", subsampling="420"),
    replace(JPEG_HEADER, colour="ycbcr", jfif=True, adobe_transform=1),
    replace(JPEG_HEADER, colour="rgb", process="SOF3", irreversible=False),
    JPEG_LS_HEADER,
    J2K_HEADER,
    replace(J2K_HEADER, process="5-3", irreversible=False, container=True, component_transform=False),
    replace(J2K_HEADER, family="htj2k", samples=1, subsampling=None, signed=True, precision=12),
    StreamHeader("jpegxl", "VarDCT", 480, 640, 3, 8, irreversible=True),
]


def through_a_file(evidence: Evidence, path: Path) -> Evidence:
    with read_source(write_evidence(path, evidence)) as source:
        return gather(source)


def found(source: Evidence, derived: Evidence, example: Example) -> set[str]:
    findings = audit(derived) if example.source is None else audit_pair(source, derived)
    return {finding.rule for finding in findings}


def layout(evidence: Evidence) -> tuple[object, ...]:
    if not evidence.pixel_keyword:
        return (evidence.preamble, "")
    items = evidence.encapsulation
    pixels = (evidence.preamble, evidence.pixel_keyword, evidence.pixel_vr, evidence.pixel_length)
    return (*pixels, items and (items.basic_offsets, items.offsets, items.lengths, items.delimited))


@pytest.mark.parametrize(("rule", "example"), [*BREAKS, *HOLDS])
def test_the_file_of_an_example_breaks_the_same_rules(rule: Rule, example: Example, tmp_path: Path) -> None:
    source, derived = example_pair(example)
    before, after = (through_a_file(each, tmp_path / each.name) for each in (source, derived))
    assert found(before, after, example) == found(source, derived, example)
    assert (rule.id in found(before, after, example)) is (example in rule.breaks)
    assert layout(after) == layout(derived)


@pytest.mark.parametrize(("rule", "number"), REFUSED)
def test_a_file_that_cannot_be_taken_apart_is_refused(rule: str, number: int, tmp_path: Path) -> None:
    example = next(each for each in CATALOGUE if each.id == rule).breaks[number]
    with pytest.raises(UnreadableSource, match=REFUSED[rule, number]):
        through_a_file(evidence_of(example.derived), tmp_path / "refused.dcm")


def test_the_good_base_comes_back_as_it_was(tmp_path: Path) -> None:
    for evidence in (source_of(), evidence_of()):
        stored = through_a_file(evidence, tmp_path / evidence.name)
        assert stored.streams == evidence.streams
        assert stored.encapsulation == evidence.encapsulation
        assert layout(stored) == layout(evidence)
        assert {element.keyword for element in stored.image} == {
            element.keyword for element in evidence.image
        }


@pytest.mark.parametrize("header", HEADERS, ids=lambda header: f"{header.family}-{header.process}")
def test_streams_say_what_they_were_asked_to_say(header: StreamHeader) -> None:
    stream = make_stream(header, 1000)
    assert len(stream) == 1000
    assert read_header(stream) == header
    assert ends_properly(stream, header.family)
    cut = make_stream(header, 1000, complete=False)
    assert ends_properly(cut, header.family) is (header.family == "jpegxl")
