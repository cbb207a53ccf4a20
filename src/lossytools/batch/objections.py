"""What speaks against compressing an object: the first reason that holds of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lossytools.batch.reasons import REASONS
from lossytools.changes.change import SIGNATURES, Change
from lossytools.codecs.lossless import LosslessCodec
from lossytools.codecs.recompression import StreamCodec, check_source
from lossytools.elements import holds
from lossytools.errors import SourceError
from lossytools.pipeline.options import Options
from lossytools.pipeline.refusal import check_identity, check_pixels, refuse
from lossytools.rules.attributes import number, text
from lossytools.rules.facts import is_video, was_lossy
from lossytools.standard.iod_policy import policy_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from lossytools.codecs.protocol import Codec
    from lossytools.evidence import Evidence

_MAMMOGRAPHY = {
    "Digital Mammography X-Ray Image",
    "Breast Tomosynthesis Image",
    "Breast Projection X-Ray Image",
}


def reason_against(evidence: Evidence, codec: Codec, allow: frozenset[str]) -> tuple[str, str]:
    """Return the first reason that speaks against a step with this codec, and its words.

    ("", "") where nothing does. allow: reasons that are passed over.
    """
    lossless = isinstance(codec, (LosslessCodec, StreamCodec))
    for reason, holds_of in _CHECKS:
        if reason not in allow and (reason in _OF_ANY_CODING or not lossless) and holds_of(evidence):
            return reason, REASONS[reason]
    try:
        if lossless:
            _check_lossless(evidence, codec)
        else:
            refuse(evidence, options_for(allow))
    except SourceError as error:
        return "refused", str(error)
    return "", ""


def _check_lossless(evidence: Evidence, codec: Codec) -> None:
    """Raise SourceError for what keeps an object from being coded otherwise as the same instance."""
    if isinstance(codec, StreamCodec):
        check_source(codec, evidence.transfer_syntax)
    check_identity(evidence.image)
    check_pixels(evidence)


def options_for(allow: frozenset[str]) -> Options:
    """Return the permissions of a transcode that passes over `allow`."""
    return Options(
        allow_recompress="already-lossy" in allow,
        allow_larger="small-saving" in allow,
        allow_quantitative=bool(allow & {"quantitative", "mammography", "for-processing"}),
        expand_palette="palette" in allow,
    )


def _iod(evidence: Evidence) -> str:
    row = policy_of(text(evidence.image, "SOPClassUID"))
    return "" if row is None else row.iod


def _policy(evidence: Evidence) -> str:
    row = policy_of(text(evidence.image, "SOPClassUID"))
    return "" if row is None else row.policy


def _is_mammography(evidence: Evidence) -> bool:
    return text(evidence.image, "Modality") == "MG" or _iod(evidence) in _MAMMOGRAPHY


def is_signed(evidence: Evidence) -> bool:
    """Return whether the object, or an item in it, bears a digital signature (PS3.3 section C.12.1.1.3)."""
    return any(holds(evidence.image, Change(keyword, None, "").tag) for keyword in SIGNATURES)


_CHECKS: tuple[tuple[str, Callable[[Evidence], bool]], ...] = (
    ("no-pixels", lambda found: not found.pixel_keyword),
    ("float", lambda found: found.pixel_keyword in {"FloatPixelData", "DoubleFloatPixelData"}),
    ("video", is_video),
    ("rt-dose", lambda found: _iod(found) == "RT Dose"),
    ("one-bit", lambda found: number(found.image, "BitsAllocated") == 1),
    ("mammography", _is_mammography),
    ("for-processing", lambda found: text(found.image, "PresentationIntentType") == "FOR PROCESSING"),
    ("signed", is_signed),
    ("palette", lambda found: text(found.image, "PhotometricInterpretation") == "PALETTE COLOR"),
    ("already-lossy", was_lossy),
    ("quantitative", lambda found: _policy(found) == "OK-WARN"),
)
"""In the order in which they are told: what can never be compressed first."""

_OF_ANY_CODING = {"no-pixels", "float", "video", "one-bit", "signed"}
"""Those that hold of a lossless coding too: what is lost already, measured or regulated is not touched."""
