"""lossytools migrate report: one offline page of what a migration did, and a table."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import click

from lossytools.cli import parameters
from lossytools.cli.console import say
from lossytools.cli.migration.parameters import ledger

if TYPE_CHECKING:
    from pathlib import Path


@click.command("report")
@ledger
@click.option("-o", "--out", type=parameters.PATH, metavar="PAGE", help="The HTML page to write.")
@click.option("--csv", "table", type=parameters.PATH, metavar="TABLE", help="A row for each object.")
def command(ledger: Path, out: Path | None, table: Path | None) -> None:
    """One offline page of what a migration did, and a table.

    PAGE holds bytes before and after by rule, modality and manufacturer, how ratio and PSNR are distributed,
    failures by reason, and what was predicted beside what it came to; it needs no network. Nothing of
    patients is in it. With --log-paths hash of the plan no paths are either, nor manufacturers.
    """
    from lossytools.batch.figures import figures_of  # noqa: PLC0415  loads NumPy
    from lossytools.batch.opening import read_ledger  # noqa: PLC0415
    from lossytools.dicomio.publishing import publish  # noqa: PLC0415
    from lossytools.report.migration_page import page, table_lines  # noqa: PLC0415

    if out is None and table is None:
        raise click.UsageError("nothing to write: give --out, --csv or both")
    with closing(read_ledger(ledger)) as opened:
        if out is not None:
            text = page(figures_of(opened))
            with publish(out, force=True) as draft:
                draft.file.write(text.encode())
            say(str(out))
        if table is not None:
            with publish(table, force=True) as draft:
                for line in table_lines(opened.entries()):
                    draft.file.write(line.encode("utf-8", "surrogateescape"))
            say(str(table))
