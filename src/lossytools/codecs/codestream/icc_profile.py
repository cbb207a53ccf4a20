"""The ICC profile that a JPEG stream carries in APP2 segments (ISO 15076-1 annex B), as a digest."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

CHUNK = b"ICC_PROFILE\x00"
"""What a chunk of a profile begins with in an APP2 segment; its number and the count of chunks follow."""

_HEADER_BYTES = 128  # of every profile; its first four say how long the profile is


def digest(profile: bytes) -> str:
    """Return the SHA-256 of a profile in hexadecimal, "" where there is none.

    Only the bytes that the profile's own header counts: an element of a data set is padded to even.
    """
    stated = int.from_bytes(profile[:4], "big")
    whole = profile[:stated] if _HEADER_BYTES <= stated <= len(profile) else profile.rstrip(b"\0")
    return hashlib.sha256(whole).hexdigest() if whole else ""


def assemble(chunks: Sequence[bytes]) -> bytes:
    """Return the profile of the APP2 payloads in the order of their numbers.

    b"" where there are none, or one is missing or there twice: then nothing certain is said.
    """
    numbered = sorted((chunk[len(CHUNK) : len(CHUNK) + 2], chunk[len(CHUNK) + 2 :]) for chunk in chunks)
    expected = [bytes((number, len(chunks))) for number in range(1, len(chunks) + 1)]
    if [head for head, _ in numbered] != expected:
        return b""
    return b"".join(part for _, part in numbered)
