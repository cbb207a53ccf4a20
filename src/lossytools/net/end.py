"""What an end of a migration is, whatever protocol it speaks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, Self

from lossytools.dicomio.reading import opened
from lossytools.history import stored_values
from lossytools.net.uids import checked_uid

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path
    from types import TracebackType


@dataclass(frozen=True, slots=True)
class Remote:
    """One instance at an end, by its UIDs, as the end gave them: nothing of them is checked."""

    study: str
    series: str
    instance: str
    sop_class: str = ""

    def checked(self) -> Self:
        """Return itself. Raises UnreadableSource where what should be a UID is none (PS3.5 section 9.1)."""
        checked_uid(self.study, "Study Instance UID")
        checked_uid(self.series, "Series Instance UID")
        checked_uid(self.instance, "SOP Instance UID")
        return self


@dataclass(frozen=True, slots=True)
class Fetched:
    """An instance that has arrived. size_bytes and sha256: of the file at `path`."""

    remote: Remote
    path: Path
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Stored:
    """What an end said to one file; that is no proof, see `confirm`.

    uid: SOP Instance UID, "" where the file is unreadable. reason: of the refusal, or the warning that
    came with the acceptance, "" where all went well.
    """

    path: Path
    uid: str
    accepted: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait and how often to try.

    connect_s: for a connection. read_s: while nothing comes or goes, however long a transfer takes.
    attempts: in all, for what may pass. pause_s: before the second, doubled before each further one.
    """

    connect_s: float = 10.0
    read_s: float = 60.0
    attempts: int = 4
    pause_s: float = 0.5


class End(Protocol):
    """An archive. To be used by one thread; `with` closes its connections."""

    @property
    def name(self) -> str:
        """Address for messages, without credentials."""

    @property
    def patience(self) -> Patience:
        """How long it waits and how often it tries."""

    def instances(self, study: str = "") -> Iterator[Remote]:
        """Yield every instance of the archive, or of one study.

        A study or series whose UID is none comes as one Remote that `fetch` refuses, not silently
        dropped. Raises NetError.
        """

    def held(self, remote: Remote) -> bool:
        """Return whether the archive says that it has the instance. Raises NetError, UnreadableSource."""

    def fetch(self, remote: Remote, target: Path) -> Fetched:
        """Write the instance to `target` as the archive holds it, in its own transfer syntax.

        Raises NetError, UnreadableSource where the archive has none or sends another, DestinationError,
        TargetExists; nothing is then left at `target`.
        """

    def store(self, paths: Iterable[Path]) -> Iterator[Stored]:
        """Send files as they lie on the disk, and yield what the archive says to each.

        Raises NetError where the archive is lost.
        """

    def close(self) -> None:
        """Close the connections; the next request opens new ones."""

    def __enter__(self) -> Self:
        """Return itself."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connections."""


def read_remote(path: Path) -> tuple[Remote, str]:
    """Return the UIDs of the file at `path`, and its Transfer Syntax UID. Raises UnreadableSource."""
    with opened(path) as file:
        keywords = ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID", "SOPClassUID")
        values = ("\\".join(stored_values(file.elements, keyword)) for keyword in keywords)
        return Remote(*values), file.transfer_syntax
