"""Family O: objects that loss has no place in, and steps that nobody asked for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lossytools.rules.attributes import codes, has, number, pairs_of, text
from lossytools.rules.bases import (
    CT,
    FROM_LOSSY,
    GREY,
    JPEG_2000,
    JPEG_SOURCE,
    NATIVE,
    OLDER_UID,
    SOURCE_UID,
    source_item,
)
from lossytools.rules.definition import Remark, one, pair, pair_rule, rule
from lossytools.rules.derivation_kept import description_of
from lossytools.rules.facts import coded_lossy, is_lossy_step, was_lossy
from lossytools.rules.sources import claims_compression, derivations, source_items
from lossytools.standard.codes import LOSSY_PREDECESSOR
from lossytools.standard.iod_policy import policy_of

if TYPE_CHECKING:
    from lossytools.evidence import Evidence
    from lossytools.rules.definition import Rule, Said

SEGMENTATION = "1.2.840.10008.5.1.4.1.1.66.4"
RT_DOSE = "1.2.840.10008.5.1.4.1.1.481.2"
REPORT = "1.2.840.10008.5.1.4.1.1.88.11"
BI_PLANE = "1.2.840.10008.5.1.4.1.1.12.3"  # retired
_ROOT = "1.2.840.10008."
_SIGNLESS = {"1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51"}
_FLOAT = {"FloatPixelData", "DoubleFloatPixelData"}
_AGAIN = re.compile(r"re-?compress", re.IGNORECASE)
_NO_CLAIM = {"DerivationCodeSequence": None, "SourceImageSequence": None}
_BIT = GREY | {"SOPClassUID": SEGMENTATION, "BitsAllocated": 1, "BitsStored": 1, "HighBit": 0}


def _was_compressed(evidence: Evidence) -> bool:
    """Return whether the object itself holds pixels that were compressed with loss.

    By its code streams, or by codes that say so. The flag alone does not: a segmentation or a map
    takes it from the images it was made of (PS3.3 section C.8.20.2.2).
    """
    if not evidence.pixel_keyword:
        return False
    return coded_lossy(evidence) or (was_lossy(evidence) and claims_compression(evidence.image))


@rule(
    "O01",
    "Objects whose pixels are no picture are not compressed with loss",
    severity="E",
    cites="PS3.3 C.8.20.2.2, C.8.32.2.1, annex A",
    repair="compress the source again without loss",
    holds=[
        one(),
        one(**NATIVE | _NO_CLAIM | {"SOPClassUID": SEGMENTATION}),
        one(SOPClassUID=REPORT, pixel_keyword="", encapsulation=None, streams=()),
    ],
    breaks=[
        one(SOPClassUID=RT_DOSE),
        one(SOPClassUID=REPORT),
        one(**NATIVE | {"SOPClassUID": SEGMENTATION}),
    ],
    applies_to="SOP Classes that lossytools refuses, or that have no pixels",
)
def class_bears_loss(evidence: Evidence) -> Said:
    """In a label map or a dose a sample is a number that is reckoned with, and near it is wrong.

    The standard advises against it for segmentations and parametric maps; for doses and
    measured maps it is the policy of lossytools.
    """
    row = policy_of(text(evidence.image, "SOPClassUID"))
    if row is None or row.policy not in {"REFUSE", "NO-PIXELS"} or not _was_compressed(evidence):
        return
    why = "hold no image" if row.policy == "NO-PIXELS" else "are never compressed with loss"
    yield f"the pixels were compressed with loss, and {row.iod} objects {why}"


@rule(
    "O02",
    "Objects of unknown kind are not compressed with loss",
    severity="E",
    cites="PS3.3 annex A",
    repair="compress only objects whose SOP Class says what their pixels mean",
    holds=[
        one(),
        one(SOPClassUID=None),
        one(**_NO_CLAIM | {"SOPClassUID": "1.2.3.99"}),
        one(SOPClassUID="1.2.3.99", pixel_keyword="", encapsulation=None, streams=()),
    ],
    breaks=[one(SOPClassUID="1.2.3.99"), one(SOPClassUID=BI_PLANE)],
    applies_to="private and retired SOP Classes, where codes say that the object was compressed",
)
def class_is_known(evidence: Evidence) -> Said:
    """Nothing says whether a private object is a picture or a measurement, so no tool knows what loss does.

    What a device made in its own class is its own affair: only a compressed version of another
    object counts. Of a class that the standard has retired it is a warning.
    """
    uid = text(evidence.image, "SOPClassUID")
    known = not uid or policy_of(uid) is not None
    if known or not evidence.pixel_keyword or not was_lossy(evidence):
        return
    if claims_compression(evidence.image):
        retired = uid.startswith(_ROOT)
        kind = "retired, or not known here" if retired else "private"
        yield Remark(f"a compressed version of an object whose SOP Class is {kind}", "W" if retired else "E")


@pair_rule(
    "O03",
    "A further lossy step is a deliberate one",
    severity="W",
    cites="PS3.4 S.3.2.1.1.9",
    repair='name the source as 121330, or write "recompressed" in Derivation Description',
    holds=[
        pair(),
        pair(JPEG_SOURCE, **JPEG_2000 | {"SourceImageSequence": [FROM_LOSSY]}),
        pair(JPEG_SOURCE, **JPEG_2000 | {"DerivationDescription": "Recompressed as JPEG 2000, ratio 10:1"}),
    ],
    breaks=[
        pair(JPEG_SOURCE, **JPEG_2000),
        pair(
            {"LossyImageCompression": "01"},
            SourceImageSequence=[source_item(OLDER_UID, LOSSY_PREDECESSOR), source_item(SOURCE_UID)],
        ),
    ],
    applies_to="a lossy version of an image that was lossy before",
)
def further_loss_is_meant(source: Evidence, derived: Evidence) -> Said:
    """Every step loses more, and the errors of one are the details of the next.

    Media creation forbids it outright; elsewhere the record must show that it was known.
    """
    if not was_lossy(source) or not is_lossy_step(source, derived):
        return
    purposes = {
        purpose
        for item in source_items(source, derived)
        for purpose in codes(item, "PurposeOfReferenceCodeSequence")
    }
    said = any(_AGAIN.search(description_of(each)) for each in derivations(derived.image))
    if not said and not pairs_of(LOSSY_PREDECESSOR) & purposes:
        yield "the source was lossy before, and nothing in the record says that this was known"


@rule(
    "O04",
    "Samples that bear no loss are not in a lossy code stream",
    severity="E",
    cites="PS3.5 8.2, A.4",
    repair="compress the source again without loss, or expand a palette to RGB first",
    holds=[
        one(),
        one(**NATIVE | _BIT | {"SOPClassUID": CT}),
        one(**NATIVE | {"pixel_keyword": "FloatPixelData", "SOPClassUID": CT}),
        one(**JPEG_2000 | GREY | {"SOPClassUID": CT, "PixelRepresentation": 1}),
    ],
    breaks=[
        one(**JPEG_2000 | _BIT),
        one(pixel_keyword="FloatPixelData", encapsulation=None, streams=()),
        one(PixelDataProviderURL="https://localhost/1"),
        one(**GREY | {"SOPClassUID": CT, "PixelRepresentation": 1}),
        one(**GREY | {"PhotometricInterpretation": "PALETTE COLOR"}),
    ],
    applies_to="images in lossy code streams",
)
def samples_bear_loss(evidence: Evidence) -> Said:
    """Loss makes a sample a little larger or smaller; these it makes another thing altogether.

    A bit flips, an index names another colour, a negative sample comes back as a large one.
    """
    image = evidence.image
    if not coded_lossy(evidence):
        return
    if number(image, "BitsAllocated") == 1:
        yield "pixels of 1 bit in a lossy code stream"
    if evidence.pixel_keyword in _FLOAT:
        yield f"{evidence.pixel_keyword} under a lossy transfer syntax"
    if has(image, "PixelDataProviderURL"):
        yield "Pixel Data Provider URL under a lossy transfer syntax"
    if number(image, "PixelRepresentation") == 1 and evidence.transfer_syntax in _SIGNLESS:
        yield "signed samples in JPEG, which knows no sign"
    if text(image, "PhotometricInterpretation") == "PALETTE COLOR":
        yield "palette indices in a lossy code stream"


RULES: tuple[Rule, ...] = (class_bears_loss, class_is_known, further_loss_is_meant, samples_bear_loss)
