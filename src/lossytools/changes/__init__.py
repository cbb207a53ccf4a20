"""What a lossy step changes in the data set: decided here as values, carried out by `apply`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lossytools.changes.change import Change, apply
from lossytools.changes.functional_groups import group_changes
from lossytools.changes.identity import identity_changes
from lossytools.changes.pixel_attributes import pixel_changes
from lossytools.changes.record import derivation_changes, history_changes
from lossytools.changes.references import reference_changes
from lossytools.changes.step import Step, lossy_uid, named_uid, random_uid

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

__all__ = ["Change", "Step", "apply", "derive", "lossy_uid", "named_uid", "random_uid"]


def derive(image: Dataset, step: Step) -> tuple[Change, ...]:
    """Return every change that makes the header of the source true of its lossy copy.

    Pure: `image` is only looked at. Each change names the clause that asks for it; what no change
    names stays byte for byte as it is. An image with functional groups records the derivation in them
    too, or in them only. PS3.3 sections C.7.6.1.1.5 and C.7.6.16.
    """
    return (
        *identity_changes(image, step),
        *history_changes(image, step),
        *derivation_changes(image, step),
        *group_changes(image, step),
        *reference_changes(image),
        *pixel_changes(image, step),
    )
