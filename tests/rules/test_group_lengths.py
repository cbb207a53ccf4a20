"""Group lengths of a data set: retired where they are right, wrong where they are not."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import pytest
from pydicom.dataelem import RawDataElement
from pydicom.tag import Tag

from lossytools.dicomio.gathering import gather
from lossytools.dicomio.source import read_source
from lossytools.rules import find_rule
from lossytools.rules.examples import evidence_of

if TYPE_CHECKING:
    from pathlib import Path

    from lossytools.rules.definition import Finding

UID = b"1.2.3.4.5\0"
META = b"\2\0\x10\0UI" + struct.pack("<H", 20) + b"1.2.840.10008.1.2.1\0"
HEADER = b"\2\0\0\0UL\4\0" + struct.pack("<I", len(META)) + META


def written(tag: int, vr: str, value: bytes) -> bytes:
    long = vr in {"OB", "SQ", "UN"}
    length = struct.pack("<HI", 0, len(value)) if long else struct.pack("<H", len(value))
    return struct.pack("<HH", tag >> 16, tag & 0xFFFF) + vr.encode() + length + value


def findings_of(path: Path, stated: int, *, behind: bytes) -> list[Finding]:
    group = written(0x00080018, "UI", UID)
    length = written(0x00080000, "UL", struct.pack("<I", stated))
    path.write_bytes(bytes(128) + b"DICM" + HEADER + length + group + behind)
    with read_source(path) as source:
        return list(find_rule("U17").look(gather(source)))


@pytest.mark.parametrize(
    ("stated", "severity", "says"),
    [
        (18, "W", "retired group lengths in the data set: (0008,0000)"),
        (20, "E", "group lengths in the data set are not those of their groups: (0008,0000)"),
    ],
)
@pytest.mark.parametrize(
    "behind",
    [
        written(0x0020000E, "UI", UID),
        written(0x00091010, "UN", b"ab"),
        written(0x00091001, "OB", b"ab") + written(0x0020000E, "UI", UID),
    ],
)
def test_a_length_is_counted_up_to_the_next_group(
    tmp_path: Path, stated: int, severity: str, says: str, behind: bytes
) -> None:
    found = findings_of(tmp_path / "lengths.dcm", stated, behind=behind)
    assert [(finding.severity, finding.says) for finding in found] == [(severity, says)]


def test_the_length_of_the_last_group_is_not_counted(tmp_path: Path) -> None:
    found = findings_of(tmp_path / "last.dcm", 20, behind=b"")
    assert [finding.severity for finding in found] == ["W"]


def test_nothing_is_counted_across_the_pixel_data() -> None:
    evidence = evidence_of()
    for tag, place in ((0x50000000, 5000), (0xFFFCFFFC, 9000)):
        value = struct.pack("<I", 6)
        evidence.image[Tag(tag)] = RawDataElement(Tag(tag), "UL", 4, value, place, False, True)
    found = list(find_rule("U17").look(evidence))
    assert [finding.severity for finding in found] == ["W"]
