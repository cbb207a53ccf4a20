"""Keep what others refer to, and have it compressed as well: each such object then stands twice.

An image that is referred to is copied as it was beside its compressed copy; an object that refers to one is
copied as it was, and gains a new instance that names the compressed one. So every reference holds, old or
new.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from lossytools.batch.reasons import REASONS
from lossytools.batch.schema import COLUMNS
from lossytools.changes import named_uid

if TYPE_CHECKING:
    from lossytools.batch.ledger import Ledger
    from lossytools.batch.schema import Entry

_LINKED = (
    "SELECT object, t.id FROM links JOIN objects o ON o.id = object JOIN objects t ON t.uid = links.uid"
    " WHERE o.state = 'pending' AND t.state = 'pending'"
)


def add_twins(ledger: Ledger) -> None:
    """Add the second object of everything that is to stand twice."""
    kept, followers = _affected(ledger)
    salt = ledger.job["recipe_sha256"] + ledger.job["libraries"]
    with ledger.commit():
        (last,) = next(ledger.rows("SELECT max(id) FROM objects"))
        for number in sorted(kept):
            entry = next(ledger.entries("id = ?", number))
            last += 1
            ledger.execute("UPDATE objects SET twin = 1 WHERE id = ?", number)
            _add(ledger, entry, last, action="copy", codec="", new_uid="", reason="kept-as-well")
        for number in sorted(followers):
            entry = next(ledger.entries("id = ?", number))
            last += 1
            new = named_uid(entry.uid, "references", salt)
            _add(ledger, entry, last, action="rewrite", new_uid=new, twin=1)


def _affected(ledger: Ledger) -> tuple[set[int], set[int]]:
    """Return the images that are referred to, and the objects that have to follow them, directly or not."""
    renamed = "SELECT id FROM objects WHERE action = 'transcode' AND new_uid <> ''"
    coded = {number for (number,) in ledger.rows(renamed)}
    referrers: dict[int, set[int]] = defaultdict(set)
    for one, other in ledger.rows(_LINKED):
        referrers[other].add(one)
    kept = {number for number in coded if referrers.get(number)}
    followers: set[int] = set()
    waiting = sorted(coded)
    while waiting:
        for one in referrers.get(waiting.pop(), ()):
            if one not in followers and one not in coded:
                followers.add(one)
                waiting.append(one)
    return kept, followers


def _add(ledger: Ledger, entry: Entry, number: int, **columns: object) -> None:
    """Add an object like `entry`, with the same references, under a number of its own."""
    row = {name: getattr(entry, name) for name in COLUMNS} | columns | {"id": number}
    row["says"] = REASONS[str(row["reason"])] if row["reason"] else ""
    ledger.insert([row])
    ledger.execute("INSERT INTO links SELECT ?, uid FROM links WHERE object = ?", number, entry.id)
