"""The manifest of a destination, for `sha256sum -c manifest-sha256.txt` and BagIt (RFC 8493)."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from lossytools.batch.destination import DATA, MANIFEST
from lossytools.batch.schema import FINISHED, within
from lossytools.dicomio.publishing import publish
from lossytools.errors import SourceError

if TYPE_CHECKING:
    from lossytools.batch.destination import Destination
    from lossytools.batch.ledger import Ledger
    from lossytools.batch.paths import Places


def write_manifest(ledger: Ledger, destination: Destination, places: Places) -> int:
    """Write a line for every object at its place, and return how many. Raises DestinationError."""
    lines = []
    for entry in ledger.entries(within(FINISHED), scan=True):
        with contextlib.suppress(SourceError):  # of a file that is nowhere any more a verification tells
            relative = destination.relative(entry, places.relative(entry.path))
            lines.append(f"{entry.target_sha256}  {DATA}/{relative}\n")
    lines.sort(key=lambda line: line.partition("  ")[2])
    with publish(destination.root / MANIFEST, force=True) as draft:
        draft.file.writelines(line.encode("utf-8", "surrogateescape") for line in lines)
    return len(lines)
