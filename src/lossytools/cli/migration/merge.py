"""lossytools migrate merge: take over what runs of shards have done."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from lossytools.cli import parameters
from lossytools.cli.console import hint, json_line, say
from lossytools.cli.migration.parameters import ledger

if TYPE_CHECKING:
    from pathlib import Path


@click.command("merge")
@ledger
@click.argument("shards", nargs=-1, required=True, type=parameters.PATH)
@parameters.as_json
def command(ledger: Path, shards: tuple[Path, ...], as_json: bool) -> None:
    """Take over what runs of shards have done.

    SHARDS are the ledgers that `migrate run LEDGER --shard I/N` left. Run LEDGER itself afterwards: that
    writes the manifest and the DICOMDIRs, and does what no shard has done.
    """
    from lossytools import migrate  # noqa: PLC0415  loads pydicom and NumPy

    taken = migrate.merge(ledger, shards)
    if as_json:
        json_line("merge", shards=len(shards), objects=taken)
    else:
        say(f"{taken:,} objects of {len(shards)} shards taken over")
        hint(f"next: lossytools migrate run {ledger} DESTINATION")
