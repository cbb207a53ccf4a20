"""Audit one file against the rules, alone or beside what it was made from; nothing is written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from lossytools import rules
from lossytools.dicomio.gathering import gather
from lossytools.dicomio.source import read_source

if TYPE_CHECKING:
    from lossytools.evidence import Evidence
    from lossytools.rules import Finding


def audit_file(path: Path | str, against: Path | str | None = None, select: str = "") -> list[Finding]:
    """Return what contradicts the rules in the object at `path`, [] where nothing does.

    against: the object it was made from; then what the step did wrong is returned, and what the source
    says against itself is left out. select: beginnings of
    the ids of the rules wanted, as "L,M03"; "" for all.

    Raises UnreadableSource; ValueError where no rule id begins so.
    """
    wanted = rules.select(select)
    derived = _evidence(Path(path))
    if against is None:
        return list(rules.audit(derived, wanted))
    return list(rules.audit_step(_evidence(Path(against)), derived, wanted))


def _evidence(path: Path) -> Evidence:
    with read_source(path) as source:
        return gather(source)
