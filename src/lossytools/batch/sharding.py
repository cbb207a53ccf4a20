"""Parts of a job for machines that share only the archive: cut a ledger up, and put it together again."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lossytools.batch.opening import new_ledger
from lossytools.batch.schema import COLUMNS, UNFINISHED
from lossytools.errors import LedgerError

if TYPE_CHECKING:
    from pathlib import Path

    from lossytools.batch.ledger import Ledger
    from lossytools.batch.schema import Entry

_SHARD = re.compile(r"(\d+)/(\d+)")
_OF_A_RUN = (
    "state", "action", "new_uid", "reason", "says", "objection", "attempts", "source_sha256", "target_sha256",
    "target_size", "rewritten", "native_bytes", "stream_bytes", "psnr_db", "worst_psnr_db", "max_error",
    "seconds",
)  # fmt: skip
"""What a run finds out about an object."""


def parse_shard(text: str) -> tuple[int, int]:
    """Return part and parts of "2/5", the second of five. Raises ValueError."""
    found = _SHARD.fullmatch(text)
    if found is None or not 1 <= int(found[1]) <= int(found[2]):
        raise ValueError(f"{text!r} is no shard, as 2/5 for the second of five")
    return int(found[1]), int(found[2])


def shard_path(ledger: Path, part: int, parts: int) -> Path:
    """Return where the ledger of a shard lies.

    >>> from pathlib import Path
    >>> shard_path(Path("job.ledger"), 2, 5).name
    'job.ledger.2-of-5'
    """
    return ledger.with_name(f"{ledger.name}.{part}-of-{parts}")


def cut_shard(ledger: Ledger, path: Path, part: int, parts: int) -> None:
    """Write the ledger of one shard: whole bundles, so that nothing in it waits for another machine."""
    where = "bundle > 0 AND bundle % ? = ?"
    job = ledger.job | {"shard": f"{part}/{parts}"}
    with new_ledger(path, job) as shard:
        with shard.commit():
            mine = ledger.entries(where, parts, part % parts)
            shard.insert({name: getattr(entry, name) for name in COLUMNS} for entry in mine)
            sql = f"SELECT object, links.uid FROM links JOIN objects ON id = object WHERE {where}"  # noqa: S608
            shard.link(ledger.rows(sql, parts, part % parts))
        shard.index()


def merge_shard(ledger: Ledger, shard: Ledger) -> int:
    """Take over what a shard's run found out; return of how many objects.

    What the ledger knows further already stays. Raises LedgerError where the shard is of another job.
    """
    if shard.job.get("plan") != ledger.job.get("plan"):
        raise LedgerError(f"{shard.path}: is no shard of {ledger.path}")
    if fault := shard.check():
        raise LedgerError(f"{shard.path}: is damaged: {fault}")
    taken = 0
    with ledger.commit():
        for entry in shard.entries():
            mine = next(ledger.entries("id = ?", entry.id), None)
            if mine is None or mine.uid != entry.uid:
                raise LedgerError(f"{shard.path}: object {entry.id} is not the one of {ledger.path}")
            if _knows_more(entry, mine):
                ledger.move(mine, **{name: getattr(entry, name) for name in _OF_A_RUN})
                taken += 1
    _same_destination(ledger, shard)
    return taken


def _knows_more(entry: Entry, mine: Entry) -> bool:
    """Return whether a shard has brought an object to the end of its way, and the ledger has not."""
    return mine.state in {"pending", "running"} and entry.state not in UNFINISHED


def _same_destination(ledger: Ledger, shard: Ledger) -> None:
    known, told = ledger.job.get("destination"), shard.job.get("destination")
    if known and told and known != told:
        raise LedgerError(f"{shard.path}: wrote into {told}, the job into {known}")
    if told and not known:
        with ledger.commit():
            ledger.note(destination=told)
