"""What is kept of each object while a whole set is looked at: so little that memory holds 100,000."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lossytools.history import FLAG, METHOD, RATIO, stored_values
from lossytools.references import instances_named
from lossytools.rules.attributes import codes, text
from lossytools.rules.facts import coded_lossy, steps_before, was_lossy
from lossytools.rules.sources import PREDECESSOR, gathered, has_lossy_code

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydicom.dataset import Dataset

    from lossytools.evidence import Evidence
    from lossytools.values import LossyStep

LOSSY_KEYS = (FLAG, RATIO, METHOD)
_REFERENCED = "ReferencedSOPInstanceUID"


@dataclass(frozen=True, slots=True)
class Record:
    """One directory record that names a file (PS3.3 section F.5).

    number: of the record, from 1. kind: Directory Record Type. file: the path it stands for, "" where
    Referenced File ID names nothing below the folder of the DICOMDIR. there: a file stands at that path.
    lossy: the values of LOSSY_KEYS in the record.
    """

    number: int
    kind: str
    file: str
    there: bool
    uid: str
    sop_class: str
    transfer_syntax: str
    lossy: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Member:
    """One object of a set.

    name: its path. coded_lossy: its code streams have lost. was_lossy: its history says so, or they do.
    lossy: the values of LOSSY_KEYS. steps: what these and the code streams tell of its lossy steps.
    predecessors: SOP Instance UIDs of what it was compressed from, in the order of its items. references: of
    everything else it names. records: those of a DICOMDIR. content: a digest of the file behind its File
    Meta Information, "" while nothing asks for it.
    """

    name: str
    uid: str
    sop_class: str
    transfer_syntax: str
    coded_lossy: bool
    was_lossy: bool
    lossy: tuple[tuple[str, ...], ...]
    steps: tuple[LossyStep, ...] = ()
    predecessors: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    records: tuple[Record, ...] = ()
    content: str = ""


def member_of(evidence: Evidence, records: tuple[Record, ...] = ()) -> Member:
    """Return what a set has to know of one object."""
    image = evidence.image
    predecessors = _unique(predecessors_of(image))
    others = (uid for uid in _unique(instances_named(image)) if uid not in predecessors)
    return Member(
        evidence.name,
        text(image, "SOPInstanceUID"),
        text(image, "SOPClassUID"),
        evidence.transfer_syntax,
        coded_lossy(evidence),
        was_lossy(evidence),
        tuple(stored_values(image, keyword) for keyword in LOSSY_KEYS),
        steps_before(evidence),
        predecessors,
        tuple(others),
        records,
    )


def _unique(uids: Iterator[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(uid for uid in uids if uid))


def predecessors_of(image: Dataset) -> Iterator[str]:
    """Yield the UIDs of what a compression was made from; a source without a purpose needs the code."""
    is_compressed = has_lossy_code(image)
    for item in gathered(image, "SourceImageSequence"):
        purposes = set(codes(item, "PurposeOfReferenceCodeSequence"))
        if PREDECESSOR & purposes or (is_compressed and not purposes):
            yield text(item, _REFERENCED)
