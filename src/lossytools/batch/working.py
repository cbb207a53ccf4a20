"""One object of a migration, done in a worker process: coded, copied, or written with other references."""

from __future__ import annotations

import contextlib
import os
import time
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from lossytools.batch.copying import copy_file, digest_file, rename_references
from lossytools.batch.objections import options_for
from lossytools.batch.reasons import REASONS
from lossytools.batch.scanning import words_of
from lossytools.errors import (
    CodecError,
    CodecMissing,
    DestinationError,
    InconsistentResult,
    LossyToolsError,
    NotSmaller,
    SourceError,
    UnreadableSource,
)
from lossytools.pipeline.transcoding import transcode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lossytools.batch.recipe import Recipe, Verify
    from lossytools.batch.schema import Entry
    from lossytools.pipeline.options import Outcome


@dataclass(frozen=True, slots=True)
class WorkTask:
    """What a worker is to do with one object.

    number: of the object. source: the file to read. staged: the file to write. size, mtime_ns: what the
    source was when it was planned; size -1 for a file of our own. names: references to change, old UID to
    new; None to code the object. coerced: the instance says that its references were changed. new_uid: of
    the instance that it becomes then, "" where it keeps its own. now: the time to record, in ISO 8601.
    """

    number: int
    source: str
    staged: str
    size: int
    mtime_ns: int
    now: str
    names: Mapping[str, str] | None = None
    coerced: bool = True
    new_uid: str = ""
    codec: str = ""
    allow: frozenset[str] = field(default_factory=frozenset)
    min_saving: float = 0.0
    verify: Verify = "first"


def task_for(entry: Entry, recipe: Recipe, now: str, source: Path, staged: Path) -> WorkTask:
    """Return the task to code a planned object, or to copy it where it is not to be coded."""
    rule = next((rule for rule in recipe.rules if rule.name == entry.rule), None)
    return WorkTask(
        number=entry.id,
        source=str(source),
        staged=str(staged),
        size=entry.size,
        mtime_ns=entry.mtime_ns,
        now=now,
        names=None if entry.action == "transcode" else {},
        codec=entry.codec,
        allow=rule.allow if rule is not None else frozenset(),
        min_saving=rule.min_saving if rule is not None else 0.0,
        verify=recipe.verify,
    )


@dataclass(frozen=True, slots=True)
class Worked:
    """What became of an object.

    end: "published"; "copy", it is to be copied instead; "failed"; "destination", nothing can be written;
    "library", a codec's library is missing. reason, says: why, as in `lossytools.batch.reasons`.
    """

    end: Literal["published", "copy", "failed", "destination", "library"]
    reason: str = ""
    says: str = ""
    source_sha256: str = ""
    target_sha256: str = ""
    target_size: int = 0
    native_bytes: int = 0
    stream_bytes: int = 0
    psnr_db: float | None = None
    worst_psnr_db: float | None = None
    max_error: int | None = None
    seconds: float = 0.0


def work(task: WorkTask) -> Worked:
    """Do what is asked of one object; whatever is wrong with it is told, not raised."""
    started = time.perf_counter()
    try:
        _check_unchanged(task)
        done = _code(task) if task.names is None else _write(task, task.names)
        _check_unchanged(task)
    except DestinationError as error:
        return Worked("destination", says=str(error))
    except CodecMissing as error:
        return Worked("library", says=str(error))
    except LossyToolsError as error:
        done = _told(task, error)
    except OSError as error:  # whatever else a system says, while it reads or writes
        return _of_the_system(task, error)
    if done.end != "published":
        Path(task.staged).unlink(missing_ok=True)
    return replace(done, seconds=time.perf_counter() - started)


def _of_the_system(task: WorkTask, error: OSError) -> Worked:
    """Return whose fault an error of the system is: the source's if it names that, else the destination's."""
    says = error.strerror or str(error)
    if error.filename is not None and str(error.filename) == task.source:
        return Worked("failed", "unreadable", says)
    return Worked("destination", says=f"{task.staged}: {says}")


class _Changed(SourceError):
    """The source is not the file that was planned."""


def _check_unchanged(task: WorkTask) -> None:
    if task.size < 0:
        return
    with contextlib.suppress(OSError):
        found = os.stat(task.source)  # noqa: PTH116  one call for both numbers
        if (found.st_size, found.st_mtime_ns) != (task.size, task.mtime_ns):
            raise _Changed(REASONS["changed"])


def _told(task: WorkTask, error: LossyToolsError) -> Worked:
    """Return what an error means: damage fails an object, all else that a codec cannot do is copied."""
    says = words_of(error, Path(task.source)).replace(task.staged, "the result")
    if isinstance(error, _Changed):
        return Worked("failed", "changed", says)
    if isinstance(error, UnreadableSource):
        return Worked("failed", "unreadable", says)
    if task.names is not None:
        return Worked("failed", "refused", says)
    if isinstance(error, NotSmaller):
        return Worked("copy", "small-saving", says)
    if isinstance(error, InconsistentResult):
        return Worked("copy", "inconsistent", says)
    return Worked("copy", "encode" if isinstance(error, CodecError) else "refused", says)


def _code(task: WorkTask) -> Worked:
    """Compress the object, unless too little would be saved."""
    source, staged = Path(task.source), Path(task.staged)
    options = replace(
        options_for(task.allow),
        force=True,
        verify=task.verify,
        workers=1,
        now=datetime.fromisoformat(task.now),
    )
    outcome = transcode(source, staged, task.codec, options)
    size = staged.stat().st_size
    saving = 1 - size / max(task.size, 1)
    if saving < task.min_saving and "small-saving" not in task.allow:
        return Worked("copy", "small-saving", f"it would save {saving:.0%} of {task.size} bytes")
    return replace(
        _measured(outcome),
        source_sha256=digest_file(source),
        target_sha256=_digest_result(staged),
        target_size=size,
    )


def _measured(outcome: Outcome) -> Worked:
    measured = outcome.measurement
    return Worked(
        "published",
        native_bytes=measured.native_bytes,
        stream_bytes=measured.stream_bytes,
        psnr_db=measured.psnr_db,
        worst_psnr_db=measured.worst.psnr_db,
        max_error=measured.max_error,
    )


def _write(task: WorkTask, names: Mapping[str, str]) -> Worked:
    """Copy the object byte for byte, or with other references."""
    source, staged = Path(task.source), Path(task.staged)
    before = digest_file(source)
    if names:
        now = datetime.fromisoformat(task.now) if task.coerced else None
        rename_references(source, staged, names, now, task.new_uid)
    else:
        copy_file(source, staged, before)
    return Worked(
        "published",
        source_sha256=before,
        target_sha256=_digest_result(staged),
        target_size=staged.stat().st_size,
    )


def _digest_result(staged: Path) -> str:
    """Return the SHA-256 of what was just written. Raises DestinationError where it cannot be read again."""
    try:
        return digest_file(staged)
    except UnreadableSource as error:
        raise DestinationError(str(error)) from error
