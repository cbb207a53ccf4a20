"""Family D: the values of Image Type (0008,0008)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lossytools.history import methods_of, ratios_of, read_history, stored_values
from lossytools.rules.attributes import pairs_of, text
from lossytools.rules.bases import FROM_PROCESSED, OLDER_UID, source_item
from lossytools.rules.definition import one, pair, pair_rule, rule
from lossytools.rules.facts import flag_of, is_lossy_step, is_ultrasound
from lossytools.rules.references import keeps_size
from lossytools.rules.sources import has_lossy_code, names_predecessor, source_purposes
from lossytools.standard.codes import MASK_IMAGE, PROCESSED_PREDECESSOR
from lossytools.standard.iod_policy import policy_of
from lossytools.standard.ultrasound import IMAGE_TYPE_TERMS

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

    from lossytools.evidence import Evidence
    from lossytools.rules.definition import Rule, Said

ENHANCED_CT = "1.2.840.10008.5.1.4.1.1.2.1"
_PROCESSED = pairs_of(PROCESSED_PREDECESSOR, MASK_IMAGE)
_SENSOR = {
    "ImageType": ["ORIGINAL", "PRIMARY"],
    "SourceImageSequence": None,
    "DerivationCodeSequence": None,
}


def _values(evidence: Evidence) -> tuple[str, ...]:
    """Return the values of Image Type where the standard says what they mean: in its own SOP Classes."""
    known = policy_of(text(evidence.image, "SOPClassUID")) is not None
    return stored_values(evidence.image, "ImageType") if known else ()


def _may_be_mixed(image: Dataset) -> bool:
    """Return whether the frames of the object have types of their own, so that they can differ."""
    row = policy_of(text(image, "SOPClassUID"))
    return row is not None and row.functional_groups


@rule(
    "D02",
    "Image Type value 1 is ORIGINAL or DERIVED",
    severity="E",
    cites="PS3.3 C.7.6.1.1.2, C.8.16.1.1",
    repair="set value 1 to DERIVED if the pixels come from another image, else to ORIGINAL",
    holds=[
        one(),
        one(ImageType=None),
        one(ImageType=""),
        one(SOPClassUID=ENHANCED_CT, ImageType=["MIXED", "PRIMARY", "VOLUME", "NONE"]),
    ],
    breaks=[
        one(ImageType=["COMPRESSED", "PRIMARY"]),
        one(ImageType=["", "PRIMARY"]),
        one(ImageType=["MIXED", "PRIMARY"]),
    ],
    applies_to="images of a SOP Class of the standard; MIXED is for enhanced ones",
)
def value_1_is_enumerated(evidence: Evidence) -> Said:
    """Whether a picture is the scanner's own is read from this value and from nothing else."""
    values = _values(evidence)
    allowed = {"ORIGINAL", "DERIVED"} | ({"MIXED"} if _may_be_mixed(evidence.image) else set())
    if values and values[0] not in allowed:
        yield f"value 1 of Image Type is {values[0][:16]!r}, not one of {', '.join(sorted(allowed))}"


def _rest(evidence: Evidence) -> tuple[str, ...]:
    """Return values 2 and beyond of Image Type, without empty ones at their end."""
    values = stored_values(evidence.image, "ImageType")
    last = max((place for place, value in enumerate(values) if value), default=0)
    return values[1 : last + 1]


@pair_rule(
    "D03",
    "Compression changes value 1 of Image Type and no other",
    severity="E",
    cites="PS3.3 C.7.6.1.1.2, C.7.6.1.1.5",
    repair="write the source's Image Type, value 1 replaced by DERIVED",
    holds=[
        pair(),
        pair({"ImageType": ["ORIGINAL", "PRIMARY", "TEE", ""]}, ImageType=["DERIVED", "PRIMARY", "TEE"]),
        pair({"ImageType": "ORIGINAL"}, ImageType=["DERIVED", "SECONDARY"]),
        pair({"Rows": 960}, ImageType=["DERIVED", "SECONDARY"]),
    ],
    breaks=[
        pair(ImageType=["DERIVED", "SECONDARY"]),
        pair({"ImageType": ["ORIGINAL", "PRIMARY", "TEE", "0001"]}),
        pair(ImageType=["DERIVED", "PRIMARY", "COMPRESSED"]),
    ],
    applies_to="a source that has a value 2, and a lossy version of it in the same size",
)
def other_values_are_kept(source: Evidence, derived: Evidence) -> Said:
    """The others say how the patient was examined, which no compression changes.

    Another size means that more was done than compression, and then they may change.
    """
    old, new = _rest(source), _rest(derived)
    if not old or not is_lossy_step(source, derived) or not keeps_size(source, derived):
        return
    if new != old:
        yield "values 2 and beyond of Image Type are not those of the source"


