"""What the functional groups say of each frame of an enhanced object (PS3.3 section C.7.6.16)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydicom.datadict import keyword_for_tag

from lossytools.rules.attributes import codes, items, pairs_of, text
from lossytools.standard.codes import LOSSY_COMPRESSION
from lossytools.standard.enhanced import FRAME_GROUPS, SHARED_GROUPS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydicom.dataset import Dataset

_LOSSY = pairs_of(LOSSY_COMPRESSION)


def is_coded_lossy(derivation: Dataset) -> bool:
    """Return whether a header, or an item of Derivation Image Sequence, codes (113040, DCM) itself."""
    return bool(_LOSSY & set(codes(derivation, "DerivationCodeSequence")))


def derivations_of_frames(image: Dataset) -> tuple[tuple[Dataset, ...], ...]:
    """Return the items of Derivation Image Sequence, shared ones first, of each frame with groups.

    Where all groups are shared there is one such entry for all frames.
    """
    shared, frames = items(image, SHARED_GROUPS), items(image, FRAME_GROUPS)
    common = tuple(item for group in shared for item in items(group, "DerivationImageSequence"))
    return tuple((*common, *items(frame, "DerivationImageSequence")) for frame in frames) or (common,)


def types_of_frames(image: Dataset) -> tuple[frozenset[str], ...]:
    """Return value 1 of every Frame Type in the groups of each frame, in the order of the entries above."""
    shared = _types(items(image, SHARED_GROUPS))
    frames = items(image, FRAME_GROUPS)
    return tuple(shared | _types((frame,)) for frame in frames) or (shared,)


def _types(groups: tuple[Dataset, ...]) -> frozenset[str]:
    """Return value 1 of the Frame Types, whichever functional group of the IOD holds them."""
    found = (text(item, "FrameType") for group in groups for item in _inside(group))
    return frozenset(kind for kind in found if kind)


def _inside(group: Dataset) -> Iterator[Dataset]:
    """Yield the items of every standard sequence in a group."""
    for tag in group.keys():  # noqa: SIM118  iterating would decode
        if not tag.is_private and group.get_item(tag, keep_deferred=True).VR == "SQ":
            yield from items(group, keyword_for_tag(tag))
