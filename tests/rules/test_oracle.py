"""What the page of the rules claims of dciodvfy is true: it is asked again about every example."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

import dciodvfy
from lossytools.rules import CATALOGUE, find_rule
from lossytools.rules.examples import evidence_of
from lossytools.rules.oracle import summary_of, verdicts_on
from oracle.asking import ask, asked_version, measure

REFRESH = "run: python benchmarks/dciodvfy.py && python -m lossytools.rules.document > docs/rules.md"


def test_dciodvfy_says_what_the_table_says() -> None:
    table = json.loads(dciodvfy.TABLE.read_text(encoding="utf-8"))
    if table["version"] != asked_version():
        pytest.fail(f"the table is of {table['version']}, installed is {asked_version()}; {REFRESH}")
    said = measure()
    assert {rule: said[rule] for rule in said if said[rule] != table["said"].get(rule)} == {}, REFRESH
    assert list(table["said"]) == [rule.id for rule in CATALOGUE], REFRESH


def test_dciodvfy_sees_no_lie_about_loss() -> None:
    # The reason this tool has an audit of its own: a lossy stream, and a header that denies it.
    good, denied = (set(ask(evidence_of(changes))) for changes in ({}, {"LossyImageCompression": "00"}))
    assert denied == good
    assert set(ask(evidence_of({"LossyImageCompression": "1"}))) - good == {
        "error: LossyImageCompression(0028,2110): Unrecognized enumerated value"
    }


def test_a_rule_nobody_asked_about_is_told_so() -> None:
    new = replace(find_rule("L01"), id="L99")
    assert verdicts_on(new) == (None, None)
    assert summary_of(verdicts_on(new)) == "not asked"


@pytest.mark.parametrize(
    ("verdicts", "words"),
    [
        (((), ()), "silent"),
        ((("error: a", "error: b"), None), "error: a"),
        (((), ("warning: c",), ()), "warning: c; silent on 2 of 3"),
    ],
)
def test_verdicts_in_one_line(verdicts: tuple[tuple[str, ...] | None, ...], words: str) -> None:
    assert summary_of(verdicts) == words
