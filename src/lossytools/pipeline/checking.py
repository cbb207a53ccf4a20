"""Look at the draft as a stranger would, before it gets its name."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from lossytools.dicomio.gathering import gather
from lossytools.dicomio.source import read_source
from lossytools.errors import InconsistentResult, SourceError
from lossytools.history import read_history
from lossytools.rules import audit, audit_pair, audit_step

if TYPE_CHECKING:
    from pathlib import Path

    from lossytools.dicomio.rewriting import Copied
    from lossytools.dicomio.source import Source
    from lossytools.dicomio.spool import Spool
    from lossytools.evidence import Evidence
    from lossytools.repairs import Plan
    from lossytools.rules import Finding
    from lossytools.values import LossyStep


def check_draft(draft: Path, target: Path, source: Evidence, spool: Spool) -> tuple[LossyStep, ...]:
    """Read the draft back, refuse it where it is not what was encoded and recorded, return its history.

    source: the evidence of what it was made from. A finding that the source has as well is the
    source's, and does not stop the step.

    Raises InconsistentResult.
    """
    derived = _read_back(draft, target, spool.lengths, spool.digest)
    _refuse(target, list(audit_step(source, derived)))
    return read_history(derived.image)


def check_repaired(draft: Path, target: Path, plan: Plan, copied: Copied) -> None:
    """Read the draft of a repair back, refuse it where it is not what was planned.

    The pixel data has the digest of the bytes that were copied, an audit finds nothing but what the plan
    leaves, and no rule of pairs tells the draft from the plan. Raises InconsistentResult.
    """
    derived = _read_back(draft, target, copied.lengths, copied.digest)
    derived = replace(derived, decoded=plan.after.decoded)
    left = {(left.finding.rule, left.finding.says) for left in plan.left}
    new = [finding for finding in audit(derived) if (finding.rule, finding.says) not in left]
    _refuse(target, [*new, *audit_pair(plan.after, derived)])


def _read_back(draft: Path, target: Path, lengths: list[int], digest: str) -> Evidence:
    try:
        with read_source(draft) as written:
            found = digest_values(written, lengths)
            derived = gather(written)
    except SourceError as error:
        raise InconsistentResult(f"{target}: not written, it cannot be read back: {error}") from error
    if found != digest:
        raise InconsistentResult(f"{target}: not written, the disk gave back other bytes than it was given")
    return derived


def _refuse(target: Path, findings: list[Finding]) -> None:
    if findings:
        words = "; ".join(f"{finding.rule} {finding.says} [{finding.cites}]" for finding in findings)
        raise InconsistentResult(f"{target}: not written, our own audit refuses it: {words}")


def digest_values(source: Source, lengths: list[int]) -> str:
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
