"""Enhanced multi-frame objects through a lossy step: written, read back, and judged by others."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from pydicom import dcmread
from pydicom.dataset import Dataset

from lossytools import Options, audit, decompress, transcode
from lossytools.errors import UnreadableSource
from lossytools.standard.iod_policy import policies, policy_of

if TYPE_CHECKING:
    from lossytools.rules import Finding
    from lossytools.standard.iod_policy import IodPolicy

CODECS = ("jpeg", "jpegls", "jpeg2000")
ALLOWED = Options(allow_quantitative=True, allow_larger=True, workers=1)
MR, CT, VOLUME, SLIDE = (f"1.2.840.10008.5.1.4.1.1.{n}" for n in ("4.1", "2.1", "6.2", "77.1.6"))
PROPERTIES = "FramePixelDataPropertiesSequence"
TYPE_GROUPS = {
    "VL Whole Slide Microscopy Image": "WholeSlideMicroscopyImageFrameTypeSequence",
    "Enhanced MR Image": "MRImageFrameTypeSequence",
    "Enhanced MR Color Image": "MRImageFrameTypeSequence",
    "Enhanced CT Image": "CTImageFrameTypeSequence",
    "Enhanced XA Image": PROPERTIES,
    "Enhanced XRF Image": PROPERTIES,
    "X-Ray 3D Angiographic Image": "XRay3DFrameTypeSequence",
    "X-Ray 3D Craniofacial Image": "XRay3DFrameTypeSequence",
    "Breast Tomosynthesis Image": "XRay3DFrameTypeSequence",
    "Enhanced PET Image": "PETFrameTypeSequence",
    "Enhanced US Volume": "USImageDescriptionSequence",
    "Intravascular Optical Coherence Tomography Image": "IntravascularOCTFrameTypeSequence",
    "Legacy Converted Enhanced CT Image": "CTImageFrameTypeSequence",
    "Legacy Converted Enhanced MR Image": "MRImageFrameTypeSequence",
    "Legacy Converted Enhanced PET Image": "PETFrameTypeSequence",
    "Breast Projection X-Ray Image": PROPERTIES,
    "Enhanced RT Image": "RTImageFrameGeneralContentSequence",
    "Photoacoustic Image": "PhotoacousticImageFrameTypeSequence",
    "Confocal Microscopy Image": "ConfocalMicroscopyImageFrameTypeSequence",
    "Confocal Microscopy Tiled Pyramidal Image": "ConfocalMicroscopyImageFrameTypeSequence",
}
"""Where each IOD has its Frame Type; Ophthalmic Tomography and Enhanced Continuous RT have none."""
ENHANCED = [row for row in policies() if row.functional_groups]
TYPE = ["ORIGINAL", "PRIMARY", "VOLUME", "NONE"]


def item(**values: Any) -> Dataset:
    one = Dataset()
    for keyword, value in values.items():
        setattr(one, keyword, [value] if isinstance(value, Dataset) else value)
    return one


def ramp(frames: int = 3, samples: int = 1) -> np.ndarray:
    y, x = np.mgrid[0:48, 0:64]
    grey = np.array([np.sin(x / 9 + f) * np.cos(y / 7) * 100 + 120 for f in range(frames)]).astype(np.uint8)
    return np.repeat(grey[..., None], samples, axis=3) if samples > 1 else grey


def header(sop_class: str, *, shared: bool) -> dict[str, Any]:
    """Return an enhanced header; shared: Frame Type is, and no frame says what it was derived from."""
    row = policy_of(sop_class)
    group = TYPE_GROUPS.get(row.iod if row else "", "FrameAnatomySequence")
    kind = {group: item(FrameType=TYPE)} if group != "FrameAnatomySequence" else {group: item()}
    frames = [
        item(FrameContentSequence=item(FrameAcquisitionNumber=n), **({} if shared else kind))
        for n in range(3)
    ]
    if not shared:
        old = item(ReferencedSOPClassUID=CT, ReferencedSOPInstanceUID="1.2.9", ReferencedFrameNumber="2")
        old.PurposeOfReferenceCodeSequence = [code("121322", "Source image for image processing operation")]
        frames[1].DerivationImageSequence = [
            item(SourceImageSequence=old, DerivationCodeSequence=code("113072", "Multiplanar reformatting"))
        ]
    return {
        "SOPClassUID": sop_class,
        "ImageType": TYPE if shared else ["MIXED", *TYPE[1:]],
        "FrameTime": None,
        "FrameIncrementPointer": None,
        "LossyImageCompression": "00",
        "PresentationIntentType": "FOR PRESENTATION",
        "SharedFunctionalGroupsSequence": [item(**kind) if shared else item()],
        "PerFrameFunctionalGroupsSequence": frames,
    }


def code(value: str, meaning: str) -> Dataset:
    return item(CodeValue=value, CodingSchemeDesignator="DCM", CodeMeaning=meaning)


def findings(target: Path, source: Path) -> list[Finding]:
    return audit(target) + audit(target, against=source)


def errors(path: Path, row: IodPolicy) -> Counter[str]:
    """Return what dciodvfy holds against an object: errors, and attributes that the IOD does not have.

    It takes photoacoustic images for single frames, which they are not (PS3.3 table A.89.3-1).
    """
    oracle = Path(sys.executable).with_name("dciodvfy")
    done = subprocess.run([oracle, "-allpffgitems", path], capture_output=True, check=False)
    lines = (done.stdout + done.stderr).decode("latin-1").splitlines()
    if row.iod == "Photoacoustic Image":
        lines = [line for line in lines if "Referenced SOP Class that is not multi-frame" not in line]
    return Counter(line for line in lines if line.startswith("Error") or "not present in standard" in line)


@pytest.mark.parametrize("shared", [True, False], ids=["shared", "per-frame"])
@pytest.mark.parametrize("row", ENHANCED, ids=lambda row: row.iod)
def test_every_frame_of_an_enhanced_object_records_the_step(write: Any, row: IodPolicy, shared: bool) -> None:  # noqa: FBT001
    sop_class = row.sop_classes[0]
    colour = row.iod in {"VL Whole Slide Microscopy Image", "Enhanced MR Color Image"}
    source = write(ramp(samples=3 if colour else 1), **header(sop_class, shared=shared))
    target = source.with_name("derived.dcm")
    codec = CODECS[ENHANCED.index(row) % 3]
    outcome = transcode(source, target, codec, ALLOWED)
    assert findings(target, source) == []
    assert errors(target, row) - errors(source, row) == Counter()
    image = dcmread(target)
    assert image.ImageType[0] == "DERIVED"
    held = image.SharedFunctionalGroupsSequence if shared else image.PerFrameFunctionalGroupsSequence
    for number, group in enumerate(held, start=1):
        if row.iod in TYPE_GROUPS:
            assert list(group[TYPE_GROUPS[row.iod]][0].FrameType) == ["DERIVED", *TYPE[1:]]
        reference = group.DerivationImageSequence[-1].SourceImageSequence[0]
        assert reference.ReferencedSOPInstanceUID == outcome.source_uid
        assert reference.get("ReferencedFrameNumber") == (None if shared else number)


def test_damage_inside_the_groups_is_refused_before_anything_is_coded(write: Any) -> None:
    source = write(ramp(), **header(MR, shared=False))
    whole = source.read_bytes()
    start, end = whole.index(b"\x00\x52\x29\x92"), whole.index(b"\xe0\x7f\x10\x00")
    chance = np.random.default_rng(7)
    for _ in range(60):
        damaged = bytearray(whole)
        damaged[chance.integers(start, end)] = chance.integers(256)
        source.write_bytes(damaged)
        with contextlib.suppress(UnreadableSource):
            transcode(source, source.with_name("derived.dcm"), "jpegls", replace(ALLOWED, force=True))


def test_a_derivation_that_is_no_sequence_is_refused(write: Any) -> None:
    source = write(ramp(), **header(MR, shared=False))
    source.write_bytes(source.read_bytes().replace(b"\x08\x00\x24\x91SQ", b"\x08\x00\x24\x91OB"))
    with pytest.raises(UnreadableSource, match="DerivationImageSequence is OB, not a sequence"):
        transcode(source, source.with_name("derived.dcm"), "jpegls", ALLOWED)


def test_tiles_keep_their_order_and_their_groups(write: Any) -> None:
    sparse = header(SLIDE, shared=True) | {"DimensionOrganizationType": "TILED_SPARSE"}
    for number, group in enumerate(sparse["PerFrameFunctionalGroupsSequence"]):
        group.PlanePositionSlideSequence = [item(ColumnPositionInTotalImagePixelMatrix=1 + 64 * number)]
    source = write(ramp(samples=3), **sparse)
    target = source.with_name("derived.dcm")
    transcode(source, target, "jpeg", ALLOWED)
    before, after = (dcmread(path).PerFrameFunctionalGroupsSequence for path in (source, target))
    assert before == after
    full = sparse | {"DimensionOrganizationType": "TILED_FULL", "PerFrameFunctionalGroupsSequence": []}
    source = write(ramp(samples=3), name="full.dcm", **full)
    transcode(source, source.with_name("tiled.dcm"), "jpeg", ALLOWED)
    assert findings(source.with_name("tiled.dcm"), source) == []


def test_a_second_step_continues_the_derivation_of_the_first(write: Any) -> None:
    source = write(ramp(), **header(VOLUME, shared=True))
    first, second = (source.with_name(f"{n}.dcm") for n in (1, 2))
    transcode(source, first, "jpegls", ALLOWED)
    transcode(first, second, "jpeg2000", Options(allow_recompress=True, allow_larger=True))
    assert findings(second, first) == []
    (shared,) = dcmread(second).SharedFunctionalGroupsSequence
    purposes = [
        derivation.SourceImageSequence[0].PurposeOfReferenceCodeSequence[0].CodeValue
        for derivation in shared.DerivationImageSequence
    ]
    assert purposes == ["121320", "121330"]


def test_decompression_leaves_the_groups_alone(write: Any) -> None:
    source = write(ramp(), **header(VOLUME, shared=True))
    lossy, native = source.with_name("lossy.dcm"), source.with_name("native.dcm")
    transcode(source, lossy, "jpegls", ALLOWED)
    decompress(lossy, native)
    groups = "SharedFunctionalGroupsSequence"
    assert dcmread(native)[groups] == dcmread(lossy)[groups]


def test_implicit_and_big_endian_groups_are_written_explicit(write: Any) -> None:
    for name, syntax in (("implicit", "1.2.840.10008.1.2"), ("big", "1.2.840.10008.1.2.2")):
        source = write(ramp(), syntax, name=f"{name}.dcm", **header(MR, shared=False))
        target = source.with_name(f"{name}-derived.dcm")
        transcode(source, target, "jpeg", ALLOWED)
        assert findings(target, source) == []


def test_groups_of_two_thousand_frames_are_audited_in_seconds(write: Any) -> None:
    frames = [item(FrameContentSequence=item(FrameAcquisitionNumber=n)) for n in range(2000)]
    parts = header(VOLUME, shared=True) | {"PerFrameFunctionalGroupsSequence": frames}
    source = write(np.tile(ramp(1)[:, :8, :8], (2000, 1, 1)), **parts)
    target = source.with_name("derived.dcm")
    outcome = transcode(source, target, "jpeg", ALLOWED)
    assert outcome.seconds < 30
    assert len(dcmread(target, stop_before_pixels=True).PerFrameFunctionalGroupsSequence) == 2000
