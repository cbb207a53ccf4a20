"""Objects for small archives, and jobs over them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRLittleEndian

from lossytools import migrate

US, US_CINE = "1.2.840.10008.5.1.4.1.1.6.1", "1.2.840.10008.5.1.4.1.1.3.1"
KEY_OBJECT, CAPTURE = "1.2.840.10008.5.1.4.1.1.88.59", "1.2.840.10008.5.1.4.1.1.7"
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
RECIPE = """
version = 1
[[rule]]
name = "ultrasound"
where = { Modality = "US" }
action = "transcode"
codec = "jpegls:near=2"
"""
COPY_ALL = "version = 1\n[[rule]]\nname = 'all'\naction = 'copy'\n"


def uid(name: str) -> str:
    """Return the UID that a name stands for in these tests."""
    return f"2.25.{uuid.uuid5(uuid.NAMESPACE_OID, name).int}"


def picture(rows: int, columns: int, seed: int) -> np.ndarray:
    """Return a smooth grey picture with a little noise, which compresses about 4 to 1."""
    y, x = np.mgrid[0:rows, 0:columns]
    noise = np.random.default_rng(seed).integers(0, 3, (rows, columns))
    return ((x + y + seed) % 200 + noise).astype(np.uint8)


def base(name: str, study: str, sop_class: str, modality: str) -> Dataset:
    """Return a header without pixels."""
    found = Dataset()
    found.SOPClassUID, found.SOPInstanceUID = sop_class, uid(name)
    found.StudyInstanceUID, found.SeriesInstanceUID = uid(study), uid(f"{study} {modality}")
    found.PatientName, found.PatientID, found.Modality = "CANARY^NAME", "CANARY-ID", modality
    found.StudyDate, found.Manufacturer = "20200102", "MAKER"
    found.file_meta = FileMetaDataset()
    found.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    return found


def still(name: str, study: str, seed: int = 0) -> Dataset:
    """Return an ultrasound still of 64 x 96."""
    image = base(name, study, US, "US")
    pixels = picture(64, 96, seed)
    image.ImageType = ["ORIGINAL", "PRIMARY"]
    image.Rows, image.Columns, image.SamplesPerPixel = 64, 96, 1
    image.PhotometricInterpretation = "MONOCHROME2"
    image.BitsAllocated, image.BitsStored, image.HighBit, image.PixelRepresentation = 8, 8, 7, 0
    image.PixelData = pixels.tobytes()
    image["PixelData"].VR = "OB"
    return image


def naming(*names: str) -> Sequence:
    """Return items that refer to instances."""
    items = []
    for name in names:
        item = Dataset()
        item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = US, uid(name)
        items.append(item)
    return Sequence(items)


def key_object(name: str, study: str, *names: str) -> Dataset:
    """Return a key object that names instances two levels deep and in its evidence."""
    note = base(name, study, KEY_OBJECT, "KO")
    content = []
    for item in naming(*names):
        node = Dataset()
        node.RelationshipType, node.ValueType = "CONTAINS", "IMAGE"
        node.ReferencedSOPSequence = Sequence([item])
        content.append(node)
    note.ContentSequence = Sequence(content)
    series, evidence = Dataset(), Dataset()
    series.SeriesInstanceUID, series.ReferencedSOPSequence = uid(f"{study} US"), naming(*names)
    evidence.StudyInstanceUID, evidence.ReferencedSeriesSequence = uid(study), Sequence([series])
    note.CurrentRequestedProcedureEvidenceSequence = Sequence([evidence])
    return note


@dataclass
class Archive:
    """An archive in a folder, and a job over it."""

    root: Path
    job: str = "job"

    @property
    def source(self) -> Path:
        return self.root / "archive"

    @property
    def ledger(self) -> Path:
        return self.root / f"{self.job}.ledger"

    @property
    def out(self) -> Path:
        return self.root / f"out of {self.job}"

    def add(self, path: str, image: Dataset) -> Path:
        target = self.source / path
        target.parent.mkdir(parents=True, exist_ok=True)
        image.save_as(target, enforce_file_format=True)
        return target

    def plan(self, recipe: str = RECIPE, **choices: object) -> migrate.Totals:
        path = self.root / "recipe.toml"
        path.write_text(recipe)
        return migrate.plan(self.source, self.ledger, str(path), now=NOW, **choices).totals

    def run(self, **choices: object) -> migrate.Done:
        options = migrate.RunOptions(workers=1, **choices)
        return migrate.run(self.ledger, self.out, options)

    def states(self) -> dict[str, tuple[str, str, str]]:
        """Return state, action and reason of every file."""
        return {str(e.path): (e.state, e.action, e.reason) for e in migrate.entries(self.ledger)}

    def result(self, path: str) -> Dataset:
        return pydicom.dcmread(self.out / "data" / path)

    def tree(self) -> dict[str, bytes]:
        """Return every file of the destination with its bytes."""
        files = sorted(path for path in self.out.rglob("*") if path.is_file())
        return {str(path.relative_to(self.out)): path.read_bytes() for path in files}
