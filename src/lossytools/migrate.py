"""Migrations of whole archives: plan, run, and look at them; each step takes the ledger of the job.

    from lossytools import migrate
    migrate.plan("archive", "job.ledger", "ultrasound")
    migrate.run("job.ledger", "new-archive")

Worker processes are spawned: a script that plans or runs needs its `if __name__ == "__main__":`.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lossytools.batch.account import Account
from lossytools.batch.destination import Destination
from lossytools.batch.manifest import write_manifest
from lossytools.batch.opening import new_ledger, open_ledger, read_ledger
from lossytools.batch.paths import Places
from lossytools.batch.planning import check_job, job_of, plan_archive
from lossytools.batch.recipe import Recipe, parse_recipe, read_recipe
from lossytools.batch.running import Run, RunOptions
from lossytools.batch.totals import Totals, in_trouble, totals_of
from lossytools.errors import DestinationError, LedgerError, UnreadableSource
from lossytools.pipeline.window import processors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from lossytools.batch.ledger import Ledger
    from lossytools.batch.paths import LogPaths
    from lossytools.batch.schema import Entry

__all__ = [
    "Done",
    "Recipe",
    "RunOptions",
    "Totals",
    "entries",
    "plan",
    "read_recipe",
    "run",
    "run_options",
    "status",
    "trouble",
]


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
    dry_run: bool = False,
    advance: Callable[[int, int], None] = lambda _done, _total: None,
) -> Totals:
    """Look at every file below `source`, decide what becomes of it, and leave that in a new ledger.

    recipe: one read before, the path of one, or the name of one that comes along. log_paths: "hash" keeps
    names and words of the archive out of the ledger. now: the time that results record, None for the
    clock. dry_run: no ledger stays. advance: is called with files done and files in all.

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
        return totals_of(opened)


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
        target = _destination(opened, Path(destination), recipe)
        if retry:
            take_up_again(opened)
        places = places_of(opened)
        target.prepare()
        account = Account(opened, recipe, places, target, told)
        try:
            complete = Run(account, options or run_options(), stopping).run()
        finally:
            _finish(opened, target, places)
        return Done(complete, totals_of(opened), target.root)


def _finish(ledger: Ledger, destination: Destination, places: Places) -> None:
    write_manifest(ledger, destination, places)
    if not totals_of(ledger).left:
        destination.clear()


def recipe_of(ledger: Ledger) -> Recipe:
    """Return the recipe that a ledger was planned with."""
    return parse_recipe(ledger.job["recipe"], str(ledger.path))


def places_of(ledger: Ledger) -> Places:
    """Return what finds the files of a ledger's archive. Raises UnreadableSource where it is gone."""
    root = Path(ledger.job["source"])
    if not root.is_dir():
        raise UnreadableSource(f"{root}: the archive is not there")
    return Places(root, ledger.job["log_paths"])


def _destination(ledger: Ledger, root: Path, recipe: Recipe) -> Destination:
    """Return the destination, the same at every run. Raises LedgerError, DestinationError."""
    place, source = root.absolute(), Path(ledger.job["source"])
    if place.is_relative_to(source) or source.is_relative_to(place):
        raise DestinationError(f"{root}: archive and destination may not lie in each other")
    known = ledger.job.get("destination")
    if known is not None and known != str(place):
        raise LedgerError(f"{ledger.path}: this job writes into {known}, not into {place}")
    if known is None:
        with ledger.commit():
            ledger.note(destination=str(place))
    return Destination(place, recipe.layout)


def take_up_again(ledger: Ledger) -> None:
    """Make pending again what failed, is in quarantine, or was held back with its study in a run."""
    again = "state IN ('failed', 'quarantined') AND uid <> '' OR reason IN ('study-held', 'refers-to-absent')"
    with ledger.commit():
        for entry in list(ledger.entries(again)):
            action = entry.action if entry.action != "skip" else "copy"
            ledger.move(entry, "pending", reason="", says="", action=action, staged="", rewritten=0)


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
