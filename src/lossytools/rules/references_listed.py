"""Family D: the source among the instances that the object lists as referenced."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lossytools.rules.attributes import codes, items, text
from lossytools.rules.bases import DERIVED_UID, OLDER_UID, SOURCE_UID, US_MULTIFRAME, source_item
from lossytools.rules.definition import one, pair, rule
from lossytools.rules.facts import is_lossy_step
from lossytools.rules.sources import PREDECESSOR, gathered
from lossytools.standard.enhanced import MUST_LIST_REFERENCES
from lossytools.standard.iod_policy import policy_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydicom.dataset import Dataset

    from lossytools.evidence import Evidence
    from lossytools.rules.definition import Rule, Said

_SERIES, _OTHER = "ReferencedSeriesSequence", "StudiesContainingOtherReferencedInstancesSequence"


def _series(uid: str) -> dict[str, object]:
    """Return an example's item of Referenced Series Sequence."""
    instance = {"ReferencedSOPClassUID": US_MULTIFRAME, "ReferencedSOPInstanceUID": uid}
    return {"SeriesInstanceUID": "1.2.3.4.6", "ReferencedInstanceSequence": [instance]}


def _listed(image: Dataset) -> Iterator[str]:
    """Yield the UIDs that the Common Instance Reference Module lists, of this study and of others."""
    for holder in (image, *items(image, _OTHER)):
        for series in items(holder, _SERIES):
            for item in items(series, "ReferencedInstanceSequence"):
                yield text(item, "ReferencedSOPInstanceUID")


def _has_list(image: Dataset) -> bool:
    return bool(items(image, _SERIES) or items(image, _OTHER))


def _source_after_step(source: Evidence, derived: Evidence) -> Said:
    """Yield that the source of a lossy step is not listed where the module is there or has to be."""
    row = policy_of(text(derived.image, "SOPClassUID"))
    wanted = _has_list(derived.image) or (row is not None and row.iod in MUST_LIST_REFERENCES)
    uid = text(source.image, "SOPInstanceUID")
    if wanted and is_lossy_step(source, derived) and uid not in set(_listed(derived.image)):
        yield "the source is not among the instances of Referenced Series Sequence"


@rule(
    "D20",
    "The list of referenced instances holds the source",
    severity="E",
    cites="PS3.3 C.12.2",
    repair="append the source, under its series, to Referenced Series Sequence",
    holds=[
        one(),
        one(ReferencedSeriesSequence=[_series(OLDER_UID), _series(SOURCE_UID)]),
        one(**{_OTHER: [{_SERIES: [_series(SOURCE_UID)]}]}),
        pair({_SERIES: [_series(OLDER_UID)]}, ReferencedSeriesSequence=[_series(SOURCE_UID)]),
        one(ReferencedSeriesSequence=[_series(OLDER_UID)], SourceImageSequence=[source_item("1.2", None)]),
    ],
    breaks=[
        one(ReferencedSeriesSequence=[_series(DERIVED_UID)]),
        pair({_SERIES: [_series(OLDER_UID)]}, ReferencedSeriesSequence=[_series(OLDER_UID)]),
        pair(SOPClassUID="1.2.840.10008.5.1.4.1.1.77.1.6"),
    ],
    applies_to="images with a Common Instance Reference Module, or whose IOD makes it mandatory",
    between=_source_after_step,
)
def source_is_listed(evidence: Evidence) -> Said:
    """An archive that moves a study with all it refers to goes by the list and not by the items."""
    image = evidence.image
    if not _has_list(image):
        return
    known = set(_listed(image))
    for item in gathered(image, "SourceImageSequence"):
        predecessor = PREDECESSOR & set(codes(item, "PurposeOfReferenceCodeSequence"))
        if predecessor and text(item, "ReferencedSOPInstanceUID") not in known:
            yield "a compression's predecessor is not among the instances of Referenced Series Sequence"
            return


RULES: tuple[Rule, ...] = (source_is_listed,)
