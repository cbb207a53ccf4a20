"""Faults of what tells how the object was made, and of what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mutations.corrupting import Mutation, both, byte, of_source, sets, stream, values_of

from lossytools.rules.bases import code_item
from lossytools.rules.examples import dataset_of
from lossytools.standard.codes import LOSSY_PREDECESSOR

if TYPE_CHECKING:
    from mutations.corrupting import Corruption

    from oracle.parts import Parts

SOURCES = "SourceImageSequence"


def last_item(sequence: str, **values: Any) -> Corruption:
    """Return the fault of other values in the last item of a sequence."""

    def corrupt(parts: Parts, _: Parts) -> None:
        parts.image[sequence].value[-1].update(dataset_of(values))

    return corrupt


def of_value(keyword: str, place: int, value: str) -> Corruption:
    """Return the fault of one value of a text element, counted from 1."""

    def corrupt(parts: Parts, source: Parts) -> None:
        values = values_of(parts, keyword)
        values[place - 1] = value
        sets(**{keyword: values})(parts, source)

    return corrupt


def only_last_item(sequence: str) -> Corruption:
    """Return the fault of a sequence that was replaced and not appended to."""

    def corrupt(parts: Parts, _: Parts) -> None:
        del parts.image[sequence].value[:-1]

    return corrupt


def _names_itself(parts: Parts, _: Parts) -> None:
    own = str(parts.image.SOPInstanceUID)
    parts.image[SOURCES].value.append(dataset_of({"ReferencedSOPInstanceUID": own}))
    parts.image[SOURCES].value.insert(1, parts.image[SOURCES].value.pop())


def _two_steps(parts: Parts, source: Parts) -> None:
    ratio = values_of(parts, "LossyImageCompressionRatio")
    lists = {"Method": ["ISO_10918_1", "ISO_10918_1"], "Ratio": ["19", *ratio]}
    sets(**{f"LossyImageCompression{name}": values for name, values in lists.items()})(parts, source)


MUTATIONS = {
    "D01": Mutation(of_source("ImageType")),
    "D02": Mutation(of_value("ImageType", 1, "MIXED")),
    "D03": Mutation(of_value("ImageType", 4, "0001")),
    "D04": Mutation(of_value("ImageType", 2, "TERTIARY"), {"D03": "it is not the value of the source"}),
    "D05": Mutation(of_value("ImageType", 3, "HEART"), source=of_value("ImageType", 3, "HEART")),
    "D07": Mutation(sets(DerivationDescription="Compressed [Denoised]")),
    "D08": Mutation(sets(DerivationDescription="JPEG 10:1 [Denoised]" + "." * 1005)),
    "D09": Mutation(sets(DerivationDescription="JPEG 10:1")),
    "D10": Mutation(of_source("DerivationCodeSequence")),
    "D11": Mutation(last_item("DerivationCodeSequence", CodeMeaning="")),
    "D12": Mutation(last_item(SOURCES, ReferencedSOPInstanceUID="1.2.3.2")),
    "D13": Mutation(_names_itself),
    "D14": Mutation(last_item(SOURCES, PurposeOfReferenceCodeSequence=[code_item(LOSSY_PREDECESSOR)])),
    "D15": Mutation(
        sets(SourceImageSequence=[]), {"D12": "so the source is not named", "D17": "nor are the earlier ones"}
    ),
    "D17": Mutation(only_last_item(SOURCES)),
    "D18": Mutation(
        both(stream(byte(b"\xff\xda", 11, 0), 0), sets(DerivationDescription="JPEG-LS 4:1 [Denoised]")),
        base="jpegls",
    ),
    "D19": Mutation(last_item(SOURCES, SpatialLocationsPreserved="NO")),
    "D21": Mutation(_two_steps, base="sensor", source=_two_steps),
}