@rule(
    "D04",
    "Image Type value 2 is PRIMARY or SECONDARY",
    severity="E",
    cites="PS3.3 C.7.6.1.1.2, C.8.16.1.2",
    repair="set value 2 to PRIMARY if the examination made the image, else to SECONDARY",
    holds=[
        one(),
        one(ImageType=None),
        one(ImageType=""),
        one(ImageType=["DERIVED", "SECONDARY", "", ""]),
        one(SOPClassUID=ENHANCED_CT, ImageType=["DERIVED", "MIXED", "VOLUME", "NONE"]),
    ],
    breaks=[
        one(ImageType="DERIVED"),
        one(ImageType=["DERIVED", ""]),
        one(ImageType=["DERIVED", "AXIAL"]),
        one(ImageType=["DERIVED", "MIXED"]),
    ],
    applies_to="images of a SOP Class of the standard",
)
def value_2_is_enumerated(evidence: Evidence) -> Said:
    """An archive that hangs primary images first cannot place one that is neither.

    MIXED is passed in enhanced objects, for those that were converted from older ones.
    """
    values = _values(evidence)
    allowed = {"PRIMARY", "SECONDARY"} | ({"MIXED"} if _may_be_mixed(evidence.image) else set())
    if values and len(values) < 2:  # noqa: PLR2004 - VM is 2-n
        yield "Image Type has one value, and value 2 is required"
    elif values and values[1] not in allowed:
        yield f"value 2 of Image Type is {values[1][:16]!r}, neither PRIMARY nor SECONDARY"


@rule(
    "D05",
    "Image Type values 3 and 4 of ultrasound are terms of the standard",
    severity="W",
    cites="PS3.3 C.8.5.6.1.1",
    repair="leave value 3 empty where no Defined Term fits; write value 4 as hexadecimal digits",
    holds=[
        one(),
        one(ImageType=["DERIVED", "PRIMARY", "EPICARDIAL", "0001"]),
        one(ImageType=["DERIVED", "PRIMARY", "", "0011", "ANYTHING"]),
        one(SOPClassUID=ENHANCED_CT, ImageType=["DERIVED", "PRIMARY", "VOLUME", "NONE"]),
    ],
    breaks=[
        one(ImageType=["DERIVED", "PRIMARY", "US IMAGE", "0011"]),
        one(ImageType=["DERIVED", "PRIMARY", "TEE", "DOPPLER"]),
    ],
    applies_to="ultrasound",
)
def ultrasound_values_are_terms(evidence: Evidence) -> Said:
    """Defined Terms may be extended, yet a reader sorts by those it knows and shows the rest as unknown.

    Value 4 is a bit map of the modes, 0001 for two-dimensional imaging: other text cannot be read.
    """
    values = stored_values(evidence.image, "ImageType") if is_ultrasound(evidence) else ()
    kind, modes = (*values, "", "", "", "")[2:4]
    if kind and kind not in IMAGE_TYPE_TERMS:
        yield f"value 3 of Image Type is {kind[:16]!r}, no Defined Term of ultrasound"
    if modes and not re.fullmatch(r"[0-9A-Fa-f]+", modes):
        yield f"value 4 of Image Type is {modes[:16]!r}, no hexadecimal bit map"


@rule(
    "D21",
    "An ORIGINAL lossy image has nothing before it",
    severity="W",
    cites="PS3.3 C.7.6.1.1.5",
    repair="set value 1 of Image Type to DERIVED if it was compressed from another image",
    holds=[
        one(),
        one(**_SENSOR),
        one(**_SENSOR | {"LossyImageCompressionMethod": ["ISO_10918_1", ""]}),
        one(**_SENSOR | {"ImageType": ["DERIVED", "PRIMARY"], "SourceImageSequence": [FROM_PROCESSED]}),
    ],
    breaks=[
        one(
            **_SENSOR,
            LossyImageCompressionMethod=["ISO_10918_1", "ISO_10918_1"],
            LossyImageCompressionRatio=["19.00", "10.0000"],
        ),
        one(**_SENSOR | {"SourceImageSequence": [source_item(OLDER_UID, PROCESSED_PREDECESSOR)]}),
    ],
    applies_to="images with the flag 01 that are ORIGINAL and name no compression (that is D01)",
)
def original_comes_first(evidence: Evidence) -> Said:
    """ORIGINAL beside the flag says that the sensor itself delivered lossy data.

    The sensor makes one step: a second one, or an image it was processed from, shows another image
    before it. A description alone does not, for a sensor's image may describe its compression too.
    """
    image = evidence.image
    if flag_of(evidence) != "01" or text(image, "ImageType") != "ORIGINAL":
        return
    if names_predecessor(image) or has_lossy_code(image):
        return
    steps = _stated_steps(image)
    if steps > 1:
        yield f"Image Type value 1 is ORIGINAL, and the lists state {steps} lossy steps"
    if _PROCESSED & source_purposes(image):
        yield "Image Type value 1 is ORIGINAL, and a source item names the image it was processed from"


def _stated_steps(image: Dataset) -> int:
    """Return how many steps the lists state, empty values at their end left out."""
    steps = read_history(image)
    both = zip(methods_of(steps), ratios_of(steps), strict=True)
    return max((place for place, values in enumerate(both, start=1) if any(values)), default=0)


RULES: tuple[Rule, ...] = (
    value_1_is_enumerated,
    other_values_are_kept,
    value_2_is_enumerated,
    ultrasound_values_are_terms,
    original_comes_first,
)
