"""Fetch everything an archive has into a folder, and go on where a run before stopped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lossytools.dicomio.publishing import disk_errors
from lossytools.errors import TargetExists, UnreadableSource
from lossytools.net.arrival import instance_at
from lossytools.net.failures import ONE_OBJECT

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from lossytools.net.end import End, Fetched, Remote


@dataclass(frozen=True, slots=True)
class Kept:
    """An instance that stood whole in the folder already and was not fetched again."""

    remote: Remote
    path: Path


@dataclass(frozen=True, slots=True)
class Refused:
    """An instance that could not be had. reason: in words, with the name of the end."""

    remote: Remote
    reason: str


def fetch_all(
    end: End, folder: Path, known: Collection[str] = frozenset(), study: str = ""
) -> Iterator[Fetched | Kept | Refused]:
    """Fetch every instance of `end`, or of one study, to folder/STUDY/SERIES/INSTANCE.dcm, one at a time.

    known: SOP Instance UIDs to pass over in silence. Raises EndLost and AccessDenied, after which the
    rest has no hope; DestinationError where the folder cannot be written.
    """
    for remote in end.instances(study):
        if remote.instance not in known:
            yield _obtain(end, remote, folder)


def _obtain(end: End, remote: Remote, folder: Path) -> Fetched | Kept | Refused:
    try:
        remote.checked()
    except UnreadableSource as error:
        return Refused(remote, f"{end.name}: {error}")
    target = folder / remote.study / remote.series / f"{remote.instance}.dcm"
    try:
        if _stands(target, remote):
            return Kept(remote, target)
        with disk_errors(target):
            target.parent.mkdir(parents=True, exist_ok=True)
        return end.fetch(remote, target)
    except (UnreadableSource, TargetExists, *ONE_OBJECT) as error:
        return Refused(remote, str(error))


def _stands(target: Path, remote: Remote) -> bool:
    """Return whether the instance stands whole at `target`. Raises TargetExists where something else does."""
    with disk_errors(target):
        if not target.exists():
            return False
    try:
        found = instance_at(target)
    except UnreadableSource as error:
        raise TargetExists(f"{target}: stands there and is not whole; remove it to fetch it again") from error
    if found != remote.instance:
        raise TargetExists(
            f"{target}: stands there and is another object, {found}; remove it to fetch this one"
        )
    return True
