"""lossytools migrate run: do what a ledger plans; go on where a run before stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from lossytools.cli import parameters
from lossytools.cli.console import hint
from lossytools.cli.migration.parameters import dry_run, ledger, workers

if TYPE_CHECKING:
    from pathlib import Path


@click.command("run")
@ledger
@click.argument("destination")
@workers
@click.option(
    "--seconds",
    type=click.FloatRange(min=0, min_open=True),
    default=3600.0,
    show_default=True,
    metavar="S",
    help="That one object may take; what takes longer twice is put into quarantine.",
)
@click.option(
    "--memory",
    type=click.IntRange(min=0),
    default=8192,
    show_default=True,
    metavar="MIB",
    help="Address space of a worker; 0 is no limit.",
)
@click.option(
    "--engine",
    type=click.Choice(["local", "dask"]),
    default="local",
    show_default=True,
    help="Processes of this machine, or the machines of a Dask cluster.",
)
@click.option(
    "--scheduler",
    default="",
    metavar="URL",
    help="Of the cluster, as tcp://host:8786; without it Dask works on this machine.",
)
@click.option("--shard", default="", metavar="I/N", help="Only the I-th of N parts, in a ledger of its own.")
@click.option("--retry", is_flag=True, help="Take up again what failed, was quarantined or held back.")
@dry_run
@parameters.as_json
def command(ledger: Path, destination: str, dry_run: bool, as_json: bool, **choices: Any) -> None:
    """Do what LEDGER plans, into the folder DESTINATION; go on where a run before stopped.

    DESTINATION becomes a BagIt bag: the objects in data/, and manifest-sha256.txt, which `sha256sum -c`
    reads. A study appears there whole, once everything it refers to is done. Ctrl-C finishes what is at work;
    a second one stops at once. Either way, and after a crash, the same command goes on.

    DESTINATION may be an archive on the network, dicomweb+https://HOST/PATH or dicom://AET@HOST:PORT: the
    results are written to LEDGER.out, then sent, and each is read back and compared.

    With --engine dask, archive and destination have to be reachable under the same paths on all machines.
    With --shard 3/8, machines that share nothing but these each do a part: LEDGER.3-of-8, for `migrate
    merge`.

    Exit status: 0 all done, 1 some objects failed or were held back, 7 nothing can be written any more, 11
    another run works on the ledger, 130 and 143 stopped by a signal.
    """
    from lossytools import migrate  # noqa: PLC0415  loads pydicom and NumPy
    from lossytools.cli.migration.progress import follow  # noqa: PLC0415
    from lossytools.cli.migration.showing import show_run, show_totals  # noqa: PLC0415
    from lossytools.cli.migration.stopping import stop_gently  # noqa: PLC0415

    if dry_run:
        show_totals(migrate.status(ledger), as_json=as_json)
        hint("a dry run; nothing was written")
        return
    wanted = {name: choices.pop(name) for name in ("workers", "seconds", "engine", "scheduler")}
    options = migrate.run_options(**wanted, memory=choices.pop("memory") << 20)
    with stop_gently() as stop, follow(ledger, as_json=as_json) as told:
        try:
            done = migrate.run(ledger, destination, options, told=told, stopping=stop.is_wanted, **choices)
        except ValueError as error:
            raise click.BadParameter(str(error), param_hint="--shard") from error
    show_run(done, migrate.trouble(done.ledger), as_json=as_json)
    if not done.complete:
        hint("stopped; the same command goes on")
        raise click.exceptions.Exit(stop.status)
    for refused in done.transfer.refused:
        hint(f"not sent: {refused}")
    raise click.exceptions.Exit(1 if done.totals.trouble or done.transfer.refused else 0)
