"""Good derived files, really transcoded from generated ones, for a fault to be put into."""

from __future__ import annotations

import atexit
import shutil
import sys
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any

import imagecodecs
import numpy as np
from mutations.corrupting import sets

from lossytools import Options, decompress, transcode
from lossytools.rules.bases import DX, ENHANCED_CLASS, FRAME_ORIGINAL, code_item, equipment_item, source_item
from lossytools.rules.examples import dataset_of
from lossytools.standard.codes import Code
from oracle.parts import read_parts, true_table, write_parts

if TYPE_CHECKING:
    from mutations.corrupting import Mutation

    from oracle.parts import Parts

SAMPLES = Path(__file__).parents[3] / "sample_data"
OPTIONS = Options(
    now=datetime(2026, 11, 23, 12, 0, tzinfo=UTC), workers=1, allow_recompress=True, allow_larger=True
)
_DENOISED = Code("113072", "DCM", "Multiresolution filtering")
RICH: dict[str, Any] = {
    "InstanceCreationDate": "20240229",
    "InstanceCreationTime": "101500",
    "InstanceCreatorUID": "1.2.3.7",
    "SOPInstanceStatus": "AO",
    "SOPAuthorizationDateTime": "20240229101500",
    "AuthorizationEquipmentCertificationNumber": "7",
    "FrameOfReferenceUID": "1.2.3.8",
    "StationName": "ROOM1",
    "DerivationDescription": "Denoised",
    "DerivationCodeSequence": [code_item(_DENOISED)],
    "SourceImageSequence": [source_item("1.2.3.1", None)],
    "ContributingEquipmentSequence": [equipment_item(maker="Archive")],
    "OriginalAttributesSequence": [
        {"SourceOfPreviousValues": "Archive", "ReasonForTheAttributeModification": "CORRECT"}
    ],
    "DigitalSignaturesSequence": [{"MACIDNumber": 1, "DigitalSignatureUID": "1.2.3.9"}],
    "MACParametersSequence": [{"MACIDNumber": 1}],
}
"""What a long life leaves in a header, and a lossy step has to carry on, to add to or to take away."""


@dataclass(frozen=True, slots=True)
class Made:
    """A source, and the good file that was made of it."""

    source: Path
    derived: Path


def corrupted(mutation: Mutation) -> tuple[Parts, Parts]:
    """Return the parts of the source and of the derived file of a mutation, the fault put into them."""
    pair = make(mutation.base)
    source, derived = read_parts(pair.source), read_parts(pair.derived)
    if mutation.source is not None:
        mutation.source(source, source)
    mutation.corrupt(derived, source)
    return source, derived


