"""What belongs to a job: its recipe, its archive, its destination, the same at every step."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

from lossytools.batch.destination import DATA, Destination
from lossytools.batch.paths import Places
from lossytools.batch.reasons import REASONS
from lossytools.batch.recipe import Recipe, parse_recipe
from lossytools.errors import DestinationError, LedgerError, UnreadableSource

if TYPE_CHECKING:
    from lossytools.batch.ledger import Ledger
    from lossytools.batch.recipe import References

_AGAIN = (
    "state IN ('failed', 'quarantined') AND action <> 'skip'"
    " OR reason IN ('study-held', 'refers-to-absent') AND action <> 'skip'"
    " OR action = 'directory' AND state IN ('switched', 'verified')"  # they tell of the others
)
_SPOILT = "reason IN ('damaged', 'audit', 'dangling')"


def recipe_of(ledger: Ledger) -> Recipe:
    """Return the recipe that a ledger was planned with."""
    recipe = parse_recipe(ledger.job["recipe"], str(ledger.path))
    return replace(recipe, references=cast("References", ledger.job["references"]))


def places_of(ledger: Ledger) -> Places:
    """Return what finds the files of a ledger's archive, in quarantine and at the destination too."""
    others = [Path(ledger.job["quarantine"])] if "quarantine" in ledger.job else []
    if "destination" in ledger.job:
        others.append(Path(ledger.job["destination"]) / DATA)
    return Places(Path(ledger.job["source"]), ledger.job["log_paths"], tuple(others))


def check_archive(ledger: Ledger) -> None:
    """Raise UnreadableSource where the archive is not there."""
    if not Path(ledger.job["source"]).is_dir():
        raise UnreadableSource(f"{ledger.job['source']}: the archive is not there")


def overlap(one: Path, other: Path) -> bool:
    """Return whether one folder lies in the other, whatever they are called."""
    first, second = Path(os.path.realpath(one)), Path(os.path.realpath(other))
    if first.is_relative_to(second) or second.is_relative_to(first):
        return True
    return any(_is_same(folder, other) for folder in (one, *one.absolute().parents)) or any(
        _is_same(folder, one) for folder in (other, *other.absolute().parents)
    )


def _is_same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False


def destination_of(ledger: Ledger, root: Path, recipe: Recipe) -> Destination:
    """Return the destination, the same at every run. Raises LedgerError, DestinationError."""
    place = root.absolute()
    if overlap(place, Path(ledger.job["source"])):
        raise DestinationError(f"{root}: archive and destination may not lie in each other")
    known = ledger.job.get("destination")
    if known is not None and known != str(place):
        raise LedgerError(f"{ledger.path}: this job writes into {known}, not into {place}")
    return Destination(place, recipe.layout, ledger.job["plan"])


def note_destination(ledger: Ledger, destination: Destination) -> None:
    """Keep the destination, now that it can be written."""
    with ledger.commit():
        ledger.note(destination=str(destination.root))


def known_destination(ledger: Ledger) -> Destination:
    """Return the destination of a job that has run. Raises LedgerError where it has not."""
    if "destination" not in ledger.job:
        raise LedgerError(f"{ledger.path}: nothing has been migrated yet; `lossytools migrate run` does")
    return Destination(Path(ledger.job["destination"]), recipe_of(ledger).layout, ledger.job["plan"])


def check_apart(quarantine: Path, ledger: Ledger) -> None:
    """Raise DestinationError where a quarantine folder lies in archive or destination, or they in it."""
    others = [Path(ledger.job[name]) for name in ("source", "destination") if name in ledger.job]
    if any(overlap(quarantine, other) for other in others):
        raise DestinationError(f"{quarantine}: the quarantine is a folder of its own, beside the archive")


def take_up_again(ledger: Ledger, places: Places, destination: Destination) -> None:
    """Make pending again what failed, is in quarantine, or was held back with its study in a run.

    What a verification found wanting is moved aside, so that its place is free; nothing is deleted.
    """
    for entry in ledger.entries(f"state = 'failed' AND {_SPOILT}"):
        place = destination.place(destination.relative(entry, places.relative(entry.path)))
        destination.set_aside(place, entry.id)
    with ledger.commit():
        for entry in list(ledger.entries(_AGAIN)):
            why = {"reason": entry.objection, "says": REASONS.get(entry.objection, "")}
            ledger.move(entry, "pending", staged="", rewritten=0, **why)
