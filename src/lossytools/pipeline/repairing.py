"""Repair one object: plan from its evidence, write it again, look at it, publish it."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from lossytools import __version__
from lossytools.changes import Change, apply
from lossytools.dicomio.gathering import gather
from lossytools.dicomio.publishing import check_target, publish
from lossytools.dicomio.reading import DAMAGE
from lossytools.dicomio.rewriting import rewrite
from lossytools.dicomio.source import read_source
from lossytools.errors import UnreadableSource, UnsupportedPixels
from lossytools.pipeline.checking import check_repaired
from lossytools.pipeline.inspection import look_at_pixels
from lossytools.pipeline.refusal import check_identity
from lossytools.repairs import Plan, correction_changes, plan
from lossytools.rules.attributes import text
from lossytools.standard.transfer_syntaxes import BIG_ENDIAN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lossytools.dicomio.source import Source
    from lossytools.evidence import Evidence


@dataclass(frozen=True, slots=True)
class Repaired:
    """What a repair did, or would do.

    target: None where nothing was written: a dry run, or nothing to repair. uid: of the instance, the same
    before and after. before: the evidence the plan rests on. changes: of the data set, the record of
    the correction among them. digest: SHA-256 of the pixel data copied, "" where nothing was written.
    """

    source: Path
    target: Path | None
    uid: str
    before: Evidence
    plan: Plan
    changes: tuple[Change, ...]
    digest: str
    seconds: float


def repair(  # noqa: PLR0913 - choices by name
    source: Path | str,
    target: Path | str | None = None,
    *,
    dry_run: bool = False,
    deep: bool = False,
    force: bool = False,
    now: datetime | None = None,
) -> Repaired:
    """Put right what evidence makes certain in the object at `source`, and publish it as `target`.

    A correction of the same instance: SOP Instance UID and pixel data stay, every code stream byte for byte,
    and Original Attributes Sequence tells what was changed (PS3.3 section C.12.1.1.9). What is not
    certain stays as it is and is listed in `plan.left`. Where nothing is to be repaired nothing is written.
    dry_run: only plan; `target` may be None. deep: decode the frames for what is said of sample values.
    now: the time to record, None for the clock.

    Raises SourceError, DestinationError, InconsistentResult; the target is then as it was. ValueError
    where there is neither a target nor a dry run.
    """
    if target is None and not dry_run:
        raise ValueError("a repair needs a target; a dry run needs none")
    started, before = time.perf_counter(), Path(source)
    after = Path(target) if target is not None else None
    if after is not None:
        check_target(before, after, force=force)
    with read_source(before) as opened, _understood():
        job = _plan(opened, now or datetime.now(UTC).astimezone(), deep=deep)
        if dry_run or not job.plan.repairs:
            after = None
        digest = "" if after is None else _publish(job, after, force=force)
    uid = text(job.evidence.image, "SOPInstanceUID")
    seconds = time.perf_counter() - started
    return Repaired(before, after, uid, job.evidence, job.plan, job.changes, digest, seconds)


@dataclass(frozen=True, slots=True)
class _Job:
    """One object, looked at and planned."""

    source: Source
    evidence: Evidence
    plan: Plan
    changes: tuple[Change, ...]


def _plan(source: Source, now: datetime, *, deep: bool) -> _Job:
    evidence = gather(source)
    check_identity(evidence.image)
    if deep:
        evidence = replace(evidence, decoded=look_at_pixels(source, evidence))
    planned = plan(evidence)
    if planned.repairs and source.transfer_syntax == BIG_ENDIAN:
        raise UnsupportedPixels("Explicit VR Big Endian is retired, and a repair does not write it")
    record = correction_changes(evidence.image, planned.changes, now, __version__)
    return _Job(source, evidence, planned, (*planned.changes, *record))


@contextmanager
def _understood() -> Iterator[None]:
    """Turn what pydicom trips over in a damaged sequence into UnreadableSource."""
    try:
        yield
    except DAMAGE as error:
        raise UnreadableSource(f"the data set cannot be parsed: {error}") from error


def _publish(job: _Job, target: Path, *, force: bool) -> str:
    """Write the repaired object, look at it as it lies on the disk, give it its name; return its digest."""
    elements, after = apply(job.source.opened.elements, job.changes), job.plan.after
    with publish(target, force=force) as draft:
        copied = rewrite(draft.file, job.source, elements, after.transfer_syntax, after.encapsulation)
        draft.file.flush()
        check_repaired(draft.path, target, job.plan, copied)
    return copied.digest
