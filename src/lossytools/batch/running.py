"""Run a planned migration: objects through workers into the destination, study by study, any number of times.

The ledger tells where a run that was stopped or killed stood. What was begun and is not whole is done again;
what was published is not touched.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

from lossytools.batch.crew import Crew, Lost, Staff
from lossytools.batch.working import Worked, WorkTask, work
from lossytools.errors import CodecMissing, DestinationError, LossyToolsError, SourceError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from lossytools.batch.account import Account
    from lossytools.batch.bundle import Bundle

_PATIENCE = 0.5  # seconds after which it is asked whether to stop


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How a run works, whatever it works on.

    workers: processes. seconds: that one object may take. memory: bytes of address space that a worker may
    have, 0 for no limit. engine: "dask" works on the machines of a Dask cluster, at `scheduler`, such as
    "tcp://host:8786"; "" is a cluster of its own on this machine.
    """

    workers: int = 1
    seconds: float = 3600.0
    memory: int = 8 << 30
    engine: Literal["local", "dask"] = "local"
    scheduler: str = ""


def open_staff(options: RunOptions) -> Staff[WorkTask, Worked]:
    """Return workers. Raises LibraryMissing without Dask where that is wanted."""
    if options.engine == "dask":
        from lossytools.batch.dask_crew import DaskCrew  # noqa: PLC0415  optional

        return DaskCrew(options, options.scheduler)
    return Crew[WorkTask, Worked](work, options.workers, options.seconds, options.memory)


class _Queued(NamedTuple):
    """An object that can be done now. names: references to change, None to code the object."""

    bundle: Bundle
    number: int
    names: Mapping[str, str] | None


class Run:
    """One run over a ledger."""

    def __init__(
        self, account: Account, options: RunOptions, stopping: Callable[[], bool] = lambda: False
    ) -> None:
        """Prepare. stopping: is asked whether to stop; what is being worked on is finished then."""
        self._account, self._options, self._stopping = account, options, stopping
        self._owners: dict[int, Bundle] = {}
        self._queue: deque[_Queued] = deque()
        self._alone: deque[_Queued] = deque()
        self._retried: set[int] = set()
        self._error: LossyToolsError | None = None
        self._numbers: Iterator[int] = iter(())

    def run(self) -> bool:
        """Work until everything is done; return whether it is, rather than stopped.

        Raises DestinationError where nothing can be written, CodecMissing, LedgerError.
        """
        self._numbers = self._account.unfinished()
        crew = open_staff(self._options)
        try:
            while self._fill(crew) or len(crew):
                for task, result in crew.hear(_PATIENCE):
                    self._take(task, result)
        finally:
            crew.close()
        if self._error is not None:
            raise self._error
        return not self._stopping()

    def _halted(self) -> bool:
        return self._error is not None or self._stopping()

    def _fill(self, crew: Staff[WorkTask, Worked]) -> bool:
        """Give tasks to whoever has none; return whether there is more to do although nobody works."""
        while crew.free and not self._halted():
            if self._queue:
                self._give(crew, self._queue.popleft())
            elif (number := next(self._numbers, None)) is not None:
                bundle = self._account.open(number)
                self._owners |= dict.fromkeys(bundle.entries, bundle)
                self._advance(bundle)
            else:
                break
        if self._alone and not self._queue and not len(crew) and not self._halted():
            self._give(crew, self._alone.popleft())
        return bool(self._queue or self._alone) and not self._halted()

    def _give(self, crew: Staff[WorkTask, Worked], queued: _Queued) -> None:
        bundle, number, names = queued
        entry = bundle.entries[number]
        if entry.state not in {"pending", "published"}:  # held back meanwhile
            bundle.given.discard(number)
            self._advance_if_due(bundle, number)
            return
        try:
            task = self._account.task(entry, names)
        except SourceError as error:  # its file is not to be found any more
            self._account.fail(bundle, entry, str(error))
            bundle.given.discard(number)
            self._advance_if_due(bundle, number)
            return
        self._account.begin(bundle, entry)
        bundle.at_work.add(number)
        crew.give(task)

    def _take(self, task: WorkTask, result: Worked | Lost) -> None:
        """Write down what became of a task, and go on with its bundle."""
        bundle = self._owners[task.number]
        entry = bundle.entries[task.number]
        bundle.at_work.discard(task.number)
        bundle.given.discard(task.number)
        if isinstance(result, Lost):
            self._lose(bundle, task, result)
        elif result.end in {"destination", "library"}:
            kind = DestinationError if result.end == "destination" else CodecMissing
            self._error = self._error or kind(result.says)
            self._account.again(bundle, entry)
            return
        else:
            self._account.write_down(bundle, entry, task, result)
        self._advance_if_due(bundle, task.number)

    def _advance_if_due(self, bundle: Bundle, number: int) -> None:
        """Go on with a bundle when all of it that was given is done, or when something of it has failed.

        Looking at all of its objects after each of them would take the square of their number.
        """
        if not bundle.given or bundle.entries[number].state in {"failed", "quarantined"}:
            self._advance(bundle)

    def _lose(self, bundle: Bundle, task: WorkTask, lost: Lost) -> None:
        """Try an object that was lost again at the end, by itself; then put it into quarantine."""
        entry = bundle.entries[task.number]
        if task.number in self._retried:
            self._account.quarantine(bundle, entry, lost)
            return
        self._retried.add(task.number)
        self._account.again(bundle, entry)
        bundle.given.add(task.number)
        self._alone.append(_Queued(bundle, task.number, task.names))

    def _advance(self, bundle: Bundle) -> None:
        """Hold back what cannot be published, put what is whole in its place, queue what can be done next."""
        while True:
            self._account.hold(bundle)
            if not bundle.is_done() or self._error is not None:
                break
            try:
                if self._account.switch(bundle):
                    self._close(bundle)
                    return
            except DestinationError as error:
                self._error = error
                return
        for entry, names in bundle.due():
            bundle.given.add(entry.id)
            self._queue.append(_Queued(bundle, entry.id, names))

    def _close(self, bundle: Bundle) -> None:
        for number in bundle.entries:
            self._owners.pop(number, None)
