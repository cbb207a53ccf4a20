"""Faults of who made the object, and of what of the source stays or goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mutations.corrupting import Mutation, absent, of_source, parts_with, sets, values_of

from lossytools.rules.bases import CT

if TYPE_CHECKING:
    from oracle.parts import Parts

UIDS = ("SOPInstanceUID", "meta__MediaStorageSOPInstanceUID")
WRITER = ("meta__ImplementationClassUID", "meta__ImplementationVersionName")


def _written_by_its_maker(parts: Parts, _: Parts) -> None:
    """Name a writer whose UID begins as that of the instance."""
    sets(meta__ImplementationClassUID=f"{values_of(parts, 'SOPInstanceUID')[0]}.1")(parts, parts)


MUTATIONS = {
    "U01": Mutation(
        of_source(*UIDS),
        {"D13": "the source's UID is its own now", "U10": "under an old UID the creation is the old one"},
    ),
    "U02": Mutation(sets(DerivationDescription="Decompressed JPEG 10:1"), base="native"),
    "U03": Mutation(of_source("meta__MediaStorageSOPInstanceUID")),
    "U04": Mutation(sets(meta__MediaStorageSOPClassUID=CT)),
    "U05": Mutation(
        sets(meta__TransferSyntaxUID="1.2.840.10008.1.2.4.81"),
        {"P01": "JPEG-LS does not carry YBR_FULL_422", "P15": "SOF0 is not JPEG-LS"},
    ),
    "U06": Mutation(sets(SeriesInstanceUID="1.2.03")),
    "U07": Mutation(sets(PatientID="1")),
    "U08": Mutation(sets(FrameOfReferenceUID="1.2.3.88")),
    "U09": Mutation(sets(StationName="SERVER")),
    "U10": Mutation(of_source("InstanceCreationDate", "InstanceCreationTime")),
    "U11": Mutation(of_source("InstanceCreatorUID")),
    "U12": Mutation(of_source("ContributingEquipmentSequence")),
    "U13": Mutation(absent("OriginalAttributesSequence")),
    "U14": Mutation(of_source("DigitalSignaturesSequence", "MACParametersSequence")),
    "U16": Mutation(of_source("SOPInstanceStatus")),
    "U17": Mutation(absent("meta__FileMetaInformationGroupLength")),
    "U18": Mutation(of_source(*WRITER), source=_written_by_its_maker),
    "U19": Mutation(parts_with(preamble=b"II*\0" + bytes(124))),
    "U20": Mutation(sets(ConcatenationUID="1.2.3.77"), source=sets(ConcatenationUID="1.2.3.77")),
}
