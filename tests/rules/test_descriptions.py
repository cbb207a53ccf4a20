"""The words of Derivation Description as tools really write them."""

from __future__ import annotations

import codecs

import pytest
from pydicom.charset import python_encoding

from lossytools.rules import find_rule
from lossytools.rules.bases import JPEG_LS_HEADER, LOSSY_CODE
from lossytools.rules.descriptions import lossy_frames_are_listed
from lossytools.rules.examples import evidence_of, example_pair


def says(number: str, **changes: object) -> list[str]:
    return [finding.says for finding in find_rule(number).look(evidence_of(changes))]


@pytest.mark.parametrize(
    "words",
    [
        "Lossy compression with JPEG baseline, IJG quality factor 90, compression ratio 15.512",
        "near lossless JPEG-LS compression, factor 18.757 (NEAR=2)",
        "JPEG 2000 irreversible (lossy) 16:1",
        "JPEG lossy 76:1",
        "Lossy compression: JPEG (ISO_10918_1), ratio 5.77:1 over 8 frames",
        "Kompression mit HTJ2K, 10 : 1",
        "H.264 at a rate of 30",
        "wavelet, 1:20",
    ],
)
def test_method_and_ratio_are_found_in_words_of_many_tools(words: str) -> None:
    assert says("D07", DerivationDescription=words) == []


@pytest.mark.parametrize(
    ("words", "missing"),
    [
        ("lossy conversion", "no method and no ratio"),
        ("RGB to JPEG Baseline 1 conversion", "no ratio"),
        ("compressed 10:1", "no method"),
    ],
)
def test_what_a_description_leaves_out_is_named(words: str, missing: str) -> None:
    assert says("D07", DerivationDescription=words) == [f"Derivation Description names {missing}"]


def test_a_device_that_codes_no_derivation_is_not_asked_for_its_words() -> None:
    vendor = {"DerivationCodeSequence": None, "SourceImageSequence": None, "DerivationDescription": "96"}
    assert says("D07", **vendor) == []


def test_the_words_of_a_functional_group_count() -> None:
    told = {"DerivationDescription": "JPEG 10:1", "DerivationCodeSequence": [LOSSY_CODE]}
    shared = [{"DerivationImageSequence": [told]}]
    assert says("D07", DerivationDescription=None, SharedFunctionalGroupsSequence=shared) == []
    long = [{"DerivationImageSequence": [{"DerivationDescription": "x" * 1025}]}]
    assert says("D08", SharedFunctionalGroupsSequence=long) == [
        "Derivation Description has 1025 characters, at most 1024"
    ]


@pytest.mark.parametrize(
    ("declared", "stored", "fits"),
    [
        (None, b"JPEG 10:1", True),
        (None, b"d\xe9bruit\xe9", False),
        ("ISO_IR 100", b"d\xe9bruit\xe9", True),
        ("ISO_IR 192", "débruité".encode(), True),
        ("ISO_IR 192", b"d\xe9bruit\xe9", False),
        ("ISO_IR 192", "é".encode() * 1024, True),
        ("ISO_IR 192", "é".encode() * 1025, False),
        (["", "ISO 2022 IR 87"], b"\x1b$B;3ED\x1b(B", True),
        ("ISO_IR 999", b"\xff", True),
    ],
)
def test_characters_are_counted_and_read_in_the_declared_set(
    declared: object, stored: bytes, *, fits: bool
) -> None:
    found = says("D08", SpecificCharacterSet=declared, DerivationDescription=stored)
    assert (found == []) is fits


@pytest.mark.parametrize("codec", sorted(set(python_encoding.values())))
def test_every_declared_set_has_a_decoder(codec: str) -> None:
    assert codecs.lookup(codec).name


@pytest.mark.parametrize("words", ["frames 1 and 2 lossy", "frame 1 to 2", "the first 2 frames"])
def test_lossy_frames_may_be_named_in_several_ways(words: str) -> None:
    source, derived = example_pair(lossy_frames_are_listed.breaks[0])
    assert len(list(lossy_frames_are_listed.compare(source, derived))) == 1
    named = evidence_of({**lossy_frames_are_listed.breaks[0].derived, "DerivationDescription": words})
    assert named.streams[0].header == JPEG_LS_HEADER
    assert list(lossy_frames_are_listed.compare(source, named)) == []
