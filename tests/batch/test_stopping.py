"""A run that is told to stop finishes what is at work, and the next one goes on."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from lossytools import migrate
from small_archive import still

if TYPE_CHECKING:
    from small_archive import Archive

# A run whose every object takes a quarter of a second; workers import this file, and so are slow as well.
SLOW = """
import time
from lossytools.batch import working
code = working._code
def slow(task):
    time.sleep(0.25)
    return code(task)
working._code = slow
if __name__ == "__main__":
    from lossytools.cli import main
    main()
"""


@pytest.fixture
def many(empty: Archive) -> Archive:
    for number in range(12):
        empty.add(f"s{number}/x", still(str(number), str(number), number))
    empty.plan()
    (empty.root / "slow.py").write_text(SLOW)
    return empty


def begin(archive: Archive) -> subprocess.Popen[str]:
    command = [sys.executable, archive.root / "slow.py", "migrate", "run", archive.ledger, archive.out]
    return subprocess.Popen(
        [*map(str, command), "--workers", "2", "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def first_line(running: subprocess.Popen[str]) -> str:
    assert running.stdout is not None
    return running.stdout.readline()


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_once_finishes_what_is_at_work(many: Archive, number: signal.Signals, status: int) -> None:
    with begin(many) as running:
        first = first_line(running)
        os.killpg(running.pid, number)  # as a terminal does, to all of the group
        rest, said = running.communicate(timeout=60)
    lines = [json.loads(line) for line in (first + rest).splitlines()]
    assert (running.returncode, "once more stops at once" in said) == (status, True), said
    assert {line["state"] for line in lines[:-1]} == {"switched"}
    assert (lines[-1]["type"], lines[-1]["complete"]) == ("run", False)
    assert 0 < lines[-1]["left"] < 12
    entries = list(migrate.entries(many.ledger))
    assert {entry.state for entry in entries} == {"pending", "switched"}
    assert migrate.run(many.ledger, many.out, migrate.RunOptions()).complete
    assert max(entry.attempts for entry in migrate.entries(many.ledger)) == 1


def test_twice_stops_at_once_and_nothing_is_lost(many: Archive) -> None:
    with begin(many) as running:
        first_line(running)
        os.kill(running.pid, signal.SIGINT)
        time.sleep(0.05)
        os.kill(running.pid, signal.SIGINT)
        running.communicate(timeout=60)
    # A signal that comes when everything is done already ends Python itself; to a shell both are 130.
    assert running.returncode in {130, -signal.SIGINT}
    assert migrate.run(many.ledger, many.out, migrate.RunOptions()).complete
    assert migrate.verify(many.ledger, workers=1).holds
    assert not list(many.out.rglob("*.part"))
