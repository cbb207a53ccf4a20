"""Audit one file against the rules, alone or beside what it was made from; nothing is written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from lossytools import rules
from lossytools.dicomio.gathering import gather
from lossytools.dicomio.source import read_source
from lossytools.pipeline.checking import named

if TYPE_CHECKING:
    from lossytools.evidence import Evidence
    from lossytools.rules import Finding


def audit_file(path: Path | str, against: Path | str | None = None, select: str = "") -> list[Finding]:
    """Return what contradicts the rules in the object at `path`, [] where nothing does.

    against: the object it was made from, to audit the two as a pair as well. select: beginnings of
    the ids of the rules wanted, as "L,M03"; "" for all.

    Raises UnreadableSource; ValueError where no rule id begins so.
    """
    wanted = rules.select(select)
    derived = _evidence(Path(path))
    found = list(rules.audit(derived, wanted))
    if against is not None:
        found += rules.audit_pair(_evidence(Path(against)), derived, wanted)
    return found


def _evidence(path: Path) -> Evidence:
    with named(path), read_source(path) as source:
        return gather(source)
