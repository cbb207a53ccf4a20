"""Migrations of whole archives: plan, run, and look at them; each step takes the ledger of the job.

    from lossytools import migrate
    migrate.plan("archive", "job.ledger", "ultrasound")
    migrate.run("job.ledger", "new-archive")

Worker processes are spawned: a script that plans or runs needs its `if __name__ == "__main__":`.
"""

from __future__ import annotations

import os
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lossytools.batch.account import Account
from lossytools.batch.afterwards import retire, rollback, verify
from lossytools.batch.directories import write_directories
from lossytools.batch.job import (
    check_archive,
    destination_of,
    note_destination,
    places_of,
    recipe_of,
    take_up_again,
)
from lossytools.batch.manifest import write_manifest
from lossytools.batch.network import Transfer, fetch_archive, is_address, send_results
from lossytools.batch.opening import new_ledger, open_ledger, read_ledger
from lossytools.batch.planning import check_job, job_of, plan_archive
from lossytools.batch.prediction import Prediction
from lossytools.batch.proof import Proof
from lossytools.batch.recipe import Recipe, read_recipe
from lossytools.batch.running import Run, RunOptions
from lossytools.batch.sampling import sample as take_sample
from lossytools.batch.sharding import cut_shard, merge_shard, parse_shard, shard_path
from lossytools.batch.standing import entries, status, trouble
from lossytools.batch.totals import Totals, objects_left, totals_of
from lossytools.errors import LedgerError, UnreadableSource
from lossytools.pipeline.window import processors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from lossytools.batch.destination import Destination
    from lossytools.batch.ledger import Ledger
    from lossytools.batch.paths import LogPaths, Places
    from lossytools.batch.recipe import References
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
    "merge",
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
    """What a plan found.

    prediction: None where no sample was asked for. refused: what an archive on the network did not give, with
    the reason.
    """

    totals: Totals
    prediction: Prediction | None
    refused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Done:
    """What a run did. complete: nothing is left to do; False where it was stopped. ledger: of its shard."""

    complete: bool
    totals: Totals
    destination: Path
    ledger: Path
    transfer: Transfer


def plan(  # noqa: PLR0913 - choices by name
    source: Path | str,
    ledger: Path | str,
    recipe: Recipe | str = "ultrasound",
    *,
    references: References | None = None,
    log_paths: LogPaths = "full",
    workers: int = 0,
    now: datetime | None = None,
    sample: int = 0,
    dry_run: bool = False,
    advance: Callable[[int, int], None] = lambda _done, _total: None,
) -> Planned:
    """Look at every file below `source`, decide what becomes of it, and leave that in a new ledger.

    source: a folder, or the address of an archive on the network, see `lossytools.net`; that is fetched into
    the folder LEDGER.fetched first, and what is there already is not fetched again.

    recipe: one read before, the path of one, or the name of one that comes along. references: instead of what
    it says. log_paths: "hash" keeps names and words of the archive out of the ledger. now: the time that
    results record, None for the clock. sample: how many objects to do for a prediction, about; 0 for none.
    dry_run: no ledger stays. advance: is called with files done and files in all.

    Raises RecipeError, UnreadableSource, LedgerError, LedgerInUse, CodecMissing.
    """
    _check_free(Path(ledger))
    transfer = Transfer(0, ())
    if is_address(str(source)):
        address, source = str(source), Path(f"{ledger}.fetched")
        transfer = fetch_archive(address, source, lambda done: advance(done, 0))
    chosen = read_recipe(recipe) if isinstance(recipe, str) else recipe
    chosen = chosen if references is None else replace(chosen, references=references)
    archive, path = Path(source), Path(ledger)
    if not archive.is_dir():
        raise UnreadableSource(f"{archive}: is no folder")
    if Path(os.path.realpath(path.parent)).is_relative_to(os.path.realpath(archive)):
        raise LedgerError(f"{path}: lies in the archive itself; put the ledger beside it")
    job = job_of(archive, chosen, log_paths, now)
    with new_ledger(path, job, keep=not dry_run) as opened:
        plan_archive(opened, archive, chosen, workers=workers, advance=advance)
        predicted = _predict(opened, chosen, sample, workers, advance) if sample else None
        return Planned(totals_of(opened), predicted, transfer.refused)


def _check_free(ledger: Path) -> None:
    """Raise LedgerError where something stands already: before an archive is fetched or looked at."""
    if ledger.exists():
        raise LedgerError(f"{ledger}: exists already; a ledger is of one job: name another")


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
    shard: str = "",
    told: Callable[[Entry], None] = lambda _entry: None,
    stopping: Callable[[], bool] = lambda: False,
) -> Done:
    """Do what a ledger has planned and is not done, into the folder `destination`.

    destination: may be the address of an archive on the network as well, see `lossytools.net`: the results
    are written to the folder LEDGER.out, then sent, and read back to be compared.

    retry: take up again what failed, what is in quarantine, and studies held back. shard: "2/5" does the
    second of five parts, in a ledger of its own beside this one, which `merge` takes over. told: is called
    with each object that reached the end of its way. stopping: is asked whether to stop; what is at work is
    finished then.

    Raises LedgerError, LedgerInUse, CodecMissing; DestinationError where nothing can be written any more:
    another run goes on from there.
    """
    with closing(open_ledger(_shard(Path(ledger), shard))) as opened:
        recipe = recipe_of(opened)
        check_job(opened, recipe)
        address = str(destination) if is_address(str(destination)) else ""
        target = destination_of(opened, Path(f"{ledger}.out" if address else destination), recipe)
        check_archive(opened)
        target.prepare()
        note_destination(opened, target)
        places = places_of(opened)
        if retry:
            take_up_again(opened, places, target)
        account = Account(opened, recipe, places, target, told)
        complete = Run(account, options or run_options(), stopping).run() and not objects_left(opened)
        _finish(opened, target, places)
        transfer = Transfer(0, ())
        if address and complete:
            transfer = send_results(opened, places, target, address)
        return Done(complete, totals_of(opened), target.root, opened.path, transfer)


def _shard(ledger: Path, shard: str) -> Path:
    """Return the ledger to work on: that of a shard is cut out when it is not there. Raises ValueError."""
    if not shard:
        return ledger
    part, parts = parse_shard(shard)
    path = shard_path(ledger, part, parts)
    if not path.exists():
        with closing(read_ledger(ledger)) as whole:
            cut_shard(whole, path, part, parts)
    return path


def merge(ledger: Path | str, shards: Iterable[Path | str]) -> int:
    """Take over what runs of shards have done, and return of how many objects.

    A run of the whole ledger then writes the manifest and the DICOMDIRs, and does what no shard has done.
    Raises LedgerError, LedgerInUse.
    """
    with closing(open_ledger(Path(ledger))) as opened:
        taken = 0
        for path in shards:
            with closing(open_ledger(Path(path))) as shard:
                taken += merge_shard(opened, shard)
        return taken


def _finish(ledger: Ledger, destination: Destination, places: Places) -> None:
    if "shard" in ledger.job:
        return  # the manifest, the DICOMDIRs and the staging folder belong to all shards
    if not objects_left(ledger):
        write_directories(ledger, places, destination)
    write_manifest(ledger, destination, places)
    if not totals_of(ledger).left:
        destination.clear()


def run_options(workers: int = 0, **choices: Any) -> RunOptions:
    """Return how a run works. workers: 0 for one a processor. choices: as of RunOptions."""
    return RunOptions(workers or processors(), **choices)
