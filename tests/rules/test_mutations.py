"""Every rule finds a small fault in a good file, and no rule finds what is none of its business."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from mutations import derivation, enhanced, flag, frames, identity, lists, made, pixels, policy

from lossytools.dicomio.gathering import gather
from lossytools.dicomio.source import read_source
from lossytools.pipeline.inspection import look_at_loss, look_at_pixels
from lossytools.rules import CATALOGUE, audit, audit_pair
from oracle.parts import read_parts, write_parts

if TYPE_CHECKING:
    from pathlib import Path

    from mutations.corrupting import Mutation

    from lossytools.evidence import Evidence

FAMILIES = (flag, lists, derivation, identity, pixels, frames, policy, enhanced)
MUTATIONS: dict[str, Mutation] = {
    rule: mutation for family in FAMILIES for rule, mutation in family.MUTATIONS.items()
}


def evidence_of(path: Path) -> Evidence:
    with read_source(path) as source:
        return gather(source)


def decoded(source: Path, derived: Path) -> Evidence:
    with read_source(source) as before, read_source(derived) as after:
        evidence = gather(after)
        return replace(evidence, decoded=look_at_pixels(after, evidence), loss=look_at_loss(before, after))


def found(source: Path, derived: Path, *, deep: bool = False) -> set[str]:
    before, after = evidence_of(source), decoded(source, derived) if deep else evidence_of(derived)
    return {finding.rule for finding in (*audit(after), *audit_pair(before, after))}


@pytest.mark.parametrize("base", sorted({mutation.base for mutation in MUTATIONS.values()}))
def test_a_good_file_breaks_no_rule(base: str) -> None:
    pair = made.make(base)
    assert found(pair.source, pair.derived, deep=base != "video") == set()
    assert list(audit(evidence_of(pair.source))) == []


@pytest.mark.parametrize("rule", MUTATIONS)
def test_a_fault_is_found_by_the_rules_it_breaks_and_no_others(rule: str, tmp_path: Path) -> None:
    mutation = MUTATIONS[rule]
    source, derived = made.corrupted(mutation)
    paths = write_parts(tmp_path / "source.dcm", source), write_parts(tmp_path / "derived.dcm", derived)
    assert found(*paths, deep=mutation.deep) == {rule, *mutation.also}


def test_taking_a_file_apart_and_putting_it_together_changes_nothing(tmp_path: Path) -> None:
    for base in ("jpeg", "jpeg2000", "native", "extended", "radiograph"):
        derived = made.make(base).derived
        again = write_parts(tmp_path / base, read_parts(derived))
        assert again.read_bytes() == derived.read_bytes()


def test_every_rule_has_a_mutation() -> None:
    # A rule that looks neither at one object nor at a pair has its own tests.
    of_files = {rule.id for rule in CATALOGUE if rule.check or rule.check_pair}
    assert sorted(of_files ^ set(MUTATIONS)) == []
