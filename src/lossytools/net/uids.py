"""UIDs that a stranger sent: checked before one becomes the name of a file or a part of a URL."""

from __future__ import annotations

import re

from lossytools.errors import UnreadableSource

LONGEST = 64
"""Characters of a UID at most (PS3.5 section 9.1)."""
# Components with a leading zero are against the standard and common, and do no harm in a name.
_UID = re.compile(r"[0-9]+(?:\.[0-9]+)*")


def is_uid(text: str) -> bool:
    """Return whether `text` is digits, in components between dots, 64 characters at most (PS3.5 9.1)."""
    return len(text) <= LONGEST and _UID.fullmatch(text) is not None


def checked_uid(text: str, what: str) -> str:
    """Return `text` if it is a UID. Raises UnreadableSource, naming `what` it should be (PS3.5 9.1)."""
    if not is_uid(text):
        raise UnreadableSource(
            f"{what} {text[: 2 * LONGEST]!r} is no UID: digits and dots, at most {LONGEST} (PS3.5 9.1)"
        )
    return text
