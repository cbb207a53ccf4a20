"""Where a job stands, read from its ledger alone: nothing that decodes or writes objects is loaded."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from lossytools.batch.opening import read_ledger
from lossytools.batch.totals import Totals, in_trouble, totals_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lossytools.batch.schema import Entry


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
