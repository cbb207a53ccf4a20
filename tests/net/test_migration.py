"""A migration from one real archive to another, over the network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from lossytools import migrate
from lossytools.changes import lossy_uid
from lossytools.cli.verbs import root
from lossytools.codecs import parse_codec
from lossytools.net import EndLost, fetch_all, open_end, send_all
from small_archive import NOW, RECIPE, key_object, still, uid

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def filled(archive: Any, kind: str, tmp_path: Path) -> str:
    """Return the address of an archive that holds two stills and a key object of this test."""
    files = []
    for number in range(2):
        image = still(f"{kind} {number}", f"{kind} study", number)
        files.append(tmp_path / f"{number}.dcm")
        image.save_as(files[-1], enforce_file_format=True)
    files.append(tmp_path / "note.dcm")
    key_object(f"{kind} note", f"{kind} study", f"{kind} 0").save_as(files[-1], enforce_file_format=True)
    address: str = archive.address(kind)
    with open_end(address) as end:
        assert all(sent.safe for sent in send_all(end, files))
    return address


def test_from_archive_to_archive(
    filled: str, kind: str, new_archive: Callable[..., Any], tmp_path: Path
) -> None:
    recipe, ledger = tmp_path / "recipe.toml", tmp_path / "job.ledger"
    recipe.write_text(RECIPE)
    planned = migrate.plan(filled, ledger, str(recipe), workers=1, now=NOW)
    assert planned.refused == ()
    other = new_archive()
    target = other.address(kind)
    done = migrate.run(ledger, target, migrate.RunOptions())
    assert (done.complete, done.transfer.refused) == (True, ())
    assert done.transfer.done == planned.totals.objects("pending")
    with open_end(target) as end:
        there = {remote.instance for remote in end.instances(uid(f"{kind} study"))}
        fetched = list(fetch_all(end, tmp_path / "back", study=uid(f"{kind} study")))
    codec = parse_codec("jpegls:near=2")
    new = {lossy_uid(uid(f"{kind} {number}"), codec) for number in range(2)}
    assert there == {*new, uid(f"{kind} note")}
    assert len(fetched) == 3
    again = migrate.run(ledger, target, migrate.RunOptions())
    assert (again.complete, again.transfer.done) == (True, 0)


def test_an_archive_that_is_killed_is_sent_the_rest_later(
    filled: str, kind: str, new_archive: Callable[..., Any], tmp_path: Path
) -> None:
    recipe, ledger = tmp_path / "recipe.toml", tmp_path / "job.ledger"
    recipe.write_text(RECIPE)
    migrate.plan(filled, ledger, str(recipe), workers=1, now=NOW)
    other = new_archive()
    target = other.address(kind)
    other.kill()
    with pytest.raises(EndLost):
        migrate.run(ledger, target, migrate.RunOptions())
    assert migrate.status(ledger).left == 0  # what could be done here is done
    other.start()
    done = migrate.run(ledger, target, migrate.RunOptions())
    assert (done.complete, done.transfer.refused) == (True, ())
    assert done.transfer.done > 0


def test_a_wrong_address_is_wrong_usage(tmp_path: Path) -> None:
    ledger = tmp_path / "a.ledger"
    said = CliRunner().invoke(root, ["migrate", "plan", "dicom://nobody", "-l", str(ledger)])
    assert said.exit_code == 2
    assert not ledger.exists()
    dry = ["migrate", "plan", "dicomweb+http://localhost/x", "-l", str(ledger), "--dry-run"]
    assert CliRunner().invoke(root, dry).exit_code == 2
