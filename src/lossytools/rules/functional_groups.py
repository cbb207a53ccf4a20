"""Families D and F: what the functional groups of an enhanced object say of its frames."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lossytools.rules.attributes import codes, has, items, number, starts_with, text
from lossytools.rules.bases import (
    ENHANCED,
    ENHANCED_SOURCE,
    FRAME_DERIVED,
    FRAME_ORIGINAL,
    GROUP_DERIVATION,
    LOSSY_CODE,
    OLDER_UID,
    SOURCE_UID,
    source_item,
)
from lossytools.rules.definition import one, pair, rule
from lossytools.rules.facts import flag_of, frame_count, is_enhanced, is_lossy_step
from lossytools.rules.groups import derivations_of_frames, is_coded_lossy, types_of_frames
from lossytools.rules.sources import PREDECESSOR, has_lossy_code
from lossytools.standard.enhanced import FRAME_GROUPS
from lossytools.standard.iod_policy import policy_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydicom.dataset import Dataset

    from lossytools.evidence import Evidence
    from lossytools.rules.definition import Rule, Said

_SHARED = "SharedFunctionalGroupsSequence"
_BOTH = {_SHARED: [{}], FRAME_GROUPS: [FRAME_DERIVED, FRAME_DERIVED, FRAME_ORIGINAL]}
_OLD = {"DerivationCodeSequence": [LOSSY_CODE], "SourceImageSequence": [source_item(OLDER_UID)]}
_UNCODED = {"SourceImageSequence": [source_item(SOURCE_UID)]}
_AIMLESS = {"DerivationCodeSequence": [LOSSY_CODE], "SourceImageSequence": [source_item(SOURCE_UID, None)]}


def _types_after_step(source: Evidence, derived: Evidence) -> Said:
    """Yield frames that a lossy step left as they were."""
    if is_lossy_step(source, derived):
        wrong = sum(types not in ({"DERIVED"}, set()) for types in types_of_frames(derived.image))
        if wrong:
            yield f"a lossy step lies between, Frame Type value 1 is not DERIVED in {wrong} frames"


@rule(
    "D06",
    "Frame Type and Image Type tell of the same derivation",
    severity="E",
    cites="PS3.3 C.8.16.1, C.8.16.1.1",
    repair="set value 1 of Frame Type to DERIVED in every lossy frame; value 1 of Image Type to DERIVED,"
    " or to MIXED if some frames are not derived",
    holds=[
        one(),
        one(**ENHANCED),
        pair(ENHANCED_SOURCE, **ENHANCED),
        one(**ENHANCED | _BOTH | {"ImageType": ["MIXED", "PRIMARY"], "DerivationCodeSequence": None}),
    ],
    breaks=[
        one(**ENHANCED | {_SHARED: [FRAME_ORIGINAL]}),
        one(**ENHANCED | _BOTH | {"DerivationCodeSequence": None}),
        one(**ENHANCED | {_SHARED: [FRAME_ORIGINAL | GROUP_DERIVATION], "DerivationCodeSequence": None}),
        pair(ENHANCED_SOURCE, **ENHANCED | _BOTH),
    ],
    applies_to="images with the flag 01 and Frame Types",
    between=_types_after_step,
)
def frame_types_agree(evidence: Evidence) -> Said:
    """Whoever takes a frame out of the object takes its Frame Type along, not the Image Type."""
    image = evidence.image
    frames = types_of_frames(image)
    found = {kind for types in frames for kind in types}
    if flag_of(evidence) != "01" or not found:
        return
    top = is_coded_lossy(image)
    wrong = sum(
        types not in ({"DERIVED"}, set()) and (top or any(map(is_coded_lossy, derivations)))
        for types, derivations in zip(frames, derivations_of_frames(image), strict=True)
    )
    if wrong:
        yield f"lossy compression is coded, Frame Type value 1 is not DERIVED in {wrong} frames"
        return
    wanted = "MIXED" if len(found) > 1 else next(iter(found))
    if text(image, "ImageType") != wanted:
        yield f"Image Type value 1 is not {wanted}, as the Frame Types ask"


def _groups_after_step(source: Evidence, derived: Evidence) -> Said:
    """Yield frames whose groups do not name the source, or lost what they said of earlier derivations."""
    if not (is_lossy_step(source, derived) and _records_frames(derived)):
        return
    uid = text(source.image, "SOPInstanceUID")
    old, new = (derivations_of_frames(each.image) for each in (source, derived))
    silent = sum(not any(is_coded_lossy(item) and _names(item, uid) for item in frame) for frame in new)
    if silent:
        yield f"the Derivation Image groups of {silent} frames do not name the source and lossy compression"
    lost = sum(not starts_with(after, before) for before, after in zip(old, new, strict=False))
    if lost:
        yield f"the Derivation Image groups of {lost} frames do not begin with those of the source"


def _names(derivation: Dataset, uid: str) -> bool:
    found = items(derivation, "SourceImageSequence")
    return any(text(item, "ReferencedSOPInstanceUID") == uid for item in found)


def _records_frames(evidence: Evidence) -> bool:
    """Return whether the IOD has a place for the derivation of every frame."""
    row = policy_of(text(evidence.image, "SOPClassUID"))
    return is_enhanced(evidence) and row is not None and row.functional_groups


@rule(
    "D16",
    "Frames of an enhanced object say what they were derived from",
    severity="E",
    cites="PS3.3 C.7.6.16.2.6",
    repair="append an item with the code 113040 and the source, with its purpose, to Derivation Image"
    " Sequence in the functional groups",
    holds=[one(), one(**ENHANCED), pair(ENHANCED_SOURCE, **ENHANCED)],
    breaks=[
        one(**ENHANCED | {_SHARED: [FRAME_DERIVED]}),
        one(**ENHANCED | {_SHARED: [FRAME_DERIVED | {"DerivationImageSequence": [_UNCODED]}]}),
        one(**ENHANCED | {_SHARED: [FRAME_DERIVED | {"DerivationImageSequence": [_AIMLESS]}]}),
        pair(ENHANCED_SOURCE, **ENHANCED | {_SHARED: [FRAME_DERIVED]}),
        pair(
            ENHANCED_SOURCE | {_SHARED: [FRAME_ORIGINAL | {"DerivationImageSequence": [_OLD]}]},
            **ENHANCED,
        ),
    ],
    applies_to="enhanced multi-frame images",
    between=_groups_after_step,
)
def frames_name_their_source(evidence: Evidence) -> Said:
    """A frame that is taken out of the object keeps its groups and loses what stood at top level."""
    image = evidence.image
    if not _records_frames(evidence):
        return
    frames = derivations_of_frames(image)
    silent = sum(not any(map(is_coded_lossy, frame)) for frame in frames)
    if silent and flag_of(evidence) == "01" and has_lossy_code(image):
        yield f"lossy compression is coded, and {silent} frames have no Derivation Image group that says so"
    if "Legacy Converted" not in _iod(evidence):
        yield from sorted({said for frame in frames for item in frame for said in _lacks(item)})


def _lacks(derivation: Dataset) -> Iterator[str]:
    """Yield what an item of Derivation Image Sequence must hold of a lossy step, and does not."""
    purposes = [
        codes(item, "PurposeOfReferenceCodeSequence") for item in items(derivation, "SourceImageSequence")
    ]
    if is_coded_lossy(derivation) and not all(purposes):
        yield "a source image in a Derivation Image group has no Purpose of Reference Code Sequence"
    if any(PREDECESSOR & set(found) for found in purposes) and not items(
        derivation, "DerivationCodeSequence"
    ):
        yield "a Derivation Image group names a compression's predecessor without Derivation Code Sequence"


def _iod(evidence: Evidence) -> str:
    row = policy_of(text(evidence.image, "SOPClassUID"))
    return row.iod if row is not None else ""


def _count_kept(source: Evidence, derived: Evidence) -> Said:
    """Yield that a step changed how many frames have groups of their own."""
    if number(source.image, "NumberOfFrames") == number(derived.image, "NumberOfFrames"):
        old, new = (len(items(each.image, FRAME_GROUPS)) for each in (source, derived))
        if old != new:
            yield f"{new} items of Per-frame Functional Groups, {old} in the source"


@rule(
    "F19",
    "Every frame has its functional groups",
    severity="E",
    cites="PS3.3 C.7.6.16",
    repair="take Per-frame Functional Groups Sequence from the source: one item a frame",
    holds=[one(), one(**ENHANCED | _BOTH), pair(ENHANCED_SOURCE | _BOTH, **ENHANCED | _BOTH)],
    breaks=[
        one(**ENHANCED | {FRAME_GROUPS: [{}, {}]}),
        one(**ENHANCED | {FRAME_GROUPS: [{}, {}], "NumberOfFrames": None}),
        pair(ENHANCED_SOURCE | _BOTH, **ENHANCED | {FRAME_GROUPS: [{}]}),
    ],
    applies_to="images with Per-frame Functional Groups Sequence",
    between=_count_kept,
)
def groups_are_counted(evidence: Evidence) -> Said:
    """The items have no number: one too few, and every frame behind it has its neighbour's position."""
    count, found = frame_count(evidence), len(items(evidence.image, FRAME_GROUPS))
    if found and count is not None and found != count:
        stated = (
            f"Number of Frames {count}" if has(evidence.image, "NumberOfFrames") else "no Number of Frames"
        )
        yield f"{found} items of Per-frame Functional Groups, {stated}"


RULES: tuple[Rule, ...] = (frame_types_agree, frames_name_their_source, groups_are_counted)
