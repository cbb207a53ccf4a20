"""Every rule is tested by its own examples, and the catalogue as a whole by the good base."""

from __future__ import annotations

import re
from dataclasses import FrozenInstanceError
from typing import TYPE_CHECKING

import pytest

from lossytools.rules import CATALOGUE, Finding, Rule, audit, audit_pair, find_rule, select
from lossytools.rules.bases import JPEG_SOURCE, NATIVE, NEVER_LOSSY, SAME_UID
from lossytools.rules.examples import evidence_of, example_pair, members_of, source_of

if TYPE_CHECKING:
    from lossytools.rules.definition import Example

# All 125 of them, and no others.
PRESENT = {
    *(f"L{n:02}" for n in range(1, 12)),
    *(f"M{n:02}" for n in range(1, 15)),
    *(f"D{n:02}" for n in range(1, 22)),
    *(f"U{n:02}" for n in range(1, 22)),
    *(f"P{n:02}" for n in range(1, 34)),
    *(f"F{n:02}" for n in range(1, 21)),
    *(f"O{n:02}" for n in range(1, 6)),
    *(f"U{n:02}" for n in range(1, 21) if n != 15),
    *(f"P{n:02}" for n in range(1, 34) if True),
    *(f"F{n:02}" for n in range(1, 21) if True),
    *(f"P{n:02}" for n in range(1, 34)),
    *(f"F{n:02}" for n in range(1, 21)),
    *(f"O{n:02}" for n in range(1, 5)),
    "D06",
    "D16",
    "D20",
}
WARNINGS = {
    "L11",
    "M04",
    "M10",
    "M13",
    "M14",
    "D05",
    "D07",
    "D09",
    "D10",
    "D12",
    "D14",
    "D15",
    "D17",
    "D18",
    "D21",
    "U10",
    "U11",
    "U12",
    "U16",
    "U19",
    "U21",
    "P16",
    "P22",
    "P23",
    "P29",
    "O03",
    "P25",
    "P31",
    "F14",
    "F18",
    "O05",
}
INFORMATION = {"D19", "U18"}
HOLDS = [
    pytest.param(rule, example, id=f"{rule.id}-{n}")
    for rule in CATALOGUE
    for n, example in enumerate(rule.holds)
]
BREAKS = [
    pytest.param(rule, example, id=f"{rule.id}-{n}")
    for rule in CATALOGUE
    for n, example in enumerate(rule.breaks)
]


def findings_of(rule: Rule, example: Example) -> list[Finding]:
    if example.group:
        return [finding for _, finding in rule.survey(members_of(example))]
    source, derived = example_pair(example)
    return list(rule.look(derived) if example.source is None else rule.compare(source, derived))


@pytest.mark.parametrize(("rule", "example"), HOLDS)
def test_rule_holds(rule: Rule, example: Example) -> None:
    assert findings_of(rule, example) == []


@pytest.mark.parametrize(("rule", "example"), BREAKS)
def test_rule_breaks(rule: Rule, example: Example) -> None:
    found = findings_of(rule, example)
    assert found
    assert {finding.rule for finding in found} == {rule.id}


@pytest.mark.parametrize("rule", CATALOGUE, ids=lambda rule: rule.id)
def test_every_check_of_a_rule_has_an_example_that_breaks_it(rule: Rule) -> None:
    shown = {"set" if e.group else "one" if e.source is None else "pair" for e in rule.breaks}
    checks = {"one": rule.check, "pair": rule.check_pair, "set": rule.check_set}
    assert shown == {kind for kind, check in checks.items() if check}
    assert rule.holds


@pytest.mark.parametrize("rule", CATALOGUE, ids=lambda rule: rule.id)
def test_every_rule_says_why_and_where_and_what_to_do(rule: Rule) -> None:
    assert re.fullmatch(r"[LMDUPFO]\d\d", rule.id)
    assert re.search(r"PS3\.\d", rule.cites)
    assert len(rule.title) < 90
    assert rule.why.endswith(".")
    assert rule.repair
    assert rule.applies_to
    assert rule.since == "0.1"


