"""The same tree whoever does the work: processes, a Dask cluster, machines that share only the archive."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from lossytools import migrate
from lossytools.batch.sharding import parse_shard
from lossytools.errors import LedgerError
from small_archive import still

if TYPE_CHECKING:
    from small_archive import Archive


@pytest.fixture
def expected(archive: Archive) -> dict[str, bytes]:
    """Return the tree that one process makes."""
    archive.plan()
    archive.run()
    return archive.tree()


def test_a_dask_cluster_makes_the_same(archive: Archive, expected: dict[str, bytes]) -> None:
    other = replace(archive, job="dask")
    other.plan()
    # In a process of its own: Dask's threads and sockets outlive its client by a moment.
    command = [
        sys.executable,
        "-m",
        "lossytools",
        "migrate",
        "run",
        other.ledger,
        other.out,
        "--engine",
        "dask",
    ]
    done = subprocess.run([*map(str, command), "--workers", "2"], capture_output=True, text=True, check=False)
    assert (done.returncode, "5 objects migrated" in done.stdout) == (0, True), done.stderr
    assert other.tree() == expected


def test_shards_make_the_same(archive: Archive) -> None:
    archive.add("three/x", still("x", "three", 4))
    whole, parts = replace(archive, job="whole"), replace(archive, job="parts")
    whole.plan()
    whole.run()
    parts.plan()
    options = migrate.RunOptions()
    ran = [migrate.run(parts.ledger, parts.out, options, shard=f"{part}/2") for part in (1, 2)]
    assert [done.totals.objects("switched") for done in ran] == [5, 1]  # two studies are linked
    assert [path.name for path in sorted(parts.root.glob("parts.ledger.?-of-2"))] == [
        "parts.ledger.1-of-2",
        "parts.ledger.2-of-2",
    ]
    assert migrate.merge(parts.ledger, [done.ledger for done in ran]) == 6
    assert migrate.merge(parts.ledger, [done.ledger for done in ran]) == 0
    done = parts.run()
    assert (done.complete, done.totals.objects("switched")) == (True, 6)
    assert parts.tree() == whole.tree()
    assert migrate.verify(parts.ledger, workers=1).holds


def test_what_no_shard_has_done_the_whole_run_does(archive: Archive) -> None:
    archive.add("three/x", still("x", "three", 4))
    archive.plan()
    done = migrate.run(archive.ledger, archive.out, migrate.RunOptions(), shard="2/2")
    migrate.merge(archive.ledger, [done.ledger])
    assert archive.run().totals.objects("switched") == 6


def test_only_shards_of_this_job_are_taken(archive: Archive) -> None:
    archive.plan()
    other = replace(archive, job="other")
    other.plan(references="keep")
    with pytest.raises(LedgerError, match="is no shard of"):
        migrate.merge(archive.ledger, [other.ledger])


def test_a_shard_is_named_by_its_number() -> None:
    assert parse_shard("2/5") == (2, 5)
    for wrong in ("0/5", "6/5", "2", "a/b"):
        with pytest.raises(ValueError, match="is no shard"):
            parse_shard(wrong)
