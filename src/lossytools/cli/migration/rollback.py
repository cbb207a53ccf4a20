"""lossytools migrate rollback: move originals back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from lossytools.cli import parameters
from lossytools.cli.migration.moving import Moves
from lossytools.cli.migration.parameters import dry_run, ledger

if TYPE_CHECKING:
    from pathlib import Path


@click.command("rollback")
@ledger
@dry_run
@parameters.as_json
def command(ledger: Path, dry_run: bool, as_json: bool) -> None:
    """Move all originals back to where they were.

    What was published stays at the destination. May be stopped and called again. Exit status: 0, or 1 where
    an original could not be moved back.
    """
    from lossytools import migrate  # noqa: PLC0415  loads pydicom and NumPy

    moves = Moves(as_json)
    moved = migrate.rollback(ledger, dry_run=dry_run, told=moves.told)
    words = f"{moved:,} originals {'would be moved' if dry_run else 'moved'} back"
    moves.end("rollback", words, moved=moved, dry_run=dry_run)
