"""The source among the instances that an object lists as referenced (PS3.3 section C.12.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lossytools.changes.change import Change, Item, append
from lossytools.elements import items_of
from lossytools.standard.enhanced import MUST_LIST_REFERENCES, WITH_SOURCE_EVIDENCE
from lossytools.standard.iod_policy import policy_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydicom.dataset import Dataset


def reference(image: Dataset) -> Item:
    """Return the item that names `image` (PS3.3 table 10-11)."""
    return (
        ("ReferencedSOPClassUID", str(image.SOPClassUID)),
        ("ReferencedSOPInstanceUID", str(image.SOPInstanceUID)),
    )


def reference_changes(image: Dataset) -> Iterator[Change]:
    """Yield the source in every list of referenced instances that the object has or must have."""
    row = policy_of(str(image.SOPClassUID))
    iod = row.iod if row is not None else ""
    series = str(image.get("SeriesInstanceUID", ""))
    if not series:
        return
    if "ReferencedSeriesSequence" in image or iod in MUST_LIST_REFERENCES:
        because = "PS3.3 C.12.2: lists every instance of this study that is referenced"
        yield _listed(image, image, "", "ReferencedInstanceSequence", because)
    study = str(image.get("StudyInstanceUID", ""))
    if row is not None and study and iod in WITH_SOURCE_EVIDENCE:
        yield _evidence(image, study, f"PS3.3 table {row.table}: required if a source image is named")


def _listed(image: Dataset, holder: Dataset, path: str, instances: str, because: str) -> Change:
    """Return the change that adds `image` to the Referenced Series Sequence of `holder`, found at `path`."""
    series = str(image.SeriesInstanceUID)
    for number, item in enumerate(items_of(holder, "ReferencedSeriesSequence")):
        if item.get("SeriesInstanceUID") == series:
            return append(f"{path}ReferencedSeriesSequence[{number}].{instances}", reference(image), because)
    return append(f"{path}ReferencedSeriesSequence", _series(image, instances), because)


def _series(image: Dataset, instances: str) -> Item:
    return (("SeriesInstanceUID", str(image.SeriesInstanceUID)), (instances, reference(image)))


def _evidence(image: Dataset, study: str, because: str) -> Change:
    for number, item in enumerate(items_of(image, "SourceImageEvidenceSequence")):
        if item.get("StudyInstanceUID") == study:
            path = f"SourceImageEvidenceSequence[{number}]."
            return _listed(image, item, path, "ReferencedSOPSequence", because)
    entry: Item = (
        ("StudyInstanceUID", study),
        ("ReferencedSeriesSequence", _series(image, "ReferencedSOPSequence")),
    )
    return append("SourceImageEvidenceSequence", entry, because)
