"""Arguments and options that several steps share, each written once."""

from __future__ import annotations

import click

from lossytools.cli import parameters

ledger = click.argument("ledger", type=parameters.PATH)
dry_run = click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
workers = click.option(
    "--workers",
    type=click.IntRange(min=0),
    default=0,
    metavar="N",
    help="Processes; 0, the default, is one a processor.",
)
