"""One generated object through one lossy step, and what strangers and our own audit say of the result."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pydicom import dcmread

from iods.building import Specimen, write
from lossytools import Options, audit, measure, transcode
from strangers import complaints, new_ones

if TYPE_CHECKING:
    from pydicom.dataelem import DataElement
    from pydicom.dataset import Dataset

ALLOWED = Options(allow_quantitative=True, verify="independent", workers=1)

CHANGED = frozenset(
    {
        "ImageType",
        "InstanceCreationDate",
        "InstanceCreationTime",
        "SOPInstanceUID",
        "DerivationDescription",
        "SourceImageSequence",
        "DerivationCodeSequence",
        "ContributingEquipmentSequence",
        "PhotometricInterpretation",
        "LossyImageCompression",
        "LossyImageCompressionRatio",
        "LossyImageCompressionMethod",
        "PixelData",
    }
)
"""All that a step may change in a classic object that holds nothing special; the rest stays."""

CHANGED_GROUPS = CHANGED | {"ReferencedSeriesSequence", "SourceImageEvidenceSequence"}
"""The same for an object with functional groups, where references are listed once more."""
GROUPS = ("SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence")


@dataclass(frozen=True)
class Taken:
    """What came of it. errors: of dciodvfy on the source. new: its errors that the source does not give.

    findings: of our audit of the pair. changed: keywords whose elements differ, functional groups compared
    without their record of derivation. frames: how many decode. derivations: how many times the result says
    where it comes from, at top level and in functional groups.
    """

    specimen: Specimen
    codec: str
    errors: int
    new: frozenset[str]
    findings: tuple[str, ...]
    changed: frozenset[str]
    frames: int
    derivations: int


def take(specimen: Specimen, codec: str, folder: Path) -> Taken:
    """Generate the object into `folder`, compress it and judge the result."""
    source, target = write(specimen, folder / "source.dcm"), folder / "derived.dcm"
    transcode(source, target, codec, ALLOWED)
    before, after = complaints(source), complaints(target)
    return Taken(
        specimen,
        codec,
        before.total(),
        frozenset(new_ones(before, after)),
        tuple(f"{finding.rule} {finding.says}" for finding in audit(target, against=source, deep=True)),
        frozenset(differing(dcmread(source), dcmread(target))),
        len(measure(source, target, workers=1).frames),
        sum(element.keyword == "DerivationCodeSequence" for element in dcmread(target).iterall()),
    )


def differing(source: Dataset, derived: Dataset) -> set[str]:
    """Return the keywords, or tags, of the elements that are not the same in both."""
    tags = {*source.keys(), *derived.keys()}
    return {
        (source if tag in source else derived)[tag].keyword or str(tag)
        for tag in tags
        if tag not in source or tag not in derived or _bare(source[tag]) != _bare(derived[tag])
    }


def _bare(element: DataElement) -> DataElement:
    """Return functional groups without Derivation Image and value 1 of Frame Type, others as they are."""
    if element.keyword not in GROUPS:
        return element
    bare = copy.deepcopy(element)
    for group in bare.value:
        if "DerivationImageSequence" in group:
            del group.DerivationImageSequence
        for item in (each for sequence in group for each in sequence.value):
            if "FrameType" in item:
                item.FrameType = item.FrameType[1:]
    return bare
