"""Why an object is not compressed, or not published, as a code that a recipe can name, and in words."""

from __future__ import annotations

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
    "already-made": "its compressed copy is in the archive already",
    "kept-as-well": "kept beside its compressed copy, as other objects refer to it",
    "nothing-to-follow": "all that it refers to stays as it is",
    "duplicate": "the same object stands in the archive once more",
    "uid-conflict": "another object has the same UID and other content",
    "not-dicom": "no DICOM file",
    "link": "a link into the archive, whose file stands there itself",
    "link-outside": "a link to a file or folder outside of the archive",
    "folder": "a folder that cannot be read",
    "unsafe-name": "a name with control characters",
    "unreadable": "cannot be read",
    "bad-uid": "its UIDs are none",
    "rule": "left out by a rule",
    "changed": "the source has changed since the plan",
    "encode": "the codec failed",
    "inconsistent": "our own audit refused the result",
    "target-exists": "another file stands at its target",
    "target-outside": "its target leads out of the destination",
    "target-impossible": "its target has a name that is too long",
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


def words_for(reason: str, says: str, log_paths: str) -> str:
    """Return what a ledger may say: words may quote a header or a path, which a discreet one does not.

    >>> words_for("unreadable", "MILLER/1: No such file", "hash")
    'cannot be read'
    """
    return REASONS.get(reason, "") if log_paths == "hash" else says
