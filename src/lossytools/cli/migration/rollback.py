"""lossytools migrate rollback: move originals back."""

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

    faults = 0

    def told(entry: Entry, fault: str) -> None:
        nonlocal faults
        faults += bool(fault)
        if as_json:
            json_line("moved", **entry_values(entry), fault=fault)
        elif fault:
            hint(f"{entry.path!s}: stays: {fault}")

    moved = migrate.rollback(ledger, dry_run=dry_run, told=told)
    if as_json:
        json_line("rollback", moved=moved, faults=faults, dry_run=dry_run)
    else:
        say(f"{moved:,} originals {'would be moved' if dry_run else 'moved'} back")
    raise click.exceptions.Exit(1 if faults else 0)
