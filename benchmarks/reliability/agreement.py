"""R25: exit status, JSON lines, ledger and files say the same."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from pydicom import dcmread

from reliability.archive import SMALL, make_archive
from reliability.judging import digests
from reliability.ledger_rows import rows_of
from reliability.migration import DONE, SOME_FAILED
from reliability.workplace import Result

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reliability.ledger_rows import Row
    from reliability.migration import Migration
    from reliability.running import Done
    from reliability.workplace import Workplace


def compare_accounts(workplace: Workplace) -> Result:
    """Run with JSON lines, over a good archive and over one with damage, and compare all accounts."""
    objects = workplace.objects
    trials, violations = 0, []
    for damaged in (False, True):
        name = f"accounts-{'damaged' if damaged else 'good'}"
        migration = workplace.migration(name, workplace.folder / f"{name}-source")
        written = make_archive(migration.source, objects, shape=SMALL)
        if damaged:
            for path in written[::7]:
                path.write_bytes(path.read_bytes()[:-200])
            written[1].write_bytes(b"no DICOM")
        planned = migration.plan("--json")
        done = migration.run("--json")
        found = [*_status(migration, done), *_lines(migration, done)]
        found += [each["fault"] for each in _json_lines("plan", planned) if "fault" in each]
        found += _files(migration)
        violations += [f"{name}: {words}" for words in found]
        trials += len(rows_of(migration.ledger))
    return Result("R25", "All accounts agree", trials, violations)


def _status(migration: Migration, done: Done) -> list[str]:
    """Return what the exit status says other than the ledger."""
    bad = [row for row in rows_of(migration.ledger) if row.is_trouble]
    wanted = SOME_FAILED if bad else DONE
    return [] if done.status == wanted else [f"{len(bad)} objects are in trouble, it ended with {done.told}"]


def _json_lines(verb: str, done: Done) -> Iterator[dict[str, Any]]:
    """Yield the objects of JSON lines; of one that is none, what is wrong, under "fault"."""
    for line in done.stdout.splitlines():
        try:
            said: dict[str, Any] = json.loads(line)
        except ValueError:
            yield {"fault": f"{verb} says no JSON: {line[:80]!r}"}
            continue
        if next(iter(said)) == "type":
            yield said
        else:
            yield {"fault": f"{verb} says a line whose first key is not type"}


def _lines(migration: Migration, done: Done) -> list[str]:
    """Return what the lines of a run say other than the ledger."""
    said = list(_json_lines("run", done))
    found = [each["fault"] for each in said if "fault" in each]
    rows = {row.path: row for row in rows_of(migration.ledger)}
    for each in said:
        if each.get("type") == "object":
            row = rows[each["path"]]
            told = (each["state"], each["reason"], each["action"], each["uid"], each["new_uid"])
            if told != (row.state, row.reason, row.action, row.uid, row.new_uid):
                found.append(f"{row.path}: run says {told}, the ledger {row}")
    kinds: Counter[tuple[str, str, str]] = Counter()
    for each in (said[-1:] or [{}])[0].get("kinds", []):
        kinds[each["state"], each["action"], each["reason"]] += each["objects"]
    if kinds != Counter((row.state, row.action, row.reason) for row in rows.values()):
        found.append(f"run counts {dict(kinds)}")
    return found


def _files(migration: Migration) -> list[str]:
    """Return where ledger and files differ: names, digests, UIDs."""
    there = digests(migration.destination / "data")
    stand = {row.path: row for row in rows_of(migration.ledger) if row.stands}
    found = [f"{path} is on the disk alone" for path in sorted(there.keys() - stand.keys())]
    found += [f"{path} is in the ledger alone" for path in sorted(stand.keys() - there.keys())]
    for path in sorted(there.keys() & stand.keys()):
        found += _file(migration, stand[path], there[path])
    return found


def _file(migration: Migration, row: Row, digest: str) -> list[str]:
    found = [] if row.target_sha256 == digest else [f"{row.path} has another digest than its row"]
    uid = str(dcmread(migration.destination / "data" / row.path, stop_before_pixels=True).SOPInstanceUID)
    if uid != (row.new_uid or row.uid):
        found.append(f"{row.path} has another UID than its row")
    source = hashlib.sha256((migration.source / row.path).read_bytes()).hexdigest()
    if row.action == "transcode" and (digest == source or uid == row.uid):
        found.append(f"{row.path} is called compressed and is not")
    return found
