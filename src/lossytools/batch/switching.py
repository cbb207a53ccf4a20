"""Put the objects of whole studies in their places."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lossytools.batch.copying import digest_file
from lossytools.batch.destination import put_in_place

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from lossytools.batch.destination import Destination
    from lossytools.batch.paths import Places
    from lossytools.batch.schema import Entry


def switch(entries: Iterable[Entry], destination: Destination, places: Places) -> list[tuple[Entry, str]]:
    """Put published objects in their places; where some have none, return these and why, and move nothing.

    An object that stands at its place already, as a killed run left it, stays. Raises DestinationError.
    """
    faults: list[tuple[Entry, str]] = []
    moves: list[tuple[Path, Path]] = []
    taken: set[Path] = set()
    for entry in entries:
        place = destination.place(destination.relative(entry, places.relative(entry.path)))
        staged = destination.staged(entry.staged)
        fault = destination.fault_of(place)
        if not fault and (place in taken or _is_another(place, staged, entry)):
            fault = "target-exists"
        if fault:
            faults.append((entry, fault))
        taken.add(place)
        moves.append((staged, place))
    if not faults:
        put_in_place(moves)
    return faults


def _is_another(place: Path, staged: Path, entry: Entry) -> bool:
    """Return whether a file stands there that is not this object."""
    if not place.exists():
        return False
    if place.is_file() and staged.exists() and place.samefile(staged):
        return False
    return not place.is_file() or digest_file(place) != entry.target_sha256