def test_the_base_breaks_no_rule() -> None:
    assert list(audit(evidence_of())) == []
    assert list(audit(source_of())) == []
    assert list(audit_pair(source_of(), evidence_of())) == []


def test_lossless_steps_break_no_rule() -> None:
    decompressed = NATIVE | NEVER_LOSSY | SAME_UID | {"LossyImageCompression": "01"}
    source, derived = source_of(JPEG_SOURCE), evidence_of(decompressed)
    assert list(audit_pair(source, derived)) == []
    # What the source never said of itself stays a warning: neither method nor ratio is known.
    assert [finding.rule for finding in audit(derived)] == ["M01", "M02"]


def test_ids_are_unique_and_in_order() -> None:
    ids = [rule.id for rule in CATALOGUE]
    assert len(set(ids)) == len(ids)
    assert ids == sorted(ids, key=lambda number: ("LMDUPFO".index(number[0]), number))
    assert set(ids) == PRESENT


def test_everything_else_is_an_error() -> None:
    assert {rule.id for rule in CATALOGUE if rule.severity == "W"} == WARNINGS
    assert {rule.id for rule in CATALOGUE if rule.severity == "I"} == INFORMATION
    assert {rule.severity for rule in CATALOGUE} == {"E", "W", "I"}


@pytest.mark.parametrize(
    ("sop_class", "severity"),
    [("1.2.840.10008.5.1.4.1.1.3.1", "W"), ("1.2.840.10008.5.1.4.1.1.1.1", "E"), ("1.2.3", "W")],
)
def test_a_missing_ratio_is_an_error_where_the_iod_says_so(sop_class: str, severity: str) -> None:
    evidence = evidence_of({"SOPClassUID": sop_class, "LossyImageCompressionRatio": None})
    assert [finding.severity for finding in find_rule("M01").look(evidence)] == [severity]


def test_findings_say_nothing_of_the_patient() -> None:
    changes = {"PatientName": "Secret^Person", "PatientID": "S3CR3T", "StudyDescription": "Secret"}
    found = list(audit_pair(source_of(), evidence_of(changes)))
    assert [finding.rule for finding in found] == ["U07", "U07", "U07"]
    assert not re.search("secret|s3cr3t|nobody", " ".join(finding.says for finding in found), re.IGNORECASE)


def test_audit_leaves_the_elements_as_they_were_read() -> None:
    source, derived = source_of(), evidence_of()
    before = [each.image.get_item(tag) for each in (source, derived) for tag in each.image.keys()]  # noqa: SIM118
    list(audit(derived))
    list(audit_pair(source, derived))
    after = [each.image.get_item(tag) for each in (source, derived) for tag in each.image.keys()]  # noqa: SIM118
    assert all(old is new for old, new in zip(before, after, strict=True))


def test_select_takes_prefixes() -> None:
    assert [rule.id for rule in select("M01,l1")] == ["L10", "L11", "M01"]
    assert select("") == CATALOGUE
    with pytest.raises(ValueError, match="'Q'"):
        select("L,Q")


def test_find_rule_wants_a_whole_id() -> None:
    assert find_rule("m03").title == "Each method has its ratio, at the same place"
    with pytest.raises(KeyError):
        find_rule("M")


def test_rules_and_findings_are_frozen() -> None:
    finding = next(iter(audit(evidence_of({"LossyImageCompression": None}))))
    with pytest.raises(FrozenInstanceError):
        finding.rule = "X"  # type: ignore[misc]
    assert finding == Finding(
        "L01",
        "E",
        "the pixel data is JPEG Baseline (Process 1), the flag is absent or empty",
        "PS3.3 C.7.6.1.1.5; PS3.5 8.2.5",
        "set (0028,2110) to 01",
    )
