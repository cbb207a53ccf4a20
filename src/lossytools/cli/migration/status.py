"""lossytools migrate status: where a job stands, also while it runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from lossytools.cli import parameters
from lossytools.cli.migration.parameters import ledger

if TYPE_CHECKING:
    from pathlib import Path


@click.command("status")
@ledger
@parameters.as_json
def command(ledger: Path, as_json: bool) -> None:
    """Say where the job of LEDGER stands; a run may work on it meanwhile.

    Exit status: 0, or 1 where objects failed or were held back.
    """
    from lossytools.batch.standing import status, trouble  # noqa: PLC0415  takes a moment
    from lossytools.cli.migration.showing import show_totals  # noqa: PLC0415

    totals = status(ledger)
    show_totals(totals, trouble(ledger), as_json=as_json)
    raise click.exceptions.Exit(1 if totals.trouble else 0)
