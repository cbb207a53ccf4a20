"""The tables of a ledger, and one row of the objects it keeps account of."""

from __future__ import annotations

from dataclasses import dataclass, fields

VERSION = 1
STATES = (
    "pending",
    "running",
    "published",
    "switched",
    "verified",
    "retired",
    "skipped",
    "failed",
    "quarantined",
)
"""The states of an object. published: whole and durable in the staging folder of the destination. switched:
at its place, with all of its study. verified: read again, and as it should be. retired: its original has been
moved away. skipped: left out or held back. failed: its own fault. quarantined: it killed its worker, twice.
"""

UNFINISHED = ("pending", "running", "published")
FINISHED = ("switched", "verified", "retired")
"""At its place, and nothing is left to do."""


def within(states: tuple[str, ...]) -> str:
    """Return the SQL that asks for one of these states.

    >>> within(FINISHED)
    "state IN ('switched', 'verified', 'retired')"
    """
    return f"state IN ({', '.join(map(repr, states))})"


TABLES = """
CREATE TABLE job (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE objects (
  id INTEGER PRIMARY KEY,
  path NOT NULL,
  twin INTEGER NOT NULL DEFAULT 0,
  size INTEGER NOT NULL,
  mtime_ns INTEGER NOT NULL,
  study TEXT NOT NULL,
  series TEXT NOT NULL,
  uid TEXT NOT NULL,
  new_uid TEXT NOT NULL,
  sop_class TEXT NOT NULL,
  modality TEXT NOT NULL,
  manufacturer TEXT NOT NULL,
  transfer_syntax TEXT NOT NULL,
  frames INTEGER NOT NULL,
  signed INTEGER NOT NULL,
  bundle INTEGER NOT NULL DEFAULT 0,
  rule TEXT NOT NULL,
  action TEXT NOT NULL,
  codec TEXT NOT NULL,
  state TEXT NOT NULL,
  reason TEXT NOT NULL,
  says TEXT NOT NULL,
  objection TEXT NOT NULL DEFAULT '',
  attempts INTEGER NOT NULL DEFAULT 0,
  staged TEXT NOT NULL DEFAULT '',
  source_sha256 TEXT NOT NULL DEFAULT '',
  target_sha256 TEXT NOT NULL DEFAULT '',
  target_size INTEGER NOT NULL DEFAULT 0,
  rewritten INTEGER NOT NULL DEFAULT 0,
  native_bytes INTEGER NOT NULL DEFAULT 0,
  stream_bytes INTEGER NOT NULL DEFAULT 0,
  psnr_db REAL,
  worst_psnr_db REAL,
  max_error INTEGER,
  seconds REAL NOT NULL DEFAULT 0,
  UNIQUE (path, twin)
);
CREATE TABLE links (object INTEGER NOT NULL, uid TEXT NOT NULL, PRIMARY KEY (object, uid)) WITHOUT ROWID;
CREATE TABLE events (
  seq INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  object INTEGER NOT NULL,
  was TEXT NOT NULL,
  state TEXT NOT NULL,
  reason TEXT NOT NULL,
  chain TEXT NOT NULL
);
CREATE TRIGGER events_stay BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'events are only added'); END;
CREATE TRIGGER events_last BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'events are only added'); END;
"""

INDEXES = """
CREATE INDEX IF NOT EXISTS by_uid ON objects (uid);
CREATE INDEX IF NOT EXISTS by_bundle ON objects (bundle, id);
CREATE INDEX IF NOT EXISTS by_state ON objects (state, action, rule, reason, size, target_size);
"""
"""Made once all objects are known: rows go in faster without them."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One object of a ledger, as its row in the table `objects`.

    path: as the ledger names it, see `paths`. twin: 1 for the new instance of a file that is kept as well,
    which has the same path. study, series, uid: of the source. new_uid: of the instance it becomes, "" where
    it stays the same. bundle: number of the studies that are finished together, as they refer to each other;
    0 for none. objection: the reason why it is copied, which a later one hides. staged: name of its file in
    the staging folder. rewritten: references were changed. sizes in bytes, seconds of work.
    """

    id: int
    path: str | bytes
    twin: int
    size: int
    mtime_ns: int
    study: str
    series: str
    uid: str
    new_uid: str
    sop_class: str
    modality: str
    manufacturer: str
    transfer_syntax: str
    frames: int
    signed: int
    bundle: int
    rule: str
    action: str
    codec: str
    state: str
    reason: str
    says: str
    objection: str
    attempts: int
    staged: str
    source_sha256: str
    target_sha256: str
    target_size: int
    rewritten: int
    native_bytes: int
    stream_bytes: int
    psnr_db: float | None
    worst_psnr_db: float | None
    max_error: int | None
    seconds: float

    @property
    def final_uid(self) -> str:
        """SOP Instance UID at the destination."""
        return self.new_uid or self.uid


COLUMNS = tuple(field.name for field in fields(Entry))
