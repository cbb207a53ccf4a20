"""What is done with the results of a migration, and with its originals."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from lossytools.batch.job import check_apart, check_archive, known_destination, places_of
from lossytools.batch.opening import open_ledger
from lossytools.batch.proof import Proof, parse_subset, prove
from lossytools.batch.retiring import prepare_quarantine, retirable, roll_back
from lossytools.batch.retiring import retire as retire_originals
from lossytools.batch.totals import totals_of
from lossytools.errors import LedgerError
from lossytools.pipeline.window import processors

if TYPE_CHECKING:
    from collections.abc import Callable

    from lossytools.batch.schema import Entry


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
            return sum(1 for _ in retirable(opened, places_of(opened)))
        place = str(Path(quarantine).absolute())
        known = opened.job.get("quarantine", place)
        if known != place:
            raise LedgerError(f"{ledger}: originals of this job go to {known}, not to {place}")
        check_archive(opened)
        check_apart(Path(place), opened)
        prepare_quarantine(Path(place), Path(opened.job["source"]))
        with opened.commit():
            opened.note(quarantine=place)
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
