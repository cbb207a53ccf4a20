"""Family D: the items of the lossy record, its codes complete and its source in place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lossytools.rules.attributes import codes, has, items, number, text, value
from lossytools.rules.bases import FROM_PROCESSED, LOSSY_CODE, SOURCE_UID, equipment_item, source_item
from lossytools.rules.definition import one, pair, pair_rule, rule
from lossytools.rules.facts import is_lossy_step
from lossytools.rules.sources import PREDECESSOR, gathered, source_items
from lossytools.standard.codes import MEANINGS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydicom.dataset import Dataset

    from lossytools.evidence import Evidence
    from lossytools.rules.definition import Rule, Said

_MEANING_LIMIT = 64  # characters of an LO (PS3.5 section 6.2)
_PURPOSE = "PurposeOfReferenceCodeSequence"
_LONG = LOSSY_CODE | {"CodeMeaning": "Lossy Compression " * 4}
_SWAPPED = LOSSY_CODE | {"CodeValue": "121320"}
_URN = {"URNCodeValue": "urn:oid:1.2.3", "CodeMeaning": "Lossy Compression"}


def keeps_size(source: Evidence, derived: Evidence) -> bool:
    """Return whether Rows and Columns are known of both and equal."""
    sizes = [tuple(number(each.image, name) for name in ("Rows", "Columns")) for each in (source, derived)]
    return sizes[0] == sizes[1] and None not in sizes[0]


def _coded(image: Dataset) -> Iterator[tuple[str, Dataset]]:
    """Yield the code items that the record of a lossy step is made of, and what they stand in."""
    for code in gathered(image, "DerivationCodeSequence"):
        yield "Derivation Code Sequence", code
    for source in gathered(image, "SourceImageSequence"):
        for code in items(source, _PURPOSE):
            yield "the purpose of a source item", code
    for equipment in items(image, "ContributingEquipmentSequence"):
        for code in items(equipment, _PURPOSE):
            yield "the purpose of contributing equipment", code


def _lacks(code: Dataset) -> Said:
    """Yield what a code item must have and has not."""
    plain = text(code, "CodeValue") or text(code, "LongCodeValue")
    if not plain and not text(code, "URNCodeValue"):
        yield "no Code Value"
    if plain and not text(code, "CodingSchemeDesignator"):
        yield "no Coding Scheme Designator"
    if not text(code, "CodeMeaning"):
        yield "no Code Meaning"


def _misnames(code: Dataset) -> Said:
    """Yield a meaning that is too long, or the meaning of another code."""
    meaning = str(value(code, "CodeMeaning") or "").strip(" \0")
    if len(meaning) > _MEANING_LIMIT:
        yield f"Code Meaning of {len(meaning)} characters, at most {_MEANING_LIMIT}"
    found, scheme = text(code, "CodeValue"), text(code, "CodingSchemeDesignator")
    named = next((known for known, own in MEANINGS.items() if own.lower() == meaning.lower()), found)
    if scheme == "DCM" and found in MEANINGS and named != found:
        yield f"{found} is {MEANINGS[found]}, and the Code Meaning is that of {named}"


@rule(
    "D11",
    "The codes of the record are complete and mean what they say",
    severity="E",
    cites="PS3.3 8.3, 8.8",
    repair="write value, scheme and meaning of each code as PS3.16 has them",
    holds=[
        one(),
        one(DerivationCodeSequence=[LOSSY_CODE, _URN]),
        one(DerivationCodeSequence=[LOSSY_CODE | {"CodeMeaning": "Verlustbehaftete Kompression"}]),
        one(DerivationCodeSequence=[LOSSY_CODE | {"CodeMeaning": "lossy compression"}]),
    ],
    breaks=[
        one(DerivationCodeSequence=[LOSSY_CODE, {"CodeMeaning": "Denoised"}]),
        one(DerivationCodeSequence=[LOSSY_CODE | {"CodeMeaning": ""}]),
        one(DerivationCodeSequence=[LOSSY_CODE, _LONG]),
        one(SourceImageSequence=[source_item(SOURCE_UID) | {_PURPOSE: [_SWAPPED]}]),
        one(ContributingEquipmentSequence=[equipment_item() | {_PURPOSE: [{"CodeValue": "109102"}]}]),
    ],
    applies_to="codes of derivation, of source images and of contributing equipment",
)
def codes_are_complete(evidence: Evidence) -> Said:
    """A code is looked up by value and scheme, and shown by its meaning: it takes all three.

    The meaning may be a synonym or in any language; it is wrong where it is that of another code.
    """
    for place, code in _coded(evidence.image):
        for fault in (*_lacks(code), *_misnames(code)):
            yield f"{place}: {fault}"


@rule(
    "D15",
    "Source Image Sequence is not written without items",
    severity="W",
    cites="PS3.3 C.12.4; PS3.5 7.4.5",
    repair="name the source, or remove Source Image Sequence",
    holds=[one(), one(SourceImageSequence=None)],
    breaks=[one(SourceImageSequence=[])],
    applies_to="images with Source Image Sequence at their top level",
)
def sources_have_items(evidence: Evidence) -> Said:
    """The module permits one item or more. A list of none speaks of a source and names nothing.

    A warning, as PS3.5 section 7.4.5 lets a reader take an empty Type 3 element as absent. Functional
    groups, where it may be empty, are not looked at.
    """
    keyword = "SourceImageSequence"
    if has(evidence.image, keyword) and _is_empty(value(evidence.image, keyword)):
        yield "Source Image Sequence is present and has no items"


def _is_empty(found: object) -> bool:
    """Return whether a sequence was read and has nothing in it."""
    return hasattr(found, "__len__") and len(found) == 0


@pair_rule(
    "D19",
    "The reference to the source says that locations are preserved",
    severity="I",
    cites="PS3.3 C.12.4 Table C.12-10, (0028,135A)",
    repair="write YES in Spatial Locations Preserved of the source item",
    holds=[
        pair(),
        pair(
            {"Rows": 960}, SourceImageSequence=[source_item(SOURCE_UID) | {"SpatialLocationsPreserved": "NO"}]
        ),
        pair(SourceImageSequence=[FROM_PROCESSED | {"SpatialLocationsPreserved": "REORIENTED_ONLY"}]),
    ],
    breaks=[
        pair(SourceImageSequence=[source_item(SOURCE_UID) | {"SpatialLocationsPreserved": None}]),
        pair(SourceImageSequence=[source_item(SOURCE_UID) | {"SpatialLocationsPreserved": "NO"}]),
    ],
    applies_to="a lossy version in the size of its source, named as compression's predecessor",
)
def locations_are_preserved(source: Evidence, derived: Evidence) -> Said:
    """With it, what was marked on the one image can be shown on the other; without it that is a guess."""
    if not is_lossy_step(source, derived) or not keeps_size(source, derived):
        return
    named = [item for item in source_items(source, derived) if PREDECESSOR & set(codes(item, _PURPOSE))]
    if named and not any(text(item, "SpatialLocationsPreserved") == "YES" for item in named):
        yield "the size is the source's, and the source item does not say that locations are preserved"


RULES: tuple[Rule, ...] = (codes_are_complete, sources_have_items, locations_are_preserved)
