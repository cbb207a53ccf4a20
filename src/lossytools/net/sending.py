"""Send files to an archive and believe nothing before it has given them back."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from lossytools.errors import UnreadableSource
from lossytools.net.confirmation import Confirmed, confirm
from lossytools.net.end import read_remote

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from lossytools.net.end import End

Result = Literal["held", "sent", "refused", "differs"]


@dataclass(frozen=True, slots=True)
class Sent:
    """What came of one file.

    result: "held": the archive had it already, and gave it back the same; "sent": accepted, and given
    back the same; "refused": not accepted, or the file is unreadable; "differs": accepted, and not given
    back the same. says: why, or the warning that came with the acceptance.
    """

    path: Path
    uid: str
    result: Result
    says: str

    @property
    def safe(self) -> bool:
        """Whether the archive gives out the object as it lies on the disk."""
        return self.result in {"held", "sent"}


def send_all(
    end: End, paths: Iterable[Path], *, ask_first: bool = True, folder: Path | None = None
) -> Iterator[Sent]:
    """Store every file and read it back, one at a time.

    ask_first: what the archive lists and gives back the same is not sent again, so that a run that
    stopped can be repeated. folder: see `confirm`. Raises EndLost, AccessDenied, DestinationError.
    """
    for path in paths:
        try:
            yield _held(end, path, folder, ask=ask_first) or _sent(end, path, folder)
        except UnreadableSource as error:
            yield Sent(path, "", "refused", str(error))


def _held(end: End, path: Path, folder: Path | None, *, ask: bool) -> Sent | None:
    remote, _ = read_remote(path)
    if not ask or not end.held(remote):
        return None
    confirmed = confirm(end, path, folder)
    return Sent(path, remote.instance, "held", "") if confirmed.same else None


def _sent(end: End, path: Path, folder: Path | None) -> Sent:
    (stored,) = end.store([path])
    if not stored.accepted:
        return Sent(path, stored.uid, "refused", stored.reason)
    confirmed = _given_back(end, path, folder)
    says = "; ".join(words for words in (confirmed.says, stored.reason) if words)
    return Sent(path, stored.uid, "sent" if confirmed.same else "differs", says)


def _given_back(end: End, path: Path, folder: Path | None) -> Confirmed:
    """Confirm; again where the archive does not give it out yet: some answer before they have filed it."""
    confirmed = confirm(end, path, folder)
    for attempt in range(end.patience.attempts - 1):
        if confirmed.found:
            break
        time.sleep(end.patience.pause_s * 2**attempt)
        confirmed = confirm(end, path, folder)
    return confirmed
