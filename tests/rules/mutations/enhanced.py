"""Faults of enhanced objects, and of what they brought with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mutations.corrupting import Mutation, sets

from lossytools.rules.examples import dataset_of

if TYPE_CHECKING:
    from oracle.parts import Parts

SHARED, PER_FRAME = "SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence"
_OTHER_SERIES = {
    "SeriesInstanceUID": "1.2.3.4",
    "ReferencedInstanceSequence": [{"ReferencedSOPInstanceUID": "1.2.3.5"}],
}


def _frame_type_left(parts: Parts, _: Parts) -> None:
    """Leave the Frame Type of the source."""
    groups = parts.image[SHARED].value[0]
    groups["MRImageFrameTypeSequence"].value[0].update(dataset_of({"FrameType": ["ORIGINAL", "PRIMARY"]}))


def _no_derivation(parts: Parts, _: Parts) -> None:
    """Take the Derivation Image groups away."""
    for groups in (*parts.image[SHARED].value, *parts.image[PER_FRAME].value):
        groups.pop("DerivationImageSequence", None)


def _one_group_less(parts: Parts, _: Parts) -> None:
    del parts.image[PER_FRAME].value[-1]


MUTATIONS = {
    "D06": Mutation(_frame_type_left, base="enhanced"),
    "D16": Mutation(
        _no_derivation, {"D10": "the code stood there", "D12": "and so did the source"}, base="enhanced"
    ),
    "D20": Mutation(sets(ReferencedSeriesSequence=[_OTHER_SERIES])),
    "P19": Mutation(sets(PixelPresentation="COLOR"), base="grey"),
    "F19": Mutation(_one_group_less, base="enhanced"),
}
