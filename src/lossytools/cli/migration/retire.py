"""lossytools migrate retire: move originals into quarantine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from lossytools.cli import parameters
from lossytools.cli.console import hint, json_line, say
from lossytools.cli.migration.parameters import dry_run, ledger
from lossytools.cli.migration.values import entry_values

if TYPE_CHECKING:
    from pathlib import Path

    from lossytools.batch.schema import Entry


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

    faults = 0

    def told(entry: Entry, fault: str) -> None:
        nonlocal faults
        faults += bool(fault)
        if as_json:
            json_line("moved", **entry_values(entry), fault=fault)
        elif fault:
            hint(f"{entry.path!s}: stays: {fault}")

    moved = migrate.retire(ledger, quarantine, dry_run=dry_run, told=told)
    if as_json:
        json_line("retire", moved=moved, faults=faults, dry_run=dry_run)
    else:
        say(f"{moved:,} originals {'would be moved' if dry_run else 'moved'}")
    raise click.exceptions.Exit(1 if faults else 0)
