"""Prove a migration: every object read again, every reference followed, nothing there that nobody knows."""

from __future__ import annotations

import contextlib
import hashlib
import re
from collections import deque
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from lossytools.batch.destination import DATA
from lossytools.batch.paths import relative_files, stored
from lossytools.batch.reasons import words_for
from lossytools.batch.schema import FINISHED, within
from lossytools.batch.verifying import Checked, CheckTask, check_all
from lossytools.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lossytools.batch.destination import Destination
    from lossytools.batch.ledger import Ledger
    from lossytools.batch.paths import Places
    from lossytools.batch.schema import Entry

_SHARE = re.compile(r"(\d+(?:\.\d+)?)%")
_SLICE = re.compile(r"(\d+)/(\d+)")
_SECONDS = 3600.0  # that one object may take
_AT_PLACE = within(FINISHED)
_WRITTEN = f"{_AT_PLACE} OR state = 'failed' AND reason IN ('missing', 'damaged', 'audit', 'dangling')"


@dataclass(frozen=True, slots=True)
class Subset:
    """Which objects are read: a share of them chosen by `salt`, or the n-th of m slices, or all."""

    share: float = 1.0
    part: int = 0
    parts: int = 0
    salt: str = ""

    def takes(self, uid: str) -> bool:
        """Return whether an object is read."""
        drawn = int.from_bytes(hashlib.sha256((self.salt + uid).encode()).digest()[:8])
        return drawn % self.parts == self.part - 1 if self.parts else drawn < self.share * 2**64


def parse_subset(text: str, salt: str = "") -> Subset:
    """Return the subset that "10%", or "2/5" for the second of five slices, stands for. Raises ValueError."""
    share, piece = _SHARE.fullmatch(text), _SLICE.fullmatch(text)
    if share is not None and 0 < float(share[1]) <= 100:  # noqa: PLR2004  percent
        return Subset(share=float(share[1]) / 100, salt=salt)
    if piece is not None and 1 <= int(piece[1]) <= int(piece[2]):
        return Subset(part=int(piece[1]), parts=int(piece[2]))
    raise ValueError(f"{text!r} is no share, as 10%, nor a slice, as 2/5")


@dataclass(slots=True)
class Proof:
    """What a verification found. strangers: files at the destination that the ledger does not know.

    checked: objects read. faults: those that are not as they should be. ledger: what is wrong with the
    ledger.
    """

    checked: int = 0
    faults: list[Entry] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)
    ledger: str = ""

    @property
    def holds(self) -> bool:
        """Whether nothing at all is wrong."""
        return not (self.faults or self.strangers or self.ledger)


def prove(  # noqa: PLR0913 - a job, and how to look at it
    ledger: Ledger,
    places: Places,
    destination: Destination,
    subset: Subset,
    *,
    workers: int = 1,
    advance: Callable[[int, int], None] = lambda _done, _total: None,
) -> Proof:
    """Read published objects again, and write down which are verified; the faults are returned too.

    An object is verified if its bytes are those that were written, it decodes, an audit finds nothing new in
    it and everything of the archive that it refers to is there.
    """
    proof = Proof(ledger=ledger.check(), strangers=list(_strangers(ledger, places, destination)))
    (total,) = next(ledger.rows(f"SELECT count(*) FROM objects WHERE {_AT_PLACE}"))  # noqa: S608  our own words
    given: deque[tuple[int, Entry]] = deque()  # results come in the order of their tasks, some hundred behind
    tasks = _tasks(ledger, places, destination, subset, given)
    for found in check_all(tasks, workers, _SECONDS):
        proof.checked += 1
        position, entry = given.popleft()
        told = _write_down(ledger, entry, _followed(ledger, entry, found))
        if told is not None:
            proof.faults.append(told)
        advance(position, total)
    return proof


def _tasks(
    ledger: Ledger, places: Places, destination: Destination, subset: Subset, given: deque[tuple[int, Entry]]
) -> Iterator[CheckTask]:
    for position, entry in enumerate(ledger.entries(_AT_PLACE, scan=True), start=1):
        if subset.takes(entry.final_uid):
            given.append((position, entry))
            yield _task(entry, places, destination)


def _task(entry: Entry, places: Places, destination: Destination) -> CheckTask:
    try:
        relative = places.relative(entry.path)
    except SourceError:  # neither here nor there
        return CheckTask(entry.id, "", entry.target_sha256, entry.final_uid)
    original = places.anywhere(relative) if entry.action == "transcode" else None
    return CheckTask(
        number=entry.id,
        place=str(destination.place(destination.relative(entry, relative))),
        sha256=entry.target_sha256,
        uid=entry.final_uid,
        original="" if original is None else str(original),
        rewritten=bool(entry.rewritten),
    )


def _followed(ledger: Ledger, entry: Entry, found: Checked) -> Checked:
    """Return the fault of an object whose references lead to what was in the archive and is not here."""
    if found.fault:
        return found
    lost = [uid for uid in found.names if uid == entry.final_uid or _is_gone(ledger, uid)]
    return Checked(found.number, "dangling", f"names {lost[0]}") if lost else found


def _is_gone(ledger: Ledger, uid: str) -> bool:
    """Return whether an instance was in the archive and is not at the destination."""
    owners = list(ledger.rows("SELECT state, new_uid FROM objects WHERE uid = ?", uid))
    return bool(owners) and not any(state in FINISHED and not new for state, new in owners)


def _write_down(ledger: Ledger, entry: Entry, found: Checked) -> Entry | None:
    """Write down what was found and return the object if it is at fault.

    One whose original is in quarantine stays retired, so that the original can come back.
    """
    says = words_for(found.fault, found.says, ledger.job["log_paths"])
    if entry.state == "retired":
        return replace(entry, reason=found.fault, says=says) if found.fault else None
    with ledger.commit():
        if not found.fault:
            ledger.move(entry, "verified")
            return None
        return ledger.move(entry, "failed", reason=found.fault, says=says)


def _strangers(ledger: Ledger, places: Places, destination: Destination) -> Iterator[str]:
    """Yield the files among the data that no object of the ledger stands for."""
    known = set()
    for entry in ledger.entries(_WRITTEN, scan=True):
        with contextlib.suppress(SourceError):  # a file that is nowhere any more is no stranger
            known.add(destination.relative(entry, places.relative(entry.path)))
    hidden = ledger.job["log_paths"] == "hash"
    for path in relative_files(destination.root / DATA):
        if path not in known:
            yield str(stored(path, "hash")) if hidden else path
