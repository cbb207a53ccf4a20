"""Family U: UIDs of the object and of its file, and what the transfer syntax claims."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lossytools.evidence import PixelFacts, StreamFact
from lossytools.history import stored_values
from lossytools.rules.attributes import items, number, text
from lossytools.rules.bases import (
    CT,
    J2K_HEADER,
    JPEG_2000,
    NATIVE,
    OLDER_UID,
    source_item,
)
from lossytools.rules.definition import one, rule
from lossytools.rules.facts import at, readable, syntax_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lossytools.evidence import Evidence
    from lossytools.rules.definition import Rule, Said
    from lossytools.standard.transfer_syntaxes import TransferSyntax

_UID = re.compile(r"(0|[1-9][0-9]*)(\.(0|[1-9][0-9]*))*")
_LONGEST = 64
_DIRECTORY = "1.2.840.10008.1.3.10"  # Media Storage Directory Storage
_ROOTS = {"0", "1", "2"}
_CODED = {"rle", "jpeg", "jpegls", "jpeg2000", "htj2k", "jpegxl"}
_OWN_UIDS = (
    "SOPClassUID",
    "SOPInstanceUID",
    "StudyInstanceUID",
    "SeriesInstanceUID",
    "FrameOfReferenceUID",
    "ConcatenationUID",
)
_META_UIDS = (
    "MediaStorageSOPClassUID",
    "MediaStorageSOPInstanceUID",
    "TransferSyntaxUID",
    "ImplementationClassUID",
)
_REFERENCED = ("ReferencedSOPClassUID", "ReferencedSOPInstanceUID")


def _meta_differs(evidence: Evidence, meta: str, keyword: str) -> Said:
    """Yield that a UID of the file's header is not that of the data set, which a DICOMDIR does not have."""
    inside, outside = text(evidence.image, keyword), text(evidence.meta, meta)
    directory = text(evidence.meta, "MediaStorageSOPClassUID") == _DIRECTORY
    if len(evidence.meta) and inside != outside and not directory:
        yield f"{meta} is {outside[:_LONGEST] or 'absent'}, {keyword} is {inside[:_LONGEST] or 'absent'}"


@rule(
    "U03",
    "The file and the data set name one instance",
    severity="E",
    cites="PS3.3 C.12.1.1.1; PS3.10 7.1",
    repair="write the data set's SOP Instance UID to (0002,0003)",
    holds=[one()],
    breaks=[
        one(meta__MediaStorageSOPInstanceUID=OLDER_UID),
        one(meta__MediaStorageSOPInstanceUID=None),
        one(SOPInstanceUID=None),
    ],
    applies_to="files",
)
def file_names_instance(evidence: Evidence) -> Said:
    """Archives index one of the two, viewers read the other: the image is lost between them."""
    yield from _meta_differs(evidence, "MediaStorageSOPInstanceUID", "SOPInstanceUID")


@rule(
    "U04",
    "The file and the data set name one SOP Class",
    severity="E",
    cites="PS3.3 C.12.1.1.1; PS3.10 7.1",
    repair="write the data set's SOP Class UID to (0002,0002)",
    holds=[one()],
    breaks=[one(meta__MediaStorageSOPClassUID=CT)],
    applies_to="files",
)
def file_names_class(evidence: Evidence) -> Said:
    """Storage is negotiated by the one and the object is read by the other."""
    yield from _meta_differs(evidence, "MediaStorageSOPClassUID", "SOPClassUID")


def _layout_differs(evidence: Evidence, syntax: TransferSyntax) -> Said:
    """Yield that pixel data is native under an encapsulated syntax, or the other way round."""
    # Only items may stand behind an undefined length (PS3.5 7.1.2), whatever the syntax says.
    found = evidence.encapsulation is not None or evidence.pixel_length is None
    if evidence.pixel_keyword == "PixelData" and syntax.family != "jpip" and found != syntax.encapsulated:
        lies = "encapsulated" if found else "native"
        yield f"the transfer syntax is {syntax.name}, the pixel data is {lies}"


