"""What a ledger amounts to: objects and bytes by state, rule and reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lossytools.batch.schema import COLUMNS, UNFINISHED, Entry, within

if TYPE_CHECKING:
    from lossytools.batch.ledger import Ledger

_BY_KIND = (
    "SELECT state, action, rule, reason, count(*), sum(size), sum(target_size) FROM objects"
    " GROUP BY state, action, rule, reason ORDER BY state, action, rule, reason"
)
_HARMLESS = {"rule", "not-dicom", "link", "duplicate", "file-ids", "nothing-to-follow"}
"""Reasons of skipped objects that lose nothing."""


@dataclass(frozen=True, slots=True)
class Total:
    """Objects of one kind. size, target_size: all their bytes, before and after."""

    state: str
    action: str
    rule: str
    reason: str
    objects: int
    size: int
    target_size: int

    @property
    def is_trouble(self) -> bool:
        """Somebody has to look at these: they are not published and were meant to be."""
        lost = self.state == "skipped" and self.reason not in _HARMLESS
        return lost or self.state in {"failed", "quarantined"}


@dataclass(frozen=True, slots=True)
class Totals:
    """All objects of a ledger by kind."""

    kinds: tuple[Total, ...]

    def objects(self, *states: str) -> int:
        """Return how many objects are in one of these states, all of them for none."""
        return sum(kind.objects for kind in self.kinds if kind.state in states or not states)

    def size(self, *states: str) -> int:
        """Return the bytes of the sources in one of these states."""
        return sum(kind.size for kind in self.kinds if kind.state in states or not states)

    def target_size(self, *states: str) -> int:
        """Return the bytes of the results in one of these states."""
        return sum(kind.target_size for kind in self.kinds if kind.state in states or not states)

    @property
    def trouble(self) -> int:
        """How many objects somebody has to look at."""
        return sum(kind.objects for kind in self.kinds if kind.is_trouble)

    @property
    def left(self) -> int:
        """How many objects are still to be done."""
        return self.objects(*UNFINISHED)


_TROUBLE = (
    "state IN ('failed', 'quarantined') OR state = 'skipped' AND reason NOT IN"
    f" ({', '.join(repr(reason) for reason in sorted(_HARMLESS))})"
)


def in_trouble(ledger: Ledger, most: int) -> list[Entry]:
    """Return the first objects that somebody has to look at."""
    # The plus keeps SQLite from walking through all objects in order to find the first ones.
    sql = f"SELECT {', '.join(COLUMNS)} FROM objects WHERE {_TROUBLE} ORDER BY +id LIMIT ?"  # noqa: S608
    return [Entry(*row) for row in ledger.rows(sql, most)]


def objects_left(ledger: Ledger) -> bool:
    """Return whether an object, DICOMDIRs apart, is still to be done."""
    sql = f"SELECT 1 FROM objects WHERE {within(UNFINISHED)} AND action <> 'directory' LIMIT 1"  # noqa: S608
    return next(ledger.rows(sql), None) is not None


def totals_of(ledger: Ledger) -> Totals:
    """Return the totals. Raises LedgerError."""
    return Totals(tuple(Total(*row) for row in ledger.rows(_BY_KIND)))
