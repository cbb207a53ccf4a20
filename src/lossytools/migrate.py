"""Migrations of whole archives: plan, run, and look at them; each step takes the ledger of the job.

    from lossytools import migrate
    migrate.plan("archive", "job.ledger", "ultrasound")
    migrate.run("job.ledger", "new-archive")

Worker processes are spawned: a script that plans or runs needs its `if __name__ == "__main__":`.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from lossytools.batch.account import Account
from lossytools.batch.directories import write_directories
from lossytools.batch.job import (
    check_apart,
    destination_of,
    known_destination,
    places_of,
    recipe_of,
    take_up_again,
)
from lossytools.batch.manifest import write_manifest
from lossytools.batch.opening import new_ledger, open_ledger, read_ledger
from lossytools.batch.planning import check_job, job_of, plan_archive
from lossytools.batch.prediction import Prediction
from lossytools.batch.proof import Proof, parse_subset, prove
from lossytools.batch.recipe import Recipe, read_recipe
from lossytools.batch.retiring import retirable, roll_back
from lossytools.batch.retiring import retire as retire_originals
from lossytools.batch.running import Run, RunOptions
from lossytools.batch.sampling import sample as take_sample
from lossytools.batch.totals import Totals, in_trouble, objects_left, totals_of
from lossytools.errors import LedgerError, UnreadableSource
from lossytools.pipeline.window import processors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lossytools.batch.destination import Destination
    from lossytools.batch.ledger import Ledger
    from lossytools.batch.paths import LogPaths, Places
    from lossytools.batch.schema import Entry

__all__ = [
    "Done",
    "Planned",
    "Prediction",
    "Proof",
    "Recipe",
    "RunOptions",
    "Totals",
    "entries",
    "plan",
    "read_recipe",
    "retire",
    "rollback",
    "run",
    "run_options",
    "status",
    "trouble",
    "verify",
]


@dataclass(frozen=True, slots=True)
class Planned:
    """What a plan found. prediction: None where no sample was asked for."""

    totals: Totals
    prediction: Prediction | None


@dataclass(frozen=True, slots=True)
class Done:
    """What a run did. complete: nothing is left to do; False where it was stopped."""

    complete: bool
    totals: Totals
    destination: Path


def plan(  # noqa: PLR0913 - choices by name
    source: Path | str,
    ledger: Path | str,
    recipe: Recipe | str = "ultrasound",
    *,
    log_paths: LogPaths = "full",
    workers: int = 0,
    now: datetime | None = None,
    sample: int = 0,
    dry_run: bool = False,
    advance: Callable[[int, int], None] = lambda _done, _total: None,
) -> Planned:
    """Look at every file below `source`, decide what becomes of it, and leave that in a new ledger.

    recipe: one read before, the path of one, or the name of one that comes along. log_paths: "hash" keeps
    names and words of the archive out of the ledger. now: the time that results record, None for the clock.
    sample: how many objects to do for a prediction, about; 0 for none. dry_run: no ledger stays. advance: is
    called with files done and files in all.

    Raises RecipeError, UnreadableSource, LedgerError, LedgerInUse, CodecMissing.
    """
    chosen = read_recipe(recipe) if isinstance(recipe, str) else recipe
    archive, path = Path(source), Path(ledger)
    if not archive.is_dir():
        raise UnreadableSource(f"{archive}: is no folder")
    if path.absolute().parent.is_relative_to(archive.absolute()):
        raise LedgerError(f"{path}: lies in the archive itself; put the ledger beside it")
    job = job_of(archive, chosen, log_paths, now)
    with new_ledger(path, job, keep=not dry_run) as opened:
        plan_archive(opened, archive, chosen, workers=workers, advance=advance)
        predicted = _predict(opened, chosen, sample, workers, advance) if sample else None
        return Planned(totals_of(opened), predicted)


def _predict(
    ledger: Ledger, recipe: Recipe, most: int, workers: int, advance: Callable[[int, int], None]
) -> Prediction:
    predicted = take_sample(
        ledger, recipe, places_of(ledger), most, options=run_options(workers), advance=advance
    )
    with ledger.commit():
        ledger.note(prediction=predicted.as_text())
    return predicted


def run(  # noqa: PLR0913 - choices by name
    ledger: Path | str,
    destination: Path | str,
    options: RunOptions | None = None,
    *,
    retry: bool = False,
    told: Callable[[Entry], None] = lambda _entry: None,
    stopping: Callable[[], bool] = lambda: False,
) -> Done:
    """Do what a ledger has planned and is not done, into the folder `destination`.

    retry: take up again what failed, what is in quarantine, and studies held back. told: is called with
    each object that reached the end of its way. stopping: is asked whether to stop; what is at work is
    finished then.

    Raises LedgerError, LedgerInUse, CodecMissing; DestinationError where nothing can be written any more:
    another run goes on from there.
    """
    with closing(open_ledger(Path(ledger))) as opened:
        recipe = recipe_of(opened)
        check_job(opened, recipe)
        target = destination_of(opened, Path(destination), recipe)
        if retry:
            take_up_again(opened)
        places = places_of(opened)
        target.prepare()
        account = Account(opened, recipe, places, target, told)
        complete = Run(account, options or run_options(), stopping).run()
        _finish(opened, target, places)
        return Done(complete, totals_of(opened), target.root)


def _finish(ledger: Ledger, destination: Destination, places: Places) -> None:
    if not objects_left(ledger):
        write_directories(ledger, places, destination)
    write_manifest(ledger, destination, places)
    if not totals_of(ledger).left:
        destination.clear()


def verify(
    ledger: Path | str,
    subset: str = "100%",
    *,
    workers: int = 0,
    advance: Callable[[int, int], None] = lambda _done, _total: None,
) -> Proof:
    """Read published objects again and find out whether they are as they should be.

    subset: "10%" of them, others at each call; or "2/5", the second of five slices. workers: processes, 0 for
    one a processor. Raises ValueError for another subset, LedgerError, LedgerInUse.
    """
    chosen = parse_subset(subset, datetime.now(UTC).isoformat())
    with closing(open_ledger(Path(ledger))) as opened:
        places, target = places_of(opened), known_destination(opened)
        return prove(opened, places, target, chosen, workers=workers or processors(), advance=advance)


def retire(
    ledger: Path | str,
    quarantine: Path | str,
    *,
    dry_run: bool = False,
    told: Callable[[Entry, str], None] = lambda _entry, _fault: None,
) -> int:
    """Move the originals of verified studies to the folder `quarantine`, and return how many.

    told: is called with each object and what kept its original where it is, "" for nothing. dry_run: only
    count. Raises LedgerError, LedgerInUse, DestinationError.
    """
    with closing(open_ledger(Path(ledger))) as opened:
        if dry_run:
            return len(retirable(opened))
        place = str(Path(quarantine).absolute())
        known = opened.job.get("quarantine", place)
        if known != place:
            raise LedgerError(f"{ledger}: originals of this job go to {known}, not to {place}")
        check_apart(Path(place), opened)
        with opened.commit():
            opened.note(quarantine=place)
        Path(place).mkdir(parents=True, exist_ok=True)
        return retire_originals(opened, places_of(opened), Path(place), told)


def rollback(
    ledger: Path | str,
    *,
    dry_run: bool = False,
    told: Callable[[Entry, str], None] = lambda _entry, _fault: None,
) -> int:
    """Move all originals back to where they were, and return how many; the results stay where they are.

    told, dry_run: as for `retire`. Raises LedgerError, LedgerInUse, DestinationError.
    """
    with closing(open_ledger(Path(ledger))) as opened:
        if "quarantine" not in opened.job:
            return 0
        if dry_run:
            return totals_of(opened).objects("retired")
        return roll_back(opened, places_of(opened), Path(opened.job["quarantine"]), told)


def run_options(workers: int = 0, seconds: float = 3600.0, memory: int = 8 << 30) -> RunOptions:
    """Return how a run works. workers: 0 for one a processor. memory: bytes of a worker, 0 for no limit."""
    return RunOptions(workers or processors(), seconds, memory)


def status(ledger: Path | str) -> Totals:
    """Return where a job stands, while a run works on it or not. Raises LedgerError."""
    with closing(read_ledger(Path(ledger))) as opened:
        return totals_of(opened)


def trouble(ledger: Path | str, most: int = 20) -> list[Entry]:
    """Return the first objects that are not published and were meant to be. Raises LedgerError."""
    with closing(read_ledger(Path(ledger))) as opened:
        return in_trouble(opened, most)


def entries(ledger: Path | str) -> Iterator[Entry]:
    """Yield every object of a ledger. Raises LedgerError."""
    with closing(read_ledger(Path(ledger))) as opened:
        yield from opened.entries()
