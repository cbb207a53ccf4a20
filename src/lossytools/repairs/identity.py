"""Mend what the file's header says of the object, and group lengths that nobody may write any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydicom.uid import UID

from lossytools.changes.change import Change, remove
from lossytools.changes.identity import signature_changes
from lossytools.elements import UNREADABLE
from lossytools.repairs.found import broken, headers_of
from lossytools.repairs.repair import Repair
from lossytools.rules.attributes import text
from lossytools.rules.pixels import photometric
from lossytools.standard.photometrics import allowed_in
from lossytools.standard.transfer_syntaxes import BY_UID

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lossytools.codecs.codestream.header import StreamHeader
    from lossytools.evidence import Evidence

_4 = "1.2.840.10008.1.2.4."
_PART_2 = {_4 + "92", _4 + "93"}
_OF_PROCESS = {"SOF0": _4 + "50", "SOF1": _4 + "51", "SOF3": _4 + "57"}
_OF_FAMILY = {"jpeg2000": _4 + "91", "htj2k": _4 + "203", "jpegxl": _4 + "112"}
_SAME = "PS3.10 7.1, PS3.3 C.12.1.1.1: equal to that of the data set"


def name_instance(evidence: Evidence) -> Iterator[Repair]:
    """Write the UIDs of the data set to the file's header, unless they are no UIDs themselves."""
    for number, meta, keyword in (
        ("U03", "MediaStorageSOPInstanceUID", "SOPInstanceUID"),
        ("U04", "MediaStorageSOPClassUID", "SOPClassUID"),
    ):
        uid = text(evidence.image, keyword)
        if broken(evidence, number) and UID(uid).is_valid:
            change = Change(meta, uid, _SAME)
            yield Repair((number,), f"the file's header repeats {keyword}", meta=(change,))


def name_syntax(evidence: Evidence) -> Iterator[Repair]:
    """Write the transfer syntax that all code streams follow, where it is one and carries these pixels.

    Of two that would do it is the one that promises less: Process 14 for any predictor, JPEG 2000 for
    streams that may be cut short.
    """
    rules = broken(evidence, "U05", "P13", "P15")
    headers = headers_of(evidence)
    wanted = {_syntax_for(header) for header in headers}
    if not rules or len(wanted) != 1 or evidence.transfer_syntax in _PART_2:
        return
    uid = wanted.pop()
    allowed, _ = allowed_in(uid)
    if uid in BY_UID and uid != evidence.transfer_syntax and photometric(evidence) in (allowed or {""}):
        name = BY_UID[uid].name
        change = Change("TransferSyntaxUID", uid, "PS3.10 7.1, PS3.5 A.4: that of the code streams")
        says = f"the transfer syntax is {name}: the code streams are {headers[0].process} {headers[0].family}"
        yield Repair(rules, says, meta=(change,))


def _syntax_for(header: StreamHeader) -> str:
    """Return the transfer syntax of a code stream, "" where none is certain."""
    if header.family == "jpegls":
        return _4 + ("81" if header.near else "80")
    return (
        _OF_PROCESS.get(header.process, "") if header.family == "jpeg" else _OF_FAMILY.get(header.family, "")
    )


def drop_group_lengths(evidence: Evidence) -> Iterator[Repair]:
    """Drop group lengths from the data set and count that of the file's header."""
    if broken(evidence, "U17"):
        tags = [tag for tag in evidence.image.keys() if not tag & 0xFFFF]  # noqa: SIM118  iterating would decode
        changes = tuple(remove(f"{tag:08X}", "PS3.5 7.2: group lengths are retired") for tag in tags)
        counted = Change("FileMetaInformationGroupLength", 0, "PS3.10 7.1: counted as the file is written")
        yield Repair(
            ("U17",), "the file is written anew, without group lengths in the data set", changes, (counted,)
        )


def drop_leftover_mac(evidence: Evidence) -> Iterator[Repair]:
    """Drop MAC Parameters that no signature uses."""
    changes = _removal_of_signatures(evidence)
    if changes and all(change.keyword != "DigitalSignaturesSequence" for change in changes):
        yield Repair(("U14",), "MAC Parameters are removed: no digital signature uses them", changes)


def drop_signatures(evidence: Evidence) -> Iterator[Repair]:
    """Drop signatures, which any other repair makes void."""
    changes = _removal_of_signatures(evidence)
    if changes:
        yield Repair(("U14",), "digital signatures are removed: the repairs make them void", changes)


def _removal_of_signatures(evidence: Evidence) -> tuple[Change, ...]:
    """Return the removal of all signatures, () where a sequence that may hold one cannot be read."""
    try:
        return tuple(signature_changes(evidence.image))
    except UNREADABLE:
        return ()
