"""Look at the draft as a stranger would, before it gets its name."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from lossytools.dicomio.gathering import gather
from lossytools.dicomio.source import read_source
from lossytools.errors import InconsistentResult, SourceError
from lossytools.history import read_history
from lossytools.rules import audit_step

if TYPE_CHECKING:
    from pathlib import Path

    from lossytools.dicomio.source import Source
    from lossytools.dicomio.spool import Spool
    from lossytools.evidence import Evidence
    from lossytools.values import LossyStep


def check_draft(draft: Path, target: Path, source: Evidence, spool: Spool) -> tuple[LossyStep, ...]:
    """Read the draft back, refuse it where it is not what was encoded and recorded, return its history.

    source: the evidence of what it was made from. A finding that the source has as well is the
    source's, and does not stop the step.

    Raises InconsistentResult.
    """
    try:
        with read_source(draft) as written:
            found = _digest(written, spool.lengths)
            derived = gather(written)
    except SourceError as error:
        raise InconsistentResult(f"{target}: not written, it cannot be read back: {error}") from error
    if found != spool.digest:
        raise InconsistentResult(f"{target}: not written, the disk gave back other bytes than it was given")
    new = list(audit_step(source, derived))
    if new:
        words = "; ".join(f"{finding.rule} {finding.says} [{finding.cites}]" for finding in new)
        raise InconsistentResult(f"{target}: not written, our own audit refuses it: {words}")
    return read_history(derived.image)


def _digest(source: Source, lengths: list[int]) -> str:
    """Return SHA-256 of the values as they lie in the file, without pad bytes; "" if there are others."""
    digest = hashlib.sha256()
    file, items = source.opened.file, source.items
    if items is None:
        at = source.opened.pixel_offset
        for length in lengths:
            digest.update(file.read_at(at, length))
            at += length
    else:
        if len(items.offsets) != len(lengths):
            return ""
        for number, length in enumerate(lengths):
            digest.update(file.read_at(items.value_at(number), length))
    return digest.hexdigest()
