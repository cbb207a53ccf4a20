"""Audit one file against the rules, alone or beside what it was made from; nothing is written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from lossytools import rules
from lossytools.dicomio.directory import records_of
from lossytools.dicomio.gathering import gather
from lossytools.dicomio.source import read_source
from lossytools.dicomio.walking import is_object
from lossytools.errors import LossyToolsError, UnreadableSource
from lossytools.pipeline.audited import Audited, Device, Task
from lossytools.rules.attributes import value
from lossytools.rules.members import member_of

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

    from lossytools.evidence import Evidence
    from lossytools.rules import Finding


def audit_file(path: Path | str, against: Path | str | None = None, select: str = "") -> list[Finding]:
    """Return what contradicts the rules in the object at `path`, [] where nothing does.

    against: the object it was made from; then what the step did wrong is returned, and what the source
    says against itself is left out. select: beginnings of
    the ids of the rules wanted, as "L,M03"; "" for all.

    Raises UnreadableSource; ValueError where no rule id begins so.
    """
    derived = _evidence(Path(path))
    return _judge(derived, None if against is None else Path(against), select)


def audit_task(task: Task, select: str = "") -> Audited:
    """Return what an audit of a file finds, what makes it unreadable, or that it is skipped."""
    if task.walked and not is_object(task.path):
        return Audited(task.path, kind="skipped")
    try:
        return _pair(task, select) if task.pair else _object(task, select)
    except LossyToolsError as error:
        return Audited(task.path, kind="pair" if task.pair else "object", error=error, against=task.against)


def lose_task(task: Task, why: str) -> Audited:
    """Return what stands for a file that took its reader with it."""
    error = UnreadableSource(f"{task.path}: cannot be read: {why}")
    return Audited(task.path, kind="pair" if task.pair else "object", error=error, against=task.against)


def _object(task: Task, select: str) -> Audited:
    evidence = _evidence(task.path)
    return Audited(
        task.path,
        tuple(_judge(evidence, task.against, select)),
        against=task.against,
        device=_device(evidence),
        member=member_of(evidence, records_of(evidence.image, task.path)),
    )


def _pair(task: Task, select: str) -> Audited:
    source, derived = _evidence(task.against or task.path), _evidence(task.path)
    found = rules.audit_pair(source, derived, rules.select(select))
    return Audited(task.path, tuple(found), "pair", against=task.against, device=_device(derived))


def _judge(derived: Evidence, against: Path | None, select: str) -> list[Finding]:
    wanted = rules.select(select)
    if against is None:
        return list(rules.audit(derived, wanted))
    return list(rules.audit_step(_evidence(against), derived, wanted))


def _evidence(path: Path) -> Evidence:
    with read_source(path) as source:
        return gather(source)


def _device(evidence: Evidence) -> Device:
    image, meta = evidence.image, evidence.meta
    return Device(
        _words(image, "StationName"),
        _words(image, "Manufacturer"),
        _words(image, "ManufacturerModelName"),
        _words(image, "SoftwareVersions"),
        _words(meta, "ImplementationVersionName"),
    )


def _words(image: Dataset, keyword: str) -> str:
    found = value(image, keyword) or ""
    return found if isinstance(found, str) else "\\".join(map(str, found))
