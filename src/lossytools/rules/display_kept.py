"""Family P, over one step: how stored values become what is shown, and counts made of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lossytools.rules.attributes import changed, items, same
from lossytools.rules.bases import NATIVE, NEVER_LOSSY, SAME_UID
from lossytools.rules.definition import pair, pair_rule
from lossytools.rules.facts import is_lossy_step
from lossytools.rules.sources import changed_in_groups

if TYPE_CHECKING:
    from lossytools.evidence import Evidence
    from lossytools.rules.definition import Rule, Said

MAPPINGS = (
    "ModalityLUTSequence",
    "RescaleIntercept",
    "RescaleSlope",
    "RescaleType",
    "VOILUTSequence",
    "WindowCenter",
    "WindowWidth",
    "WindowCenterWidthExplanation",
    "VOILUTFunction",
    "PresentationLUTSequence",
    "PresentationLUTShape",
    "RealWorldValueMappingSequence",
)
"""From stored values to grey or units, at top level (PS3.3 sections C.11.1 to C.11.6, C.7.6.16.2.11)."""

GROUP_MAPPINGS = (
    "PixelValueTransformationSequence",
    "FrameVOILUTSequence",
    "RealWorldValueMappingSequence",
)
"""The same inside functional groups (PS3.3 sections C.7.6.16.2.9 to C.7.6.16.2.11)."""

_DEPTH = ("BitsStored", "PixelRepresentation")
_HISTOGRAM = "HistogramSequence"
_COUNTS = {_HISTOGRAM: [{"HistogramNumberOfBins": 2}]}
_WINDOW = {"WindowCenter": "40", "WindowWidth": "400"}
_SHARED = "SharedFunctionalGroupsSequence"


@pair_rule(
    "P30",
    "Window, rescale and lookup tables are those of the source",
    severity="E",
    cites="PS3.3 C.11.1, C.11.2, C.11.6, C.7.6.16.2.11",
    repair="copy them from the source",
    holds=[
        pair(),
        pair(_WINDOW, WindowCenter="40.0", WindowWidth="400"),
        pair(_WINDOW | {"BitsStored": 12}, WindowCenter="128", WindowWidth="256"),
    ],
    breaks=[
        pair(_WINDOW, WindowCenter="40"),
        pair({"RescaleSlope": "2"}, RescaleSlope="1"),
        pair(_WINDOW, **NATIVE | NEVER_LOSSY | SAME_UID),
        pair({_SHARED: [{"FrameVOILUTSequence": [_WINDOW]}]}, **{_SHARED: [{}]}),
    ],
    applies_to="steps that keep Bits Stored and the sign",
)
def mapping_is_kept(source: Evidence, derived: Evidence) -> Said:
    """Compression changes samples a little and never what a sample means.

    A step to other bits is more than compression, and needs another window; it is not judged.
    """
    if not all(same(source.image, derived.image, name) for name in _DEPTH):
        return
    for keyword in changed(source.image, derived.image, MAPPINGS):
        yield f"{keyword} is not that of the source"
    yield from changed_in_groups(source, derived, GROUP_MAPPINGS)


@pair_rule(
    "P31",
    "A histogram is of the pixels at hand",
    severity="W",
    cites="PS3.3 C.11.5",
    repair="count again over the decoded pixels, or remove the Histogram Sequence",
    holds=[
        pair(),
        pair(_COUNTS),
        pair(_COUNTS, **{_HISTOGRAM: [{"HistogramNumberOfBins": 3}]}),
        pair(_COUNTS, **NATIVE | NEVER_LOSSY | SAME_UID | _COUNTS),
    ],
    breaks=[pair(_COUNTS, **_COUNTS)],
    applies_to="lossy steps from a source with a histogram",
)
def histogram_is_not_copied(source: Evidence, derived: Evidence) -> Said:
    """Loss moves samples between bins, so counts that are the source's to the last were copied.

    One object alone does not show it: a histogram beside a lossy history may have been counted anew.
    """
    if not is_lossy_step(source, derived) or not items(source.image, _HISTOGRAM):
        return
    if same(source.image, derived.image, _HISTOGRAM):
        yield "a lossy step lies between, Histogram Sequence is the source's"


RULES: tuple[Rule, ...] = (mapping_is_kept, histogram_is_not_copied)
