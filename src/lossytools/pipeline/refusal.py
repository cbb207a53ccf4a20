"""Why an object is not compressed: each refusal in one sentence that says what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydicom.datadict import keyword_for_tag

from lossytools.dicomio.reading import DAMAGE, check_elements
from lossytools.elements import sequences
from lossytools.errors import RefusedByPolicy, UnreadableSource, UnsupportedPixels
from lossytools.history import stored_values
from lossytools.rules.attributes import items, number
from lossytools.rules.facts import frame_count, was_lossy
from lossytools.rules.palettes import colour_table
from lossytools.standard.enhanced import FRAME_GROUPS, GROUPS
from lossytools.standard.iod_policy import policy_of
from lossytools.standard.transfer_syntaxes import BY_UID, JPEG_BASELINE

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

    from lossytools.evidence import Evidence
    from lossytools.pipeline.options import Options


_APPENDED = (
    "SourceImageSequence",
    "DerivationCodeSequence",
    "ContributingEquipmentSequence",
    "ReferencedSeriesSequence",
    "ReferencedInstanceSequence",
    "ReferencedSOPSequence",
    "SourceImageEvidenceSequence",
    "DerivationImageSequence",
    *GROUPS,
)
"""Sequences that the record is written into, of the data set or of an item of another of them."""


def refuse(evidence: Evidence, options: Options) -> None:
    """Raise what speaks against a lossy step on this object, if anything does.

    Raises RefusedByPolicy, UnsupportedPixels, UnreadableSource; PS3.3 annex A decides by SOP Class.
    """
    image = evidence.image
    check_identity(image)
    check_sequences(image)
    _by_class(image, options)
    _check_frames(evidence)
    check_pixels(evidence)
    if image.get("PhotometricInterpretation") == "PALETTE COLOR" and not options.expand_palette:
        raise UnsupportedPixels(
            "PALETTE COLOR holds indices, which no lossy syntax may carry (PS3.5 section 8.2);"
            " --expand-palette makes RGB of it first"
        )
    if not options.allow_recompress and was_lossy(evidence):
        free = (
            "; -c jpegxl-recompress makes it about a fifth smaller and loses nothing"
            if evidence.transfer_syntax == JPEG_BASELINE
            else ""
        )
        raise RefusedByPolicy(
            "the image has been compressed with loss before, and every further step loses more;"
            f" --allow-recompress does it and records it{free}"
        )


def check_identity(image: Dataset) -> None:
    """Raise UnreadableSource where a result could not say what it is, or what it was made from."""
    for keyword, name in (("SOPClassUID", "SOP Class UID"), ("SOPInstanceUID", "SOP Instance UID")):
        count = len(stored_values(image, keyword))
        if count != 1:
            raise UnreadableSource(f"{name} has {count} values, not one: the result must name it")


def check_sequences(image: Dataset, *, thorough: bool = False) -> None:
    """Raise UnreadableSource where what the record is written into is no sequence, or damaged inside.

    thorough: all items are looked at so, whatever is to be written.
    """
    _check_kinds(image)
    try:
        for tag, found in sequences(image):
            _check_items(found, written=thorough or keyword_for_tag(tag) in _APPENDED)
    except (*DAMAGE, OSError) as error:
        raise UnreadableSource(f"a sequence cannot be parsed: {error}") from error


def _check_kinds(holder: Dataset) -> None:
    for keyword in _APPENDED:
        vr = holder.get_item(keyword).VR if keyword in holder else "SQ"
        if vr != "SQ":
            raise UnreadableSource(f"{keyword} is {vr}, not a sequence: nothing can be appended")


def _check_items(nested: list[Dataset], *, written: bool) -> None:
    """Look at every depth: signatures are sought in all items, and who changes one writes all beside it."""
    for item in nested:
        if written:
            check_elements(item)
            _check_kinds(item)
        for _, found in sequences(item):
            _check_items(found, written=written)


def _by_class(image: Dataset, options: Options) -> None:
    uid = str(image.get("SOPClassUID", ""))
    row = policy_of(uid)
    if row is None:
        raise RefusedByPolicy(f"SOP Class {uid} is unknown or private: nothing says loss is harmless")
    if row.policy == "NO-PIXELS":
        raise UnsupportedPixels(f"{row.iod} objects hold no pixels to compress")
    if row.policy == "REFUSE":
        raise RefusedByPolicy(f"{row.iod} objects are never compressed with loss: {row.reason}")
    if row.functional_groups and not any(items(image, keyword) for keyword in GROUPS):
        raise UnreadableSource(
            f"{row.iod} objects have functional groups, this one has none: no place to record the step"
        )
    if row.policy == "OK-WARN" and not options.allow_quantitative:
        why = f": {row.reason}" if row.reason else ""
        raise RefusedByPolicy(
            f"{row.iod} pixels may be measured or regulated{why}; --allow-quantitative compresses them anyway"
        )


def _check_frames(evidence: Evidence) -> None:
    """Raise what speaks against a lossy step in what an object says of its frames."""
    image = evidence.image
    groups, frames = len(items(image, FRAME_GROUPS)), frame_count(evidence)
    if groups and groups != frames:
        raise UnreadableSource(
            f"{groups} items of Per-frame Functional Groups for {frames} frames: which is whose is not known"
        )
    if "ConcatenationUID" in image:
        raise RefusedByPolicy(
            "the object is one part of a concatenation, whose parts must be compressed together under a new"
            " Concatenation UID (PS3.3 section C.7.6.16.1); this version takes one object at a time"
        )
    table = colour_table(evidence)
    if table:
        raise RefusedByPolicy(
            f"a {table} gives some stored values colours of their own, which a lossy step would"
            " change at random (PS3.3 section C.8.16.2.1.1.1)"
        )


def check_pixels(evidence: Evidence) -> None:
    """Raise UnsupportedPixels or UnreadableSource where there are no frames to decode at all."""
    image = evidence.image
    if evidence.pixel_keyword in {"FloatPixelData", "DoubleFloatPixelData"}:
        raise UnsupportedPixels("float pixels cannot be encapsulated (PS3.5 section A.4)")
    if not evidence.pixel_keyword:
        elsewhere = "; its pixels are at a Pixel Data Provider URL" if "PixelDataProviderURL" in image else ""
        raise UnsupportedPixels(f"the object holds no Pixel Data (7FE0,0010){elsewhere}")
    if number(image, "BitsAllocated") == 1:
        raise UnsupportedPixels("pixels of 1 bit: loss would flip them, not blur them")
    syntax = BY_UID.get(evidence.transfer_syntax)
    if syntax is None:
        raise UnsupportedPixels(f"transfer syntax {evidence.transfer_syntax} is unknown or private")
    if syntax.family == "jpip":
        raise UnsupportedPixels(f"{syntax.name}: its pixels are on a server, not in the object")
    incomplete = next((fact for fact in evidence.streams if not fact.complete), None)
    if incomplete is not None and incomplete.header is not None:
        raise UnreadableSource(f"frame {incomplete.frame} is truncated: its code stream has no end marker")
