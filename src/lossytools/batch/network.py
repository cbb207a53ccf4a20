"""Archives on the network as the ends of a migration: fetched before into a folder, sent afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lossytools.batch.schema import FINISHED, within

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lossytools.batch.destination import Destination
    from lossytools.batch.ledger import Ledger
    from lossytools.batch.paths import Places
    from lossytools.net import End

_SCHEMES = ("dicomweb+", "dicom:")
_SENT = (
    "CREATE TABLE IF NOT EXISTS sent (object INTEGER PRIMARY KEY, sha256 TEXT NOT NULL, place TEXT NOT NULL)"
)
_UNSENT = (
    f"{within(FINISHED)} AND action <> 'directory'"  # noqa: S608  our own words, no value of a file
    " AND NOT EXISTS (SELECT 1 FROM sent WHERE object = id AND place = ? AND sha256 = target_sha256)"
)


@dataclass(frozen=True, slots=True)
class Transfer:
    """What went over the network. refused: what did not, each with the reason, in words."""

    done: int
    refused: tuple[str, ...]


def is_address(text: str) -> bool:
    """Return whether a text names an archive on the network, and not a folder.

    >>> is_address("dicomweb+http://host/dicom-web"), is_address("archive/dicom")
    (True, False)
    """
    return text.startswith(_SCHEMES)


def fetch_archive(address: str, folder: Path, told: Callable[[int], None] = lambda _done: None) -> Transfer:
    """Fetch everything that an archive has into `folder`; what stands there whole is not fetched again.

    told: is called with how many are done. Raises NetError, LibraryMissing, DestinationError.
    """
    from lossytools.net import Refused, fetch_all, open_end  # noqa: PLC0415  loads HTTP and DIMSE

    folder.mkdir(parents=True, exist_ok=True)
    refused: list[str] = []
    done = 0
    with open_end(address) as end:
        for each in fetch_all(end, folder):
            if isinstance(each, Refused):
                refused.append(f"{each.remote.instance}: {each.reason}")
            else:
                done += 1
            told(done)
    return Transfer(done, tuple(refused))


def send_results(ledger: Ledger, places: Places, destination: Destination, address: str) -> Transfer:
    """Send every object that stands at its place to an archive, and read it back to compare.

    What was sent before and given back the same is not sent again. Raises NetError, LibraryMissing.
    """
    from lossytools.net import open_end, parse_address  # noqa: PLC0415  loads HTTP and DIMSE

    place = repr(parse_address(address))  # without user and password
    with ledger.commit():
        ledger.execute(_SENT)
    refused: list[str] = []
    done = 0
    with open_end(address) as end:
        for entry in ledger.entries(_UNSENT, place):
            fault = _send(end, destination.place(destination.relative(entry, places.relative(entry.path))))
            if fault:
                refused.append(f"{entry.final_uid}: {fault}")
            else:
                done += 1
                row = (entry.id, entry.target_sha256, place)
                with ledger.commit():
                    ledger.execute("INSERT OR REPLACE INTO sent VALUES (?, ?, ?)", *row)
    return Transfer(done, tuple(refused))


def _send(end: End, path: Path) -> str:
    """Send one file and compare what is given back; return what is wrong, "" for nothing."""
    from lossytools.net import send_all  # noqa: PLC0415  loaded already

    (sent,) = send_all(end, [path])
    return "" if sent.safe else f"{sent.result}: {sent.says}"
