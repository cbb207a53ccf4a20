"""Why an object is not compressed, as a code that a recipe can name, and in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lossytools.changes.change import SIGNATURES, Change
from lossytools.elements import holds
from lossytools.errors import SourceError
from lossytools.pipeline.options import Options
from lossytools.pipeline.refusal import refuse
from lossytools.rules.attributes import number, text
from lossytools.rules.facts import was_lossy
from lossytools.standard.iod_policy import policy_of
from lossytools.standard.transfer_syntaxes import BY_UID

if TYPE_CHECKING:
    from collections.abc import Callable

    from lossytools.evidence import Evidence

REASONS = {
    "no-pixels": "holds no pixels",
    "one-bit": "pixels of 1 bit: loss would flip them",
    "float": "float pixels, which no lossy syntax takes",
    "palette": "palette indices; with this allowed they become RGB first",
    "already-lossy": "compressed with loss before",
    "video": "a video, not decoded frame by frame",
    "for-processing": "FOR PROCESSING: software computes from these pixels",
    "mammography": "mammography, where lossy compression may be forbidden",
    "signed": "digitally signed: a signature would be lost",
    "rt-dose": "RT Dose: pixel values are dose",
    "quantitative": "pixels that may be measured or are regulated",
    "refused": "nothing lossy can be made of it",
    "small-saving": "compression saves less than min_saving",
    "referred-to": "other objects refer to it, and references are kept",
    "duplicate": "the same object stands in the archive once more",
    "uid-conflict": "another object has the same UID and other content",
    "not-dicom": "no DICOM file",
    "link": "a link, not a file",
    "unsafe-name": "a name with control characters",
    "unreadable": "cannot be read",
    "bad-uid": "its UIDs are none",
    "rule": "left out by a rule",
    "changed": "the source has changed since the plan",
    "encode": "the codec failed",
    "inconsistent": "our own audit refused the result",
    "target-exists": "another file stands at its target",
    "target-outside": "its target leads out of the destination",
    "killed": "its worker died",
    "too-slow": "took longer than the time limit",
    "memory": "took more memory than the limit",
    "missing": "is not at its place any more",
    "damaged": "is not what was written any more",
    "audit": "an audit finds what its original does not have",
    "dangling": "refers to an object of the archive that is not there",
    "file-ids": "a DICOMDIR names files with 8 capitals and digits a folder, which UIDs are not",
    "study-signed": "a signed object of the study refers to what would be compressed",
    "study-held": "another object of the study cannot be published, and a study is published whole",
    "refers-to-absent": "refers to an object that is not published",
}
"""Each reason with its words; `docs/migrate.md` explains them."""

LIFTABLE = frozenset(
    {"palette", "already-lossy", "for-processing", "mammography", "signed", "quantitative", "small-saving"}
)
"""Reasons that a rule may pass over with `allow`."""

_MAMMOGRAPHY = {
    "Digital Mammography X-Ray Image",
    "Breast Tomosynthesis Image",
    "Breast Projection X-Ray Image",
}


def reason_against(evidence: Evidence, allow: frozenset[str]) -> tuple[str, str]:
    """Return the first reason that speaks against a lossy step on this object, and its words.

    ("", "") where nothing does. allow: reasons that are passed over.
    """
    for reason, holds_of in _CHECKS:
        if reason not in allow and holds_of(evidence):
            return reason, REASONS[reason]
    options = options_for(allow)
    try:
        refuse(evidence, options)
    except SourceError as error:
        return "refused", str(error)
    return "", ""


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


def _is_video(evidence: Evidence) -> bool:
    syntax = BY_UID.get(evidence.transfer_syntax)
    return syntax is not None and syntax.family == "video"


def _is_mammography(evidence: Evidence) -> bool:
    return text(evidence.image, "Modality") == "MG" or _iod(evidence) in _MAMMOGRAPHY


def is_signed(evidence: Evidence) -> bool:
    """Return whether the object, or an item in it, bears a digital signature (PS3.3 section C.12.1.1.3)."""
    return any(holds(evidence.image, Change(keyword, None, "").tag) for keyword in SIGNATURES)


_CHECKS: tuple[tuple[str, Callable[[Evidence], bool]], ...] = (
    ("no-pixels", lambda found: not found.pixel_keyword),
    ("float", lambda found: found.pixel_keyword in {"FloatPixelData", "DoubleFloatPixelData"}),
    ("video", _is_video),
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
