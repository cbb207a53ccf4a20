"""A repair of a good file with one small fault brings the good value back, or an honest placeholder."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from unittest.mock import ANY

import pytest
from mutations import made
from test_mutations import MUTATIONS

from lossytools import audit, repair
from lossytools.rules.attributes import same
from oracle.parts import read_parts, write_parts

if TYPE_CHECKING:
    from pathlib import Path

    from pydicom.dataset import Dataset

    from oracle.parts import Parts

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
HONEST: dict[str, dict[str, Any]] = {
    "M03": {"LossyImageCompressionMethod": ["", "ISO_15444_1"]},  # the first method is nowhere any more
    "P13": {  # the streams are what the fault changed
        "PhotometricInterpretation": "YBR_ICT",
        "TransferSyntaxUID": "1.2.840.10008.1.2.4.91",
    },
    "P22": {"LargestImagePixelValue": ANY},  # the good file states none; the deep audit below looks at it
    "F07": {"ExtendedOffsetTableLengths": ANY},  # without pad bytes, which the good file counts
    "F08": {"ExtendedOffsetTableLengths": ANY},
}
"""What a repair may write that the good file has otherwise, by the rule whose fault it is."""

HUGE = {"F06"}  # a file of gigabytes, copied and read three times; test_form.py has its repair
RECORD = {"OriginalAttributesSequence"}
WRITER = {"FileMetaInformationGroupLength", "ImplementationClassUID", "ImplementationVersionName"}


def streams_of(parts: Parts) -> list[bytes]:
    """Return the pixel data: each fragment without a pad byte, or the native bytes."""
    return [value.rstrip(b"\0") for value in parts.fragments or [parts.native]]


def touched(before: Parts, after: Parts) -> dict[str, Dataset]:
    """Return what differs, the record of the correction and the writer's name apart, and where it is now."""
    pairs = ((before.image, after.image, RECORD), (before.meta, after.meta, WRITER))
    return {
        element.keyword: new
        for old, new, own in pairs
        for element in (*old, *new)
        if element.keyword not in own and not same(old, new, element.keyword)
    }


@pytest.mark.parametrize("rule", sorted(MUTATIONS.keys() - HUGE))
def test_what_a_repair_touches_is_as_it_was_or_honest(rule: str, tmp_path: Path) -> None:
    mutation = MUTATIONS[rule]
    _, faulty = made.corrupted(mutation)
    path, target = write_parts(tmp_path / "faulty.dcm", faulty), tmp_path / "repaired.dcm"
    done = repair(path, target, deep=mutation.deep, now=NOW)
    left = {each.finding.rule for each in done.plan.left}
    if done.target is None:
        assert {finding.rule for finding in audit(path, deep=mutation.deep)} == left
        return
    good, before, after = read_parts(made.make(mutation.base).derived), read_parts(path), read_parts(target)
    assert streams_of(after) == streams_of(before)
    honest = HONEST.get(rule, {})
    changed = touched(before, after)
    for keyword, new in changed.items():
        if keyword in honest:
            assert honest[keyword] == new.get(keyword), keyword
        else:
            assert same(good.meta if new is after.meta else good.image, new, keyword), keyword
    assert set(honest) <= set(changed)
    assert {finding.rule for finding in audit(target, deep=mutation.deep)} == left
    assert repair(target, dry_run=True, deep=mutation.deep).plan.repairs == ()