@rule(
    "U05",
    "The transfer syntax describes the code streams at hand",
    severity="E",
    cites="PS3.10 7.1; PS3.5 A.4",
    repair="write the transfer syntax of the code streams to (0002,0010), or replace damaged frames",
    holds=[
        one(),
        one(**JPEG_2000),
        one(**NATIVE),
        one(meta__TransferSyntaxUID="1.2.3.99"),
        one(Rows=481, decoded=PixelFacts(error="frame 1 does not decode")),
    ],
    breaks=[
        one(streams=(StreamFact(1, 3, J2K_HEADER),)),
        one(streams=(StreamFact(1, 3, None, complete=False, error="no SOI marker"),)),
        one(**NATIVE | {"meta__TransferSyntaxUID": "1.2.840.10008.1.2.4.50"}),
        one(**NATIVE | {"pixel_vr": "OB", "pixel_length": None}),
        one(meta__TransferSyntaxUID=None),
        one(decoded=PixelFacts(error="frame 2 does not decode")),
    ],
    applies_to="files with pixel data; whether frames decode is seen only where they are (--deep)",
)
def syntax_fits_streams(evidence: Evidence) -> Said:
    """A decoder is chosen by the transfer syntax; a wrong one shows noise or nothing."""
    syntax = syntax_of(evidence)
    if len(evidence.meta) and evidence.pixel_keyword and not text(evidence.meta, "TransferSyntaxUID"):
        yield "the file has pixel data and no Transfer Syntax UID"
    if syntax is None:
        return
    yield from _layout_differs(evidence, syntax)
    for fact in evidence.streams if syntax.family in _CODED else ():
        if fact.header is None:
            yield f"{at(fact)}: no readable {syntax.family} stream: {fact.error[:80]}"
        elif fact.header.family != syntax.family:
            yield f"{at(fact)}: a {fact.header.family} stream, the transfer syntax is {syntax.name}"
    if evidence.decoded is not None and evidence.decoded.error and not _of_other_size(evidence):
        yield evidence.decoded.error[:160]


def _of_other_size(evidence: Evidence) -> bool:
    """Return whether a code stream is of another size than the header says (P10): then none decodes."""
    size = tuple(number(evidence.image, name) for name in ("Rows", "Columns"))
    return any((header.rows, header.columns) != size for _, header in readable(evidence))


def _uids(evidence: Evidence) -> Iterator[tuple[str, str]]:
    """Yield keyword and value of the UIDs that identify the object and its sources."""
    sources = items(evidence.image, "SourceImageSequence")
    scopes = ((evidence.image, _OWN_UIDS), (evidence.meta, _META_UIDS), *((s, _REFERENCED) for s in sources))
    for scope, keywords in scopes:
        for keyword in keywords:
            for uid in stored_values(scope, keyword):
                yield keyword, uid


@rule(
    "U06",
    "UIDs are well-formed",
    severity="E",
    cites="PS3.5 9, 9.1",
    repair="assign a new UID and export the mapping; do not trim the old one",
    holds=[one(), one(StudyInstanceUID="2.25.0")],
    breaks=[
        one(SOPInstanceUID="1.2.03", meta__MediaStorageSOPInstanceUID="1.2.03"),
        one(SeriesInstanceUID="1.2." + "3" * 61),
        one(SourceImageSequence=[source_item("1..2")]),
        one(SeriesInstanceUID="999.1.2"),
    ],
    applies_to="every object",
)
def uids_are_well_formed(evidence: Evidence) -> Said:
    """Digits and dots, no component with a leading zero, at most 64 characters.

    A UID is an object identifier of ISO 8824, which begins with 0, 1 or 2.
    """
    for keyword, uid in _uids(evidence):
        if len(uid) > _LONGEST:
            yield f"{keyword} has {len(uid)} characters, the limit is {_LONGEST}"
        elif uid and not _UID.fullmatch(uid):
            yield f"{keyword} is no UID"
        elif uid and uid.partition(".")[0] not in _ROOTS:
            yield f"{keyword} begins with {uid.partition('.')[0]}, a UID with 0, 1 or 2"


RULES: tuple[Rule, ...] = (
    file_names_instance,
    file_names_class,
    syntax_fits_streams,
    uids_are_well_formed,
)
