"""Objects made for tests: small, valid, of any pixel form."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Any, Protocol

import hypothesis
import numpy as np
import pytest
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.filewriter import dcmwrite
from pydicom.uid import UID

# Files are flushed to disks that others use as well: a slow example is no fault.
hypothesis.settings.register_profile("files", deadline=None)
hypothesis.settings.load_profile("files")

EXPLICIT = "1.2.840.10008.1.2.1"
IMPLICIT = "1.2.840.10008.1.2"
BIG_ENDIAN = "1.2.840.10008.1.2.2"
SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7"
MULTI_FRAME_CAPTURE = "1.2.840.10008.5.1.4.1.1.7.4"

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as in the background of a shell script
    signal.signal(signal.SIGINT, signal.default_int_handler)  # what the tests start would inherit it


class Writer(Protocol):
    """Writes one object and returns its path."""

    def __call__(self, pixels: np.ndarray, syntax: str = EXPLICIT, /, **header: Any) -> Path: ...


def smooth(rows: int, columns: int, frames: int, samples: int, peak: int) -> np.ndarray:
    """Return frames that differ, with gradients and an edge: (frames, rows, columns[, samples])."""
    y, x = np.mgrid[0:rows, 0:columns]
    base = (x * 3 + y * 5) % 97 / 97
    planes = [
        ((base + 0.1 * f + 0.2 * s) % 1 * peak * 0.8 + (x > columns // 2) * peak * 0.1)
        for f in range(frames)
        for s in range(samples)
    ]
    cube = np.array(planes).reshape(frames, samples, rows, columns).transpose(0, 2, 3, 1)
    return cube[..., 0] if samples == 1 else cube


def header_of(pixels: np.ndarray, syntax: str, values: dict[str, Any]) -> Dataset:
    """Return a header that fits `pixels`, (frames, rows, columns[, 3]), changed by `values`."""
    image = Dataset()
    frames, rows, columns = pixels.shape[:3]
    samples = 3 if pixels.ndim == 4 else 1
    image.SOPClassUID = MULTI_FRAME_CAPTURE if frames > 1 else SECONDARY_CAPTURE
    image.SOPInstanceUID, image.StudyInstanceUID, image.SeriesInstanceUID = "1.2.3.4", "1.2.3", "1.2.3.5"
    image.PatientName, image.PatientID, image.Modality = "TEST^NOBODY", "NOBODY", "OT"
    image.ImageType = ["ORIGINAL", "PRIMARY"]
    image.Rows, image.Columns, image.SamplesPerPixel = rows, columns, samples
    image.PhotometricInterpretation = "RGB" if samples == 3 else "MONOCHROME2"
    if samples == 3:
        image.PlanarConfiguration = 0
    bits = pixels.dtype.itemsize * 8
    image.BitsAllocated, image.BitsStored, image.HighBit = bits, bits, bits - 1
    image.PixelRepresentation = int(pixels.dtype.kind == "i")
    if frames > 1:
        image.NumberOfFrames, image.FrameTime = frames, "40"
        image.FrameIncrementPointer = 0x00181063
    for keyword, value in values.items():
        if value is None:
            delattr(image, keyword)
        else:
            setattr(image, keyword, value)
    image.file_meta = FileMetaDataset()
    image.file_meta.TransferSyntaxUID = UID(syntax)
    return image


@pytest.fixture
def write(tmp_path: Path) -> Writer:
    """Return the writer of objects into a folder of the test's own.

    pixels: (frames, rows, columns[, 3]). syntax: native, or one that pydicom can compress to. header:
    keywords and values, None to leave one out; `pixel_bytes` gives the value of Pixel Data itself;
    `name` the file's name.
    """

    def writer(pixels: np.ndarray, syntax: str = EXPLICIT, /, **header: Any) -> Path:
        path = tmp_path / header.pop("name", "source.dcm")
        value = header.pop("pixel_bytes", None)
        image = header_of(pixels, syntax if UID(syntax).is_encapsulated is False else EXPLICIT, header)
        big = syntax == BIG_ENDIAN
        if value is None:
            value = pixels.astype(pixels.dtype.newbyteorder(">" if big else "<")).tobytes()
        if UID(syntax).is_encapsulated and value.startswith(b"\xfe\xff\x00\xe0"):
            image.file_meta.TransferSyntaxUID = UID(syntax)
        image.PixelData = value + b"\0" * (len(value) % 2)
        image["PixelData"].VR = "OB" if pixels.dtype.itemsize == 1 and syntax != IMPLICIT else "OW"
        if UID(syntax).is_encapsulated and image.file_meta.TransferSyntaxUID == EXPLICIT:
            image.compress(syntax, generate_instance_uid=False)
        with path.open("wb") as out:
            dcmwrite(
                out, image, enforce_file_format=True, little_endian=not big, implicit_vr=syntax == IMPLICIT
            )
        return path

    return writer
