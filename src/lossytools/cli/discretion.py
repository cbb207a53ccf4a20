"""How much of paths and station names is shown: they can tell who a patient is, and where."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pathlib import Path

_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Discretion:
    """What is shown of a path and of a station's name.

    paths: "full" shows both as they are, "name" only the last part of a path, "hash" the first 12 digits
    of the SHA-256 of each: equal things look equal, and are not shown.
    """

    paths: Literal["full", "name", "hash"] = "full"

    def path(self, path: Path) -> str:
        """Return what is shown of a path."""
        if self.paths == "hash":
            return hashed(str(path))
        return str(path) if self.paths == "full" else path.name or str(path)

    def station(self, name: str) -> str:
        """Return what is shown of a Station Name (0008,1010), "" where there is none."""
        return hashed(name) if name and self.paths == "hash" else name

    def message(self, text: str, *paths: Path | None) -> str:
        """Return a message with `paths` shown as they may be."""
        for path in paths:
            if path is not None:
                text = text.replace(str(path), self.path(path))
        return text


def hashed(text: str) -> str:
    """Return the first digits of the SHA-256 of a text.

    >>> hashed("ROOM7")
    'a4c325f68eb3'
    """
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:_DIGITS]
