"""How a ledger names the files of its archive: as they are called, or by a digest that tells nothing."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from lossytools.dicomio.walking import files_below
from lossytools.errors import UnreadableSource

if TYPE_CHECKING:
    from pathlib import Path

LogPaths = Literal["full", "hash"]


def relative_files(root: Path) -> list[str]:
    """Return every file below `root`, and every folder that is not looked into, in a fixed order."""
    return [place.relative_to(root).as_posix() for place in files_below(root, closed=True)]


def stored(path: str, log_paths: str) -> str | bytes:
    """Return how a ledger names a file: bytes where the name is no Unicode, which SQLite takes too."""
    if log_paths == "hash":
        return hashlib.sha256(path.encode("utf-8", "surrogateescape")).hexdigest()
    try:
        path.encode("utf-8")
    except UnicodeEncodeError:
        return os.fsencode(path)
    return path


@dataclass(slots=True)
class Places:
    """Finds the files of an archive by the names of the ledger. others: where more of them are."""

    root: Path
    log_paths: str
    others: tuple[Path, ...] = ()
    _known: dict[str | bytes, str] = field(default_factory=dict)

    def relative(self, name: str | bytes) -> str:
        """Return the path below the root. Raises UnreadableSource where a digest fits no file any more."""
        if self.log_paths != "hash":
            return os.fsdecode(name) if isinstance(name, bytes) else name
        if not self._known:
            roots = (self.root, *self.others)
            self._known = {stored(path, "hash"): path for root in roots for path in relative_files(root)}
        if name not in self._known:
            raise UnreadableSource(f"no file is there that the ledger knows as {str(name)[:12]}")
        return self._known[name]

    def name(self, relative: str) -> str | bytes:
        """Return how the ledger names a file."""
        return stored(relative, self.log_paths)

    def source(self, name: str | bytes) -> Path:
        """Return the path of the source."""
        return self.root / self.relative(name)

    def anywhere(self, relative: str) -> Path | None:
        """Return where an original lies now, None where it is gone."""
        roots = (self.root, *self.others[:1])  # never the result itself
        return next((root / relative for root in roots if (root / relative).is_file()), None)
