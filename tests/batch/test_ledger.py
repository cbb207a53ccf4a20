"""The ledger: one writer, nothing altered unseen, nothing half-made."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from lossytools import migrate
from lossytools.batch import opening
from lossytools.batch.opening import new_ledger, open_ledger, read_ledger
from lossytools.errors import LedgerError, LedgerInUse

if TYPE_CHECKING:
    from pathlib import Path

    from small_archive import Archive


def test_one_run_at_a_time(archive: Archive) -> None:
    archive.plan()
    with closing(open_ledger(archive.ledger)):
        with pytest.raises(LedgerInUse, match="another run works on this ledger"):
            open_ledger(archive.ledger)
        assert migrate.status(archive.ledger).objects() == 6
    with closing(open_ledger(archive.ledger)) as again:
        assert again.check() == ""


def test_an_event_that_was_altered_is_found(archive: Archive) -> None:
    archive.plan()
    archive.run()
    with sqlite3.connect(archive.ledger) as raw:
        with pytest.raises(sqlite3.IntegrityError, match="only added"):
            raw.execute("UPDATE events SET state = 'switched' WHERE seq = 3")
        raw.execute("DROP TRIGGER events_stay")
        raw.execute("UPDATE events SET state = 'switched' WHERE seq = 3")
    with closing(read_ledger(archive.ledger)) as ledger:
        assert ledger.check() == "event 3 is not the one that was written"


def test_a_plan_that_fails_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "job.ledger"
    with pytest.raises(ZeroDivisionError), new_ledger(path, {"now": "x"}):
        raise ZeroDivisionError
    assert [each.name for each in tmp_path.iterdir()] == ["job.ledger.lock"]
    (tmp_path / "job.ledger.part").write_text("left by a plan that was killed")
    with new_ledger(path, {"now": "x"}):
        assert not path.exists()
    with closing(read_ledger(path)) as ledger:
        assert ledger.job == {"now": "x"}
    with pytest.raises(LedgerError, match="exists already"), new_ledger(path, {}):
        pass


def test_a_network_file_system_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "file_system", lambda _folder: "nfs4")
    with pytest.raises(LedgerError, match=r"nfs4, a network file system.*local disk"):
        open_ledger_of(tmp_path)


def open_ledger_of(folder: Path) -> None:
    with new_ledger(folder / "a.ledger", {}):
        pass


def test_other_files_are_no_ledgers(tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    with pytest.raises(LedgerError, match="there is no ledger"):
        read_ledger(other)
    with sqlite3.connect(other) as raw:
        raw.execute("CREATE TABLE t (x)")
    with pytest.raises(LedgerError, match="is no ledger of a migration"):
        read_ledger(other)
    other.write_bytes(b"text" * 1000)
    with pytest.raises(LedgerError, match="cannot be used"):
        open_ledger(other)


def test_another_recipe_or_library_is_another_job(archive: Archive) -> None:
    archive.plan()
    with closing(open_ledger(archive.ledger)) as ledger, ledger.commit():
        ledger.note(libraries="lossytools 0.0.1")
    with pytest.raises(LedgerError, match=r"planned with lossytools 0\.0\.1; here is lossytools"):
        archive.run()
    with pytest.raises(LedgerError, match="exists already"):
        archive.plan("version = 1\n[[rule]]\nname = 'all'\naction = 'copy'\n")
    with closing(open_ledger(archive.ledger)) as ledger, ledger.commit():
        ledger.note(recipe_sha256="0")
    with pytest.raises(LedgerError, match="another recipe"):
        archive.run()
