"""lossytools migrate plan: look at every file, decide, and leave a ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from lossytools.cli import parameters
from lossytools.cli.console import hint, progress
from lossytools.cli.migration.parameters import dry_run, workers
from lossytools.cli.recording import recorded_time

if TYPE_CHECKING:
    from pathlib import Path


@click.command("plan")
@click.argument("source")
@click.option(
    "-r",
    "--recipe",
    default="ultrasound",
    show_default=True,
    metavar="RECIPE",
    help="A TOML file, or a recipe that comes along: see --recipes.",
)
@click.option(
    "-l", "--ledger", type=parameters.PATH, required=True, metavar="LEDGER", help="The ledger to write."
)
@click.option(
    "--references",
    type=click.Choice(["follow", "keep", "both"]),
    help="What becomes of references to compressed images, whatever the recipe says.",
)
@click.option(
    "--log-paths",
    type=click.Choice(["full", "hash"]),
    default="full",
    show_default=True,
    help="How the ledger names files: as they are called, or by digests, and then no words of theirs either.",
)
@click.option(
    "--sample",
    type=click.IntRange(min=0),
    default=20,
    show_default=True,
    metavar="N",
    help="Do about N objects into a temporary folder, to predict bytes and hours; 0 predicts nothing.",
)
@workers
@dry_run
@parameters.as_json
@click.option(
    "--recipes",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=lambda ctx, _param, value: _list_recipes(ctx) if value else None,
    help="Show the recipes that come along, and do nothing else.",
)
def command(source: str, recipe: str, ledger: Path, as_json: bool, **choices: Any) -> None:
    """Look at every file below SOURCE, decide what becomes of it, and leave a ledger.

    The first rule of the recipe that fits decides: compress with a codec, copy, or skip. What a rule would
    compress and must not be is copied and says why. Nothing is written but the ledger, which appears
    when it is whole.

    SOURCE may be an archive on the network, dicomweb+https://HOST/PATH or dicom://AET@HOST:PORT; all of it is
    fetched into LEDGER.fetched first, as it is. Exit status: 0, or 1 where files are damaged or studies
    cannot be migrated.
    """
    from lossytools import migrate  # noqa: PLC0415  loads pydicom and NumPy
    from lossytools.batch.network import is_address  # noqa: PLC0415
    from lossytools.cli.migration.showing import show_prediction, show_totals  # noqa: PLC0415
    from lossytools.pipeline.window import processors  # noqa: PLC0415

    if choices["dry_run"] and is_address(source):
        raise click.UsageError("an archive on the network has to be fetched before it can be looked at")
    with progress("plan", "files") as advance:
        planned = migrate.plan(source, ledger, recipe, now=recorded_time(), advance=advance, **choices)
    totals = planned.totals
    trouble = [] if choices["dry_run"] or as_json else migrate.trouble(ledger)
    show_totals(totals, trouble, as_json=as_json, kind="plan")
    if planned.prediction is not None:
        show_prediction(planned.prediction, choices["workers"] or processors(), as_json=as_json)
    if choices["dry_run"]:
        hint("a dry run; no ledger was written")
    elif not as_json:
        hint(f"next: lossytools migrate run {ledger} DESTINATION")
    for refused in planned.refused:
        hint(f"not fetched: {refused}")
    raise click.exceptions.Exit(1 if totals.trouble or planned.refused else 0)


def _list_recipes(ctx: click.Context) -> None:
    from lossytools.batch.recipe import shipped_recipes  # noqa: PLC0415  loads the codecs

    for name, text in shipped_recipes().items():
        click.echo(f"# {name}\n{text}")
    ctx.exit()