@cache
def _folder() -> Path:
    folder = Path(mkdtemp(prefix="mutations-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@cache
def _cine(photometric: str = "RGB", *, vector: bool = False) -> Path:
    """Return a cine of three frames, 64 x 64, with a history."""
    sys.path.insert(0, str(SAMPLES))
    try:
        from generate import Cine, write_cine  # noqa: PLC0415  a script, found beside its sample
    finally:
        sys.path.remove(str(SAMPLES))
    path = _folder() / f"{photometric}-{vector}.dcm"
    write_cine(path, Cine(64, 64, 3, photometric, frame_time_vector=vector))
    return _edited(path, path.name + ".rich", RICH)


def _edited(path: Path, name: str, changes: dict[str, Any]) -> Path:
    parts = read_parts(path)
    sets(**changes)(parts, parts)
    return write_parts(_folder() / name, parts)


@cache
def make(base: str) -> Made:
    """Return the pair of a base; see `_MAKERS`."""
    return _MAKERS[base](_folder() / f"{base}.dcm")


def _transcoded(source: Path, target: Path, codec: str, **options: Any) -> Made:
    transcode(source, target, codec, replace(OPTIONS, **options))
    return Made(source, target)


def _native(target: Path) -> Made:
    source = make("jpeg").derived
    decompress(source, target)
    return Made(source, target)


def _recoded(target: Path, syntax: str, photometric: str, streams: list[bytes]) -> Made:
    """Make a lossless copy of the JPEG under its own UID, as an archive does."""
    source = make("jpeg").derived
    parts = read_parts(source)
    parts.fragments = [stream + b"\0" * (len(stream) % 2) for stream in streams]
    parts.table = true_table(parts)
    meta = {"meta__TransferSyntaxUID": syntax, "meta__ImplementationVersionName": "ARCHIVE"}
    sets(**meta, meta__ImplementationClassUID="1.2.3.10", PhotometricInterpretation=photometric)(parts, parts)
    return Made(source, write_parts(target, parts))


def _jpegxl(target: Path) -> Made:
    jpegs = read_parts(make("jpeg").derived).fragments or []
    streams = [bytes(imagecodecs.jpegxl_encode_jpeg(jpeg)) for jpeg in jpegs]
    return _recoded(target, "1.2.840.10008.1.2.4.111", "YBR_FULL_422", streams)


def _lossless(target: Path) -> Made:
    native = read_parts(make("native").derived)
    frames = np.frombuffer(native.native, np.uint8).reshape(3, 64, 64, 3)
    streams = [
        bytes(imagecodecs.jpeg2k_encode(frame, level=0, codecformat="j2k", mct=True, reversible=True))
        for frame in frames
    ]
    return _recoded(target, "1.2.840.10008.1.2.4.90", "YBR_RCT", streams)


def _extended(target: Path) -> Made:
    """Make the JPEG with an Extended Offset Table and the stated length of its code streams."""
    made = make("jpeg")
    parts = read_parts(made.derived)
    lengths = [len(value) for value in parts.fragments or ()]
    bare = sum(len(value.rstrip(b"\0")) for value in parts.fragments or ())  # without pad bytes
    tables = {"ExtendedOffsetTable": parts.table, "ExtendedOffsetTableLengths": lengths}
    values = {name: np.array(table, "<u8").tobytes() for name, table in tables.items()}
    parts.table = ()
    sets(**values, EncapsulatedPixelDataValueTotalLength=bare)(parts, parts)
    return Made(made.source, write_parts(target, parts))


def _radiograph(target: Path) -> Made:
    """Make a radiograph of 12 bits whose overlay plane stands in bit 15 of the source's cells."""
    parts = read_parts(_cine("MONOCHROME2"))
    frame = np.frombuffer(parts.native, np.uint8)[: 64 * 64].astype("<u2")
    parts.native = (frame << 4 | (frame > 128).astype("<u2") << 15).tobytes()
    parts.pixel_vr, parts.pixel_length = "OW", len(parts.native)
    _as_radiograph(parts)
    source = write_parts(target.with_suffix(".source"), parts)
    return _transcoded(source, target, "jpegls:near=2", allow_quantitative=True)


def _as_radiograph(parts: Parts) -> None:
    bits = {"BitsAllocated": 16, "BitsStored": 12, "HighBit": 11}
    overlay = {"Tag60000010": 64, "Tag60000011": 64, "Tag60000040": "G", "Tag60000100": 16, "Tag60000102": 15}
    gone = dict.fromkeys(("NumberOfFrames", "FrameTime", "FrameIncrementPointer"))
    sets(**bits, **overlay, **gone, SOPClassUID=DX, meta__MediaStorageSOPClassUID=DX)(parts, parts)
    parts.image.update(dataset_of({"Tag60000050": "1\\1"}))


def _video(target: Path) -> Made:
    """Make a video of a cine in full HD; no decoder is asked for its pictures."""
    parts = read_parts(_cine())
    size = {"Rows": 1080, "Columns": 1920, "FrameTime": "40", "CineRate": "25"}
    parts.native, parts.pixel_length = b"", 1080 * 1920 * 3 * 3
    sets(**size)(parts, parts)
    source = write_parts(target.with_suffix(".source"), parts)
    derived = read_parts(make("jpeg2000").derived)
    derived.fragments, derived.table = [bytes(parts.pixel_length // 50)], ()
    record = {"LossyImageCompressionRatio": "50", "LossyImageCompressionMethod": "ISO_14496_10"}
    syntax = {
        "meta__TransferSyntaxUID": "1.2.840.10008.1.2.4.102",
        "PhotometricInterpretation": "YBR_PARTIAL_420",
    }
    sets(**size, **record, **syntax)(derived, parts)
    return Made(source, write_parts(target, derived))


def _enhanced(target: Path) -> Made:
    """Make an enhanced object of three frames, with functional groups."""
    parts = read_parts(_cine("MONOCHROME2"))
    groups = [{"FrameContentSequence": [{"FrameAcquisitionNumber": number}]} for number in (1, 2, 3)]
    sets(
        **ENHANCED_CLASS,
        ImageType=["ORIGINAL", "PRIMARY", "M", "NONE"],
        SharedFunctionalGroupsSequence=[FRAME_ORIGINAL],
        PerFrameFunctionalGroupsSequence=groups,
    )(parts, parts)
    source = write_parts(target.with_suffix(".source"), parts)
    return _transcoded(source, target, "jpegls:near=2", allow_quantitative=True)


def _sensor(target: Path) -> Made:
    """Make what a device delivers that has compressed with loss itself: ORIGINAL, and its own source."""
    parts = read_parts(make("jpeg").derived)
    gone = dict.fromkeys(("DerivationDescription", "DerivationCodeSequence", "SourceImageSequence"))
    sets(**gone, ImageType=["ORIGINAL", "PRIMARY"])(parts, parts)
    return Made(write_parts(target, parts), target)


_MAKERS = {
    "enhanced": _enhanced,
    "sensor": _sensor,
    "video": _video,
    "jpeg": lambda target: _transcoded(_cine(vector=True), target, "jpeg"),
    "jpeg2000": lambda target: _transcoded(_cine(), target, "jpeg2000"),
    "jpegls": lambda target: _transcoded(_cine(), target, "jpegls"),
    "grey": lambda target: _transcoded(_cine("MONOCHROME2"), target, "jpeg"),
    "palette": lambda target: _transcoded(_cine("PALETTE"), target, "jpeg", expand_palette=True),
    "twice": lambda target: _transcoded(make("jpeg").derived, target, "jpeg2000"),
    "native": _native,
    "lossless": _lossless,
    "jpegxl": _jpegxl,
    "extended": _extended,
    "radiograph": _radiograph,
}
