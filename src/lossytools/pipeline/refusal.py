"""Why an object is not compressed: each refusal in one sentence that says what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lossytools.errors import RefusedByPolicy, UnreadableSource, UnsupportedPixels
from lossytools.history import stored_values
from lossytools.rules.facts import was_lossy
from lossytools.standard.iod_policy import policy_of
from lossytools.standard.transfer_syntaxes import BY_UID

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

    from lossytools.evidence import Evidence
    from lossytools.pipeline.options import Options


_APPENDED = (
    "SourceImageSequence",
    "DerivationCodeSequence",
    "ContributingEquipmentSequence",
    "ReferencedSeriesSequence",
)
_FUNCTIONAL_GROUPS = ("SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence")


def refuse(evidence: Evidence, options: Options) -> None:
    """Raise what speaks against a lossy step on this object, if anything does.

    Raises RefusedByPolicy, UnsupportedPixels, UnreadableSource; PS3.3 annex A decides by SOP Class.
    """
    image = evidence.image
    check_identity(image)
    _check_sequences(image)
    _by_class(image, options)
    check_pixels(evidence)
    if image.get("PhotometricInterpretation") == "PALETTE COLOR" and not options.expand_palette:
        raise UnsupportedPixels(
            "PALETTE COLOR holds indices, which no lossy syntax may carry (PS3.5 section 8.2);"
            " --expand-palette makes RGB of it first"
        )
    if not options.allow_recompress and was_lossy(evidence):
        raise RefusedByPolicy(
            "the image has been compressed with loss before, and every further step loses more;"
            " --allow-recompress does it and records it"
        )


def check_identity(image: Dataset) -> None:
    """Raise UnreadableSource where a result could not say what it is, or what it was made from."""
    for keyword, name in (("SOPClassUID", "SOP Class UID"), ("SOPInstanceUID", "SOP Instance UID")):
        count = len(stored_values(image, keyword))
        if count != 1:
            raise UnreadableSource(f"{name} has {count} values, not one: the result must name it")


def _check_sequences(image: Dataset) -> None:
    for keyword in _APPENDED:
        if keyword in image and image[keyword].VR != "SQ":
            raise UnreadableSource(
                f"{keyword} is {image[keyword].VR}, not a sequence: nothing can be appended"
            )


def _by_class(image: Dataset, options: Options) -> None:
    uid = str(image.get("SOPClassUID", ""))
    row = policy_of(uid)
    if row is None:
        raise RefusedByPolicy(f"SOP Class {uid} is unknown or private: nothing says loss is harmless")
    if row.policy == "NO-PIXELS":
        raise UnsupportedPixels(f"{row.iod} objects hold no pixels to compress")
    if row.policy == "REFUSE":
        raise RefusedByPolicy(f"{row.iod} objects are never compressed with loss: {row.reason}")
    if row.functional_groups or any(keyword in image for keyword in _FUNCTIONAL_GROUPS):
        raise RefusedByPolicy(
            f"{row.iod} is an enhanced multi-frame object, whose functional groups must record the step too;"
            " this version does not write them"
        )
    if row.policy == "OK-WARN" and not options.allow_quantitative:
        why = f": {row.reason}" if row.reason else ""
        raise RefusedByPolicy(
            f"{row.iod} pixels may be measured or regulated{why}; --allow-quantitative compresses them anyway"
        )


def check_pixels(evidence: Evidence) -> None:
    """Raise UnsupportedPixels or UnreadableSource where there are no frames to decode at all."""
    image = evidence.image
    if evidence.pixel_keyword in {"FloatPixelData", "DoubleFloatPixelData"}:
        raise UnsupportedPixels("float pixels cannot be encapsulated (PS3.5 section A.4)")
    if not evidence.pixel_keyword:
        elsewhere = "; its pixels are at a Pixel Data Provider URL" if "PixelDataProviderURL" in image else ""
        raise UnsupportedPixels(f"the object holds no Pixel Data (7FE0,0010){elsewhere}")
    if image.get("BitsAllocated") == 1:
        raise UnsupportedPixels("pixels of 1 bit: loss would flip them, not blur them")
    syntax = BY_UID.get(evidence.transfer_syntax)
    if syntax is None:
        raise UnsupportedPixels(f"transfer syntax {evidence.transfer_syntax} is unknown or private")
    if syntax.family in {"video", "jpip"}:
        raise UnsupportedPixels(f"{syntax.name} cannot be decoded frame by frame")
    incomplete = next((fact for fact in evidence.streams if not fact.complete), None)
    if incomplete is not None and incomplete.header is not None:
        raise UnreadableSource(f"frame {incomplete.frame} is truncated: its code stream has no end marker")
