"""Codes of the record against the dictionary of DICOM."""

from __future__ import annotations

import pytest
from pydicom.sr._concepts_dict import concepts

from lossytools.rules import find_rule
from lossytools.rules.bases import LOSSY_CODE
from lossytools.rules.examples import evidence_of
from lossytools.standard import codes
from lossytools.standard.codes import MEANINGS, Code


@pytest.mark.parametrize("number", sorted(MEANINGS))
def test_meanings_are_those_of_the_dictionary(number: str) -> None:
    meanings = {known[number][0] for known in concepts["DCM"].values() if number in known}
    assert meanings == {MEANINGS[number]}


def test_every_code_that_is_written_has_its_meaning_in_the_table() -> None:
    written = [each for each in vars(codes).values() if isinstance(each, Code)]
    assert len(written) == 8
    assert all(MEANINGS[code.value] == code.meaning for code in written)


@pytest.mark.parametrize(
    ("item", "fault"),
    [
        ({}, ["no Code Value", "no Code Meaning"]),
        ({"CodeValue": "1", "CodeMeaning": "m"}, ["no Coding Scheme Designator"]),
        ({"LongCodeValue": "1" * 20, "CodingSchemeDesignator": "99X", "CodeMeaning": "m"}, []),
        ({"URNCodeValue": "urn:x", "CodeMeaning": "m"}, []),
        (LOSSY_CODE | {"CodeMeaning": "m" * 65}, ["Code Meaning of 65 characters, at most 64"]),
        (
            LOSSY_CODE | {"CodeMeaning": "UNCOMPRESSED PREDECESSOR"},
            ["113040 is Lossy Compression, and the Code Meaning is that of 121320"],
        ),
        (LOSSY_CODE | {"CodingSchemeDesignator": "99X", "CodeMeaning": "Uncompressed predecessor"}, []),
        (LOSSY_CODE | {"CodeMeaning": "Compression avec perte"}, []),
    ],
)
def test_each_fault_of_a_code_item_is_named(item: dict[str, str], fault: list[str]) -> None:
    evidence = evidence_of({"DerivationCodeSequence": [LOSSY_CODE, item]})
    found = [finding.says for finding in find_rule("D11").look(evidence)]
    assert found == [f"Derivation Code Sequence: {each}" for each in fault]
