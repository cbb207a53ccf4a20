"""Audit one file against the rules, alone or beside what it was made from; nothing is written."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from lossytools import rules
from lossytools.dicomio.directory import records_of
from lossytools.dicomio.gathering import gather
from lossytools.dicomio.source import read_source
from lossytools.dicomio.walking import is_object
from lossytools.errors import LossyToolsError, UnreadableSource
from lossytools.pipeline.audited import Audited, Device, Task
from lossytools.pipeline.inspection import look_at_loss, look_at_pixels
from lossytools.rules.attributes import value
from lossytools.rules.members import member_of

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

    from lossytools.evidence import Evidence
    from lossytools.rules import Finding


def audit_file(
    path: Path | str, against: Path | str | None = None, select: str = "", *, deep: bool = False
) -> list[Finding]:
    """Return what contradicts the rules in the object at `path`, [] where nothing does.

    against: the object it was made from; then what the step did wrong is returned, and what the source
    says against itself is left out. select: beginnings of the ids of the rules wanted, as "L,M03"; "" for
    all. deep: decode every frame, for the rules that only pixels can answer.

    Raises UnreadableSource; ValueError where no rule id begins so.
    """
    task = Task(Path(path), against=None if against is None else Path(against))
    return _judge(_evidence(task.path, deep=deep), task, select, deep=deep)


def audit_task(task: Task, select: str = "", *, deep: bool = False) -> Audited:
    """Return what an audit of a file finds, what makes it unreadable, or that it is skipped."""
    if task.walked and not is_object(task.path):
        return Audited(task.path, kind="skipped")
    try:
        return _pair(task, select, deep=deep) if task.pair else _object(task, select, deep=deep)
    except LossyToolsError as error:
        return Audited(task.path, kind="pair" if task.pair else "object", error=error, against=task.against)


def lose_task(task: Task, why: str) -> Audited:
    """Return what stands for a file that took its reader with it."""
    error = UnreadableSource(f"{task.path}: cannot be read: {why}")
    return Audited(task.path, kind="pair" if task.pair else "object", error=error, against=task.against)


def _object(task: Task, select: str, *, deep: bool) -> Audited:
    evidence = _evidence(task.path, deep=deep)
    return Audited(
        task.path,
        tuple(_judge(evidence, task, select, deep=deep)),
        against=task.against,
        device=_device(evidence),
        member=member_of(evidence, records_of(evidence.image, task.path)),
    )


def _pair(task: Task, select: str, *, deep: bool) -> Audited:
    source = _evidence(task.against or task.path)
    derived = _beside(_evidence(task.path), task, deep=deep)
    found = rules.audit_pair(source, derived, rules.select(select))
    return Audited(task.path, tuple(found), "pair", against=task.against, device=_device(derived))


def _judge(derived: Evidence, task: Task, select: str, *, deep: bool) -> list[Finding]:
    wanted = rules.select(select)
    if task.against is None:
        return list(rules.audit(derived, wanted))
    source = _evidence(task.against, deep=deep)
    return list(rules.audit_step(source, _beside(derived, task, deep=deep), wanted))


def _evidence(path: Path, *, deep: bool = False) -> Evidence:
    with read_source(path) as source:
        evidence = gather(source)
        return replace(evidence, decoded=look_at_pixels(source, evidence)) if deep else evidence


def _beside(derived: Evidence, task: Task, *, deep: bool) -> Evidence:
    """Return the evidence of a derived object, with what its frames lost of the source's if `deep`."""
    if not deep or task.against is None:
        return derived
    with read_source(task.against) as before, read_source(task.path) as after:
        return replace(derived, loss=look_at_loss(before, after))


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
