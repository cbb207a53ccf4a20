"""What a repair is: changes of one instance that evidence makes certain, and what it leaves."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pydicom.datadict import dictionary_VR
from pydicom.dataelem import DataElement
from pydicom.dataset import FileMetaDataset

from lossytools.changes import apply

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

    from lossytools.changes import Change
    from lossytools.evidence import Encapsulation, Evidence
    from lossytools.rules import Finding


@dataclass(frozen=True, slots=True)
class Repair:
    """One thing put right.

    rules: ids of the rules that find nothing more afterwards, () where they find less. says: what is
    mended, from which evidence.
    changes: of the data set. meta: of File Meta Information. items: how the items of the pixel data lie
    afterwards, None where they stay as they are.
    """

    rules: tuple[str, ...]
    says: str
    changes: tuple[Change, ...] = ()
    meta: tuple[Change, ...] = ()
    items: Encapsulation | None = None


@dataclass(frozen=True, slots=True)
class Left:
    """A finding without a certain repair, and why."""

    finding: Finding
    why: str


@dataclass(frozen=True, slots=True)
class Plan:
    """All certain repairs of one object in the order they are made.

    left: what an audit finds afterwards. after: what it looks at then.
    """

    repairs: tuple[Repair, ...]
    left: tuple[Left, ...]
    after: Evidence

    @property
    def changes(self) -> tuple[Change, ...]:
        """Return the changes of the data set, of all repairs."""
        return tuple(change for repair in self.repairs for change in repair.changes)


def mended(evidence: Evidence, repair: Repair) -> Evidence:
    """Return the evidence as it is after a repair; `evidence` is left as it is."""
    result = replace(
        evidence, image=apply(evidence.image, repair.changes), meta=_with(evidence.meta, repair.meta)
    )
    if repair.items is None:
        return result
    return replace(result, encapsulation=repair.items, pixel_vr="OB", pixel_length=None)


def _with(meta: Dataset, changes: tuple[Change, ...]) -> Dataset:
    copy = FileMetaDataset()
    copy.update({tag: meta.get_item(tag) for tag in meta.keys()})  # noqa: SIM118  iterating would decode
    for change in changes:
        # Set by name, an element that is there would get the value itself, in `meta` too.
        copy[change.tag] = DataElement(change.tag, dictionary_VR(change.tag), change.value)
    return copy
