"""lossytools migrate retire: move originals into quarantine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from lossytools.cli import parameters
from lossytools.cli.migration.moving import Moves
from lossytools.cli.migration.parameters import dry_run, ledger

if TYPE_CHECKING:
    from pathlib import Path


@click.command("retire")
@ledger
@click.argument("quarantine", type=parameters.PATH)
@dry_run
@parameters.as_json
def command(ledger: Path, quarantine: Path, dry_run: bool, as_json: bool) -> None:
    """Move the originals of verified studies into QUARANTINE, a folder beside the archive.

    An original goes only when all of its study has been verified and it is still the file that was migrated.
    Nothing is deleted: undo-list.jsonl in QUARANTINE tells where each file belongs, and rollback moves all of
    them back. May be stopped and called again. Exit status: 0, or 1 where an original had to stay.
    """
    from lossytools import migrate  # noqa: PLC0415  loads pydicom and NumPy

    moves = Moves(as_json)
    moved = migrate.retire(ledger, quarantine, dry_run=dry_run, told=moves.told)
    words = f"{moved:,} originals {'would be moved' if dry_run else 'moved'}"
    moves.end("retire", words, moved=moved, dry_run=dry_run)
