"""What belongs to a job: its recipe, its archive, its destination, the same at every step."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

from lossytools.batch.destination import Destination
from lossytools.batch.paths import Places
from lossytools.batch.recipe import Recipe, parse_recipe
from lossytools.errors import DestinationError, LedgerError, UnreadableSource

if TYPE_CHECKING:
    from lossytools.batch.ledger import Ledger
    from lossytools.batch.recipe import References


def recipe_of(ledger: Ledger) -> Recipe:
    """Return the recipe that a ledger was planned with."""
    recipe = parse_recipe(ledger.job["recipe"], str(ledger.path))
    return replace(recipe, references=cast("References", ledger.job["references"]))


def places_of(ledger: Ledger) -> Places:
    """Return what finds the files of a ledger's archive. Raises UnreadableSource where it is gone."""
    root = Path(ledger.job["source"])
    if not root.is_dir():
        raise UnreadableSource(f"{root}: the archive is not there")
    quarantine = ledger.job.get("quarantine")
    return Places(root, ledger.job["log_paths"], None if quarantine is None else Path(quarantine))


def destination_of(ledger: Ledger, root: Path, recipe: Recipe) -> Destination:
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


def known_destination(ledger: Ledger) -> Destination:
    """Return the destination of a job that has run. Raises LedgerError where it has not."""
    if "destination" not in ledger.job:
        raise LedgerError(f"{ledger.path}: nothing has been migrated yet; `lossytools migrate run` does")
    return Destination(Path(ledger.job["destination"]), recipe_of(ledger).layout)


def check_apart(quarantine: Path, ledger: Ledger) -> None:
    """Raise DestinationError where a quarantine folder lies in the archive, or the other way round."""
    others = [Path(ledger.job[name]) for name in ("source", "destination") if name in ledger.job]
    if any(quarantine.is_relative_to(other) or other.is_relative_to(quarantine) for other in others):
        raise DestinationError(f"{quarantine}: the quarantine is a folder of its own, beside the archive")


def take_up_again(ledger: Ledger) -> None:
    """Make pending again what failed, is in quarantine, or was held back with its study in a run."""
    again = "state IN ('failed', 'quarantined') AND uid <> '' OR reason IN ('study-held', 'refers-to-absent')"
    again += " OR action = 'directory' AND state IN ('switched', 'verified')"  # they tell of the others
    with ledger.commit():
        for entry in list(ledger.entries(again)):
            action = entry.action if entry.action != "skip" else "copy"
            ledger.move(entry, "pending", reason="", says="", action=action, staged="", rewritten=0)
