"""The images that every tool is given: a cine, a still, grey, a palette, 12 bits, and some lossy before."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from pydicom import dcmread
from pydicom.uid import UID, DigitalXRayImageStorageForPresentation, UltrasoundImageStorage

from lossytools import Options, decompress, transcode

SAMPLES = Path(__file__).parents[2] / "sample_data"
sys.path.append(str(SAMPLES))
from generate import Cine, write_cine  # noqa: E402  a script beside its sample

_MULTI_FRAME = (
    "NumberOfFrames", "FrameTime", "FrameIncrementPointer", "CineRate", "RecommendedDisplayFrameRate",
    "PreferredPlaybackSequencing", "StartTrim", "StopTrim", "ActualFrameDuration", "RWaveTimeVector",
)  # fmt: skip
NATIVE = ("cine", "still", "grey", "palette", "12 bits", "decompressed")
LOSSY = {"jpeg": "jpeg", "jpegls": "jpegls", "jpeg2000": "jpeg2000"}


def make_sources(folder: Path) -> dict[str, Path]:
    """Write every source into `folder` and return their paths by name.

    None of them breaks a rule, those with a lossy history included.
    """
    paths = {name: folder / f"{name.replace(' ', '')}.dcm" for name in (*NATIVE, *LOSSY)}
    paths["cine"] = SAMPLES / "ultrasound_cine.dcm"
    write_cine(paths["grey"], Cine(240, 320, 3, "MONOCHROME2"), force=True)
    write_cine(paths["palette"], Cine(240, 320, 3, "PALETTE"), force=True)
    write_cine(paths["still"], Cine(240, 320, 1), force=True)
    make_single(paths["still"], UltrasoundImageStorage)
    write_cine(paths["12 bits"], Cine(240, 320, 1, "MONOCHROME2"), force=True)
    make_single(paths["12 bits"], DigitalXRayImageStorageForPresentation)
    _make_12_bits(paths["12 bits"])
    for name, codec in LOSSY.items():
        transcode(paths["cine"], paths[name], codec, Options(workers=2, force=True))
    decompress(paths["jpeg"], paths["decompressed"], force=True)  # native, and lossy once
    return paths


def make_single(path: Path, sop_class: str) -> None:
    """Make a single-frame image of another class of a cine of one frame."""
    image = dcmread(path)
    image.SOPClassUID = image.file_meta.MediaStorageSOPClassUID = UID(sop_class)
    for keyword in _MULTI_FRAME:
        if keyword in image:
            del image[keyword]
    image.save_as(path)


def _make_12_bits(path: Path) -> None:
    image = dcmread(path)
    image.PixelData = (image.pixel_array.astype("<u2") * 16 + np.uint16(7)).tobytes()
    image["PixelData"].VR = "OW"
    image.BitsAllocated, image.BitsStored, image.HighBit, image.Modality = 16, 12, 11, "DX"
    image.PresentationIntentType, image.PixelIntensityRelationship = "FOR PRESENTATION", "LOG"
    image.save_as(path)
