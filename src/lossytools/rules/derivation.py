"""Family D: Image Type, Derivation Code Sequence and Source Image Sequence of a lossy object."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lossytools.rules.attributes import codes, number, pairs_of, text
from lossytools.rules.bases import (
    DERIVED_UID,
    FROM_LOSSY,
    FROM_PROCESSED,
    JPEG_2000,
    JPEG_SOURCE,
    LOSSY_CODE,
    OLDER_UID,
    SOURCE_UID,
    source_item,
)
from lossytools.rules.definition import Remark, one, pair, rule
from lossytools.rules.facts import flag_of, is_lossy_step, was_lossy
from lossytools.rules.sources import (
    PREDECESSOR,
    claims_compression,
    gathered,
    has_lossy_code,
    is_derived,
    names_predecessor,
    source_items,
    source_purposes,
)
from lossytools.standard.codes import (
    LOSSY_PREDECESSOR,
    PROCESSED_PREDECESSOR,
    PROCESSING_EQUIPMENT,
    UNCOMPRESSED_PREDECESSOR,
)

if TYPE_CHECKING:
    from lossytools.evidence import Evidence
    from lossytools.rules.definition import Rule, Said

_PURPOSES = PREDECESSOR | pairs_of(PROCESSED_PREDECESSOR)


def _type_after_step(source: Evidence, derived: Evidence) -> Said:
    """Yield an Image Type that a lossy step did not set."""
    if is_lossy_step(source, derived) and not is_derived(derived.image):
        yield "a lossy step lies between source and derived object, Image Type value 1 is not DERIVED"


@rule(
    "D01",
    "A lossy version of another image is DERIVED",
    severity="E",
    cites="PS3.3 C.7.6.1.1.5",
    repair="set value 1 of Image Type to DERIVED, keep the others",
    holds=[
        one(),
        pair(),
        one(ImageType=["ORIGINAL", "PRIMARY"], SourceImageSequence=None, DerivationCodeSequence=None),
    ],
    breaks=[one(ImageType=["ORIGINAL", "PRIMARY"]), pair(ImageType=["ORIGINAL", "PRIMARY"])],
    applies_to="images with the flag 01 that name a predecessor or the derivation 113040",
    between=_type_after_step,
)
def lossy_version_is_derived(evidence: Evidence) -> Said:
    """ORIGINAL beside the flag 01 means that the scanner itself delivered lossy data.

    A source item without a purpose is a warning: scanners name their raw data there too.
    """
    image = evidence.image
    if flag_of(evidence) != "01" or is_derived(image):
        return
    if claims_compression(image):
        yield "the object names a predecessor or lossy compression, Image Type value 1 is not DERIVED"
    elif names_predecessor(image):
        yield Remark("a source item gives no purpose, and Image Type value 1 is not DERIVED", "W")


def _codes_after_step(source: Evidence, derived: Evidence) -> Said:
    """Yield derivation codes that a lossy step lost or did not add."""
    if not is_lossy_step(source, derived):
        return
    if not has_lossy_code(derived.image):
        yield "a lossy step lies between, no derivation code (113040, DCM)"
    old = codes(source.image, "DerivationCodeSequence")
    if codes(derived.image, "DerivationCodeSequence")[: len(old)] != old:
        yield f"the source's {len(old)} derivation codes are not the first of the derived object"


@rule(
    "D10",
    "The derivation is coded as lossy compression",
    severity="W",
    cites="PS3.3 C.12.4.1.1; PS3.16 CID 7203",
    repair="append (113040, DCM, Lossy Compression) to Derivation Code Sequence",
    holds=[
        one(),
        pair({"DerivationCodeSequence": [LOSSY_CODE]}, DerivationCodeSequence=[LOSSY_CODE, LOSSY_CODE]),
    ],
    breaks=[
        one(DerivationCodeSequence=None),
        pair(DerivationCodeSequence=[]),
        pair({"DerivationCodeSequence": [LOSSY_CODE | {"CodeValue": "113072"}]}),
    ],
    applies_to="lossy images with a source item whose purpose is a compression's predecessor",
    between=_codes_after_step,
)
def lossy_step_is_coded(evidence: Evidence) -> Said:
    """A code can be searched for; the words of Derivation Description cannot."""
    image = evidence.image
    compressed = bool(source_purposes(image) & PREDECESSOR)
    if flag_of(evidence) == "01" and compressed and not has_lossy_code(image):
        yield "the source item is a compression's predecessor, no derivation code (113040, DCM)"


def _source_after_step(source: Evidence, derived: Evidence) -> Said:
    """Yield that no source item names the source, or that one gives another SOP Class."""
    if not is_lossy_step(source, derived):
        return
    named = source_items(source, derived)
    if not named:
        yield "no item of Source Image Sequence names the source"
    elif all(text(item, "ReferencedSOPClassUID") != text(source.image, "SOPClassUID") for item in named):
        yield "the item of Source Image Sequence gives another SOP Class than the source's"


@rule(
    "D12",
    "The source is named",
    severity="W",
    cites="PS3.3 C.12.4.1.2",
    repair="append an item with the source's SOP Class and Instance UID to Source Image Sequence",
    holds=[one(), pair()],
    breaks=[
        one(SourceImageSequence=None),
        pair(SourceImageSequence=[source_item(OLDER_UID)]),
        pair({"SOPClassUID": "1.2.840.10008.5.1.4.1.1.6.1"}),
    ],
    applies_to="DERIVED images with the derivation 113040",
    between=_source_after_step,
)
def source_is_named(evidence: Evidence) -> Said:
    """Who doubts a lossy image wants the one it was made from."""
    image = evidence.image
    if not (is_derived(image) and has_lossy_code(image)):
        return
    named = (text(item, "ReferencedSOPInstanceUID") for item in gathered(image, "SourceImageSequence"))
    if not any(named):
        yield "the object is coded as lossy compression and names no source image"


@rule(
    "D13",
    "An image is not its own source",
    severity="E",
    cites="PS3.3 C.12.4.1.2",
    repair="name the source's SOP Instance UID; a derived object has a new one",
    holds=[one(), one(SourceImageSequence=None)],
    breaks=[one(SourceImageSequence=[source_item(DERIVED_UID)])],
    applies_to="images with a source item",
)
def source_is_another(evidence: Evidence) -> Said:
    """A reference to itself comes of a copied UID: one of the two UIDs is wrong."""
    own = text(evidence.image, "SOPInstanceUID")
    for item in gathered(evidence.image, "SourceImageSequence"):
        if own and text(item, "ReferencedSOPInstanceUID") == own:
            yield f"Source Image Sequence names the object itself, {own}"


def _purpose_after_step(source: Evidence, derived: Evidence) -> Said:
    """Yield a purpose that does not fit whether the source was lossy before."""
    if not is_lossy_step(source, derived):
        return
    wanted = LOSSY_PREDECESSOR if was_lossy(source) else UNCOMPRESSED_PREDECESSOR
    allowed = set(pairs_of(wanted)) | (
        pairs_of(PROCESSED_PREDECESSOR) if _reshaped(source, derived) else set()
    )
    for item in source_items(source, derived)[-1:]:  # an earlier one is history, wrong as it may be
        if not allowed & set(codes(item, "PurposeOfReferenceCodeSequence")):
            yield f"the purpose of the reference to the source is not {wanted.value}, {wanted.meaning}"


def _reshaped(source: Evidence, derived: Evidence) -> bool:
    """Return whether more than compression happened: another size, or palette made colour."""
    names = ("Rows", "Columns", "SamplesPerPixel")
    return any(number(source.image, name) != number(derived.image, name) for name in names)


@rule(
    "D14",
    "The purpose of the reference tells whether the source was lossy",
    severity="W",
    cites="PS3.16 CID 7202",
    repair="write 121320 if the source was never lossy, 121330 if it was",
    holds=[
        one(),
        pair(),
        pair(JPEG_SOURCE, **JPEG_2000 | {"SourceImageSequence": [FROM_LOSSY]}),
        pair({"Rows": 960}, SourceImageSequence=[FROM_PROCESSED]),
        pair(SourceImageSequence=[FROM_LOSSY, source_item(SOURCE_UID)]),
    ],
    breaks=[
        one(SourceImageSequence=[source_item(SOURCE_UID, PROCESSING_EQUIPMENT)]),
        pair(SourceImageSequence=[FROM_LOSSY]),
        pair(JPEG_SOURCE, **JPEG_2000),
    ],
    applies_to="images with the derivation 113040 and a source item",
    between=_purpose_after_step,
)
def purpose_is_predecessor(evidence: Evidence) -> Said:
    """121320 promises that the image without any loss still can be had; 121330 does not."""
    sources = tuple(gathered(evidence.image, "SourceImageSequence"))
    if sources and has_lossy_code(evidence.image) and not source_purposes(evidence.image) & _PURPOSES:
        yield "no source item has one of the purposes 121320, 121330, 121322"


RULES: tuple[Rule, ...] = (
    lossy_version_is_derived,
    lossy_step_is_coded,
    source_is_named,
    source_is_another,
    purpose_is_predecessor,
)
