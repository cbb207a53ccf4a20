"""The record of a lossy step in the functional groups of an enhanced object (PS3.3 section C.7.6.16)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydicom.datadict import keyword_for_tag
from pydicom.tag import Tag

from lossytools.changes.change import Change, Item, append, remove
from lossytools.changes.pixel_attributes import STALE
from lossytools.changes.record import code_item, sentence, source_item
from lossytools.elements import items_of, sequences
from lossytools.history import stored_values
from lossytools.standard.codes import LOSSY_COMPRESSION
from lossytools.standard.enhanced import FRAME_GROUPS, GROUPS, ONLY_ORIGINAL
from lossytools.standard.iod_policy import policy_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydicom.dataset import Dataset

    from lossytools.changes.step import Step

_DERIVATION = Tag("DerivationImageSequence")
_FRAME_TYPE = Tag("FrameType")
_SOURCE_PIXELS = "PS3.3 C.7.6.3, C.11.5: describes the pixels of the source"
_STATISTICS = ("SmallestImagePixelValue", "LargestImagePixelValue", *STALE)
"""Found in a group where a conversion of old images left what it had no place for."""


def group_changes(image: Dataset, step: Step) -> Iterator[Change]:
    """Yield Frame Type and the derivation of the frames, where frames have functional groups.

    The derivation stands once for all frames, or in the groups of each where one of them has such a
    group already: a functional group is shared or of the frames, never both (PS3.3 section C.7.6.16).
    """
    row = policy_of(str(image.SOPClassUID))
    groups = {keyword: items_of(image, keyword) for keyword in GROUPS}
    for keyword, group in groups.items():
        for number, item in enumerate(group):
            yield from _of_pixels(f"{keyword}[{number}]", item)
            for unwanted in ONLY_ORIGINAL.get(row.iod, ()) if row is not None else ():
                if unwanted in item:
                    yield remove(f"{keyword}[{number}].{unwanted}", "PS3.3 A.56: of ORIGINAL images only")
    if row is not None and row.functional_groups:
        yield from _derivations(image, groups, step)


def _of_pixels(path: str, group: Dataset) -> Iterator[Change]:
    """Yield what any functional group says of the pixels of its frames: Frame Type, statistics."""
    for tag, items in sequences(group, lambda tag: not tag.is_private):
        for number, item in enumerate(items):
            inside = f"{path}.{keyword_for_tag(tag) or f'{tag:08X}'}[{number}]"
            yield from _frame_type(inside, item)
            for keyword in _STATISTICS:
                if keyword in item:
                    yield remove(f"{inside}.{keyword}", _SOURCE_PIXELS)


def _frame_type(path: str, item: Dataset) -> Iterator[Change]:
    """Yield value 1 of Frame Type; the other values stay."""
    values = stored_values(item, "FrameType") if _FRAME_TYPE in item else ()
    if values and values[0] != "DERIVED":
        because = "PS3.3 C.8.16.1: value 1 is DERIVED; the others stay"
        yield Change(f"{path}.FrameType", ("DERIVED", *values[1:]), because)


def _derivations(image: Dataset, groups: dict[str, list[Dataset]], step: Step) -> Iterator[Change]:
    because = "PS3.3 C.7.6.16.2.6: what the frames were derived from, and how"
    frames = groups[FRAME_GROUPS]
    shared, _ = GROUPS
    if groups[shared] and not any(_DERIVATION in frame for frame in frames):
        yield append(f"{shared}[0].DerivationImageSequence", _derivation(image, step, 0), because)
        return
    for number in range(len(frames)):
        path = f"{FRAME_GROUPS}[{number}].DerivationImageSequence"
        yield append(path, _derivation(image, step, number + 1), because)


def _derivation(image: Dataset, step: Step, frame: int) -> Item:
    """Return one item of Derivation Image Sequence. frame: of the source, from 1; 0 for all of them."""
    only: Item = (("ReferencedFrameNumber", str(frame)),) if frame else ()
    return (
        ("DerivationDescription", sentence(step)),
        ("DerivationCodeSequence", code_item(LOSSY_COMPRESSION)),
        ("SourceImageSequence", (*source_item(image, step), *only)),
    )
