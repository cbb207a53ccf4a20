"""The images of the archive: cines, stills, stills that are JPEG already, captures that name their source."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from PIL import Image
from pydicom.encaps import encapsulate
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRLittleEndian, JPEGBaseline8Bit

from reliability import pictures
from reliability.headers import code, header_of, reference
from reliability.naming import CAPTURE, US_CINE, US_STILL, Named

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

    from reliability.pictures import Pixels

Size = tuple[int, int]
"""Rows and columns."""
_FRAME_TIME = "40"  # ms
_QUALITY = 85


def make_cine(study: int, index: int, size: Size, frames: int) -> Dataset:
    """Return an Ultrasound Multi-frame Image, native RGB."""
    named = Named(study, "cine", index, US_CINE)
    image = _image(named, "US", pictures.cine(named.seed, frames, *size))
    image.NumberOfFrames, image.FrameTime, image.FrameIncrementPointer = frames, _FRAME_TIME, 0x00181063
    return image


def make_still(study: int, index: int, size: Size) -> Dataset:
    """Return an Ultrasound Image, native RGB."""
    named = Named(study, "still", index, US_STILL)
    return _image(named, "US", pictures.colour_still(named.seed, *size))


def make_grey(study: int, index: int, size: Size) -> Dataset:
    """Return an Ultrasound Image, native MONOCHROME2."""
    named = Named(study, "grey", index, US_STILL)
    return _image(named, "US", pictures.grey_still(named.seed, *size))


def make_jpeg(study: int, index: int, size: Size) -> Dataset:
    """Return an Ultrasound Image that has been JPEG from the start, and whose original is long gone."""
    named = Named(study, "jpeg", index, US_STILL)
    pixels = pictures.colour_still(named.seed, *size)
    image = _image(named, "US", pixels)
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "JPEG", quality=_QUALITY, subsampling="4:2:2")
    image.file_meta.TransferSyntaxUID = JPEGBaseline8Bit
    image.PhotometricInterpretation = "YBR_FULL_422"
    image.PixelData = encapsulate([stream.getvalue()])
    image["PixelData"].is_undefined_length, image["PixelData"].VR = True, "OB"
    image.LossyImageCompression, image.LossyImageCompressionMethod = "01", "ISO_10918_1"
    image.LossyImageCompressionRatio = f"{pixels.size / len(stream.getvalue()):.4f}"
    image.ImageType = ["DERIVED", "PRIMARY"]
    image.DerivationDescription = f"JPEG, ratio {image.LossyImageCompressionRatio}"
    image.DerivationCodeSequence = code("113040", "DCM", "Lossy Compression")
    image.SourceImageSequence = Sequence([_source(Named(study, "lost", index, US_STILL), "121320")])
    return image


def make_capture(study: int, index: int, size: Size, sources: list[Named]) -> Dataset:
    """Return a Secondary Capture made of other images; those with an even index are of modality US."""
    named = Named(study, "capture", index, CAPTURE)
    image = _image(named, "OT" if index % 2 else "US", pictures.colour_still(named.seed, *size))
    image.ConversionType = "WSD"
    image.ImageType = ["DERIVED", "SECONDARY"]
    image.DerivationDescription = "Screen"
    image.SourceImageSequence = Sequence([_source(each, "121322") for each in sources])
    image.ReferencedImageSequence = Sequence([_source(sources[0], "121324")])
    return image


def _source(named: Named, purpose: str) -> Dataset:
    item = reference(named)
    item.PurposeOfReferenceCodeSequence = code(purpose, "DCM", _MEANINGS[purpose])
    return item


_MEANINGS = {
    "121320": "Uncompressed predecessor",
    "121322": "Source image for image processing operation",
    "121324": "Source image",
}


def _image(named: Named, modality: str, pixels: Pixels) -> Dataset:
    """Return a native image. pixels: ([frames, ]rows, columns[, 3])."""
    image = header_of(named, modality)
    image.ImageType, image.PatientOrientation = ["ORIGINAL", "PRIMARY"], ""
    image.LossyImageCompression, image.BurnedInAnnotation = "00", "NO"
    colour = pixels.shape[-1] == 3  # noqa: PLR2004  red, green, blue
    image.Rows, image.Columns = pixels.shape[-3:-1] if colour else pixels.shape[-2:]
    image.SamplesPerPixel = 3 if colour else 1
    image.PhotometricInterpretation = "RGB" if colour else "MONOCHROME2"
    if colour:
        image.PlanarConfiguration = 0
    image.BitsAllocated, image.BitsStored, image.HighBit, image.PixelRepresentation = 8, 8, 7, 0
    value = pixels.tobytes()
    image.PixelData = value + b"\0" * (len(value) % 2)
    image["PixelData"].VR = "OB" if image.file_meta.TransferSyntaxUID == ExplicitVRLittleEndian else "OW"
    return image
