"""Tables of values to data sets and files."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydicom.datadict import dictionary_VR, tag_for_keyword
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.filewriter import dcmwrite
from pydicom.sequence import Sequence
from pydicom.uid import UID, ExplicitVRLittleEndian

if TYPE_CHECKING:
    from iods.form import Form

Values = Mapping[str, Any]
_NAMESPACE = uuid.UUID("4f4f0b7e-5a3e-5d0b-8d5e-6f3d5f0c9b11")


@dataclass(frozen=True)
class Specimen:
    """One object to be generated.

    iod: its name in iod_policy.json. groups: tables of values laid over one another, the later ones on
    top; None takes an attribute away. variant: tells two specimens of one SOP Class apart.
    """

    iod: str
    sop_class: str
    form: Form
    groups: tuple[Values, ...]
    variant: str = ""
    shared: Values = field(default_factory=dict)
    per_frame: tuple[Values, ...] = ()

    @property
    def name(self) -> str:
        """The IOD, and the variant where there is one."""
        return f"{self.iod} ({self.variant})" if self.variant else self.iod


def uid(role: str) -> str:
    """Return the UID of a role, the same on every run (PS3.5 B.2)."""
    return f"2.25.{uuid.uuid5(_NAMESPACE, role).int}"


def code(value: str, scheme: str, meaning: str) -> list[Values]:
    """Return a code sequence of one item."""
    return [{"CodeValue": value, "CodingSchemeDesignator": scheme, "CodeMeaning": meaning}]


def dataset(values: Values) -> Dataset:
    """Return a data set of keywords, or tags in hexadecimal, and values; None is left out."""
    result = Dataset()
    for keyword, value in values.items():
        if value is None:
            continue
        tag = tag_for_keyword(keyword) or int(keyword, 16)
        vr = dictionary_VR(tag)
        result.add_new(tag, _settled(vr), Sequence(map(dataset, value)) if vr == "SQ" else value)
    return result


def _settled(vr: str) -> str:
    """Return the one VR where the dictionary leaves a choice; words, and unsigned, here."""
    return "OW" if "OW" in vr else vr.partition(" or ")[0]


def build(specimen: Specimen) -> Dataset:
    """Return the object with its pixels, Explicit VR Little Endian."""
    values: dict[str, Any] = {}
    for group in specimen.groups:
        values |= group
    values |= specimen.form.header()
    values |= {"SOPClassUID": specimen.sop_class, "SOPInstanceUID": uid(specimen.name + specimen.sop_class)}
    if specimen.shared:
        values["SharedFunctionalGroupsSequence"] = [specimen.shared]
    if specimen.per_frame:
        values["PerFrameFunctionalGroupsSequence"] = list(specimen.per_frame)
    image = dataset(values)
    pixels = specimen.form.pixels().tobytes()
    image.PixelData = pixels + b"\0" * (len(pixels) % 2)
    image["PixelData"].VR = "OB" if specimen.form.allocated == 8 else "OW"
    image.file_meta = FileMetaDataset()
    image.file_meta.TransferSyntaxUID = UID(ExplicitVRLittleEndian)
    return image


def write(specimen: Specimen, path: Path) -> Path:
    """Write the object and return its path."""
    with path.open("wb") as out:
        dcmwrite(out, build(specimen), enforce_file_format=True)
    return path
