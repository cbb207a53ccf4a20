"""What a run writes into the ledger: where each object stands, and what its file is called meanwhile."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from lossytools.batch.bundle import Bundle
from lossytools.batch.destination import staging_name
from lossytools.batch.reasons import REASONS, words_for
from lossytools.batch.schema import UNFINISHED, within
from lossytools.batch.switching import switch
from lossytools.batch.working import Worked, WorkTask, task_for
from lossytools.errors import DestinationError, SourceError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from lossytools.batch.crew import Lost
    from lossytools.batch.destination import Destination
    from lossytools.batch.ledger import Ledger
    from lossytools.batch.paths import Places
    from lossytools.batch.recipe import Recipe
    from lossytools.batch.schema import Entry

_MEASURED = (
    "source_sha256",
    "target_sha256",
    "target_size",
    "native_bytes",
    "stream_bytes",
    "psnr_db",
    "worst_psnr_db",
    "max_error",
)
_GONE: dict[str, Any] = {"staged": "", "target_size": 0}
"""What is to be said of an object whose result is dropped."""


@dataclass(slots=True)
class Account:
    """Where the objects of a run stand. told: is called with every object that reached the end of its way."""

    ledger: Ledger
    recipe: Recipe
    places: Places
    destination: Destination
    told: Callable[[Entry], None]

    def unfinished(self) -> Iterator[int]:
        """Yield the numbers of the bundles that something is left to do of."""
        sql = f"SELECT DISTINCT bundle FROM objects WHERE bundle > 0 AND {within(UNFINISHED)} ORDER BY bundle"  # noqa: S608
        return iter([number for (number,) in self.ledger.rows(sql)])

    def open(self, number: int) -> Bundle:
        """Return a bundle where it stands; what a killed run had begun is to be begun again."""
        entries = {entry.id: entry for entry in self.ledger.entries("bundle = ?", number)}
        both = self.recipe.references == "both"
        bundle = Bundle(entries, self.ledger.links_of(number), copies_stay=both)
        with self.ledger.commit():
            for entry in list(entries.values()):
                lost = entry.state == "published" and not self._is_there(entry)
                if lost or entry.state == "running":
                    self._move(bundle, entry, "pending", staged="", rewritten=0)
        return bundle

    def _is_there(self, entry: Entry) -> bool:
        """Return whether a published object still lies in the staging folder, or at its place already."""
        if self.destination.staged(entry.staged).exists():
            return True
        try:
            relative = self.places.relative(entry.path)
        except SourceError:
            return False
        return self.destination.place(self.destination.relative(entry, relative)).exists()

    def task(self, entry: Entry, names: Mapping[str, str] | None) -> WorkTask:
        """Return what a worker has to know. names: references to change, None to code the object."""
        ours = entry.state == "published"  # written by us already, now with other references
        staged = self.destination.staged(staging_name(entry.id, again=ours))
        source = self.destination.staged(entry.staged) if ours else self.places.source(entry.path)
        task = task_for(entry, self.recipe, self.ledger.job["now"], source, staged)
        if ours:
            return replace(task, size=-1, names=names, coerced=False)
        if entry.action == "rewrite":
            return replace(task, names=names, new_uid=entry.new_uid)
        return task if names is None else replace(task, names=names)

    def begin(self, bundle: Bundle, entry: Entry) -> None:
        """Write down that a worker has the object."""
        if entry.state == "pending":
            with self.ledger.commit():
                self._move(bundle, entry, "running", attempts=entry.attempts + 1)

    def again(self, bundle: Bundle, entry: Entry) -> None:
        """Write down that the object is to be done once more."""
        if entry.state == "running":
            with self.ledger.commit():
                self._move(bundle, entry, "pending")

    def fail(self, bundle: Bundle, entry: Entry, says: str) -> None:
        """Write down that the object cannot be read."""
        with self.ledger.commit():
            self._drop(entry)
            says = words_for("unreadable", says, self.places.log_paths)
            self._end(bundle, entry, "failed", reason="unreadable", says=says, **_GONE)

    def quarantine(self, bundle: Bundle, entry: Entry, lost: Lost) -> None:
        """Write down that the object takes its workers with it."""
        with self.ledger.commit():
            self._drop(entry)
            self._end(bundle, entry, "quarantined", reason=lost.reason, says=lost.says, **_GONE)

    def write_down(self, bundle: Bundle, entry: Entry, task: WorkTask, result: Worked) -> None:
        """Write down what a worker made of an object."""
        spent = entry.seconds + result.seconds
        with self.ledger.commit():
            if result.end == "copy":
                why = {"reason": result.reason, "says": self._words(result), "objection": result.reason}
                self._move(bundle, entry, "pending", action="copy", new_uid="", seconds=spent, **why)
            elif result.end == "failed":
                self._drop(entry)
                why = {"reason": result.reason, "says": self._words(result)}
                self._end(bundle, entry, "failed", seconds=spent, **why, **_GONE)
            else:
                self._publish(bundle, entry, task, result, spent)

    def _publish(self, bundle: Bundle, entry: Entry, task: WorkTask, result: Worked, spent: float) -> None:
        again = entry.state == "published"
        # What was measured when the object was coded stays when its references change.
        names = ("target_sha256", "target_size") if again else _MEASURED
        columns: dict[str, Any] = {name: getattr(result, name) for name in names}
        columns |= {"staged": staging_name(entry.id, again=again), "seconds": spent}
        self._move(bundle, entry, "published", rewritten=int(bool(task.names)), **columns)
        if again:
            self._drop(entry)

    def _words(self, result: Worked) -> str:
        return words_for(result.reason, result.says, self.places.log_paths)

    def hold(self, bundle: Bundle) -> None:
        """Hold back what cannot or need not be published, unless a worker still has it."""
        every = bundle.needless() | bundle.held()
        held = {number: why for number, why in every.items() if number not in bundle.at_work}
        found = [(bundle.entries[n], why) for n, why in held.items() if bundle.entries[n].state in UNFINISHED]
        if not found:
            return
        with self.ledger.commit():
            for entry, reason in found:
                self._drop(entry)
                self._end(bundle, entry, "skipped", reason=reason, says=REASONS[reason], **_GONE)

    def _drop(self, entry: Entry) -> None:
        if entry.staged:
            self.destination.staged(entry.staged).unlink(missing_ok=True)

    def switch(self, bundle: Bundle) -> bool:
        """Put the objects of a finished bundle in their places; return whether there were places for all.

        Raises DestinationError.
        """
        waiting = [entry for entry in bundle.entries.values() if entry.state == "published"]
        try:
            faults = switch(waiting, self.destination, self.places)
        except DestinationError as error:
            if self.places.log_paths != "hash":
                raise
            reason = getattr(error.__cause__, "strerror", "") or "it cannot be written"
            raise DestinationError(f"{self.destination.root}: a file in it: {reason}") from error
        with self.ledger.commit():
            for entry, fault in faults:
                self._drop(entry)
                self._end(bundle, entry, "failed", reason=fault, says=REASONS[fault], **_GONE)
            if not faults:
                for entry in waiting:
                    self._end(bundle, entry, "switched", staged="")
        return not faults

    def _move(self, bundle: Bundle, entry: Entry, state: str, **columns: Any) -> Entry:
        moved = bundle.entries[entry.id] = self.ledger.move(entry, state, **columns)
        return moved

    def _end(self, bundle: Bundle, entry: Entry, state: str, **columns: Any) -> None:
        self.told(self._move(bundle, entry, state, **columns))
