"""lossytools migrate verify: read the results again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from lossytools.cli import parameters
from lossytools.cli.console import hint, json_line, progress, say
from lossytools.cli.migration.parameters import ledger, workers
from lossytools.cli.migration.values import entry_values

if TYPE_CHECKING:
    from pathlib import Path

    from lossytools.migrate import Proof


@click.command("verify")
@ledger
@click.option(
    "--read-data-subset",
    default="100%",
    show_default=True,
    metavar="SHARE",
    help="10% of the objects, others each time; or 2/5, the second of five slices.",
)
@workers
@parameters.as_json
def command(ledger: Path, read_data_subset: str, workers: int, as_json: bool) -> None:
    """Read the results again: bytes, frames, audit, references.

    Each object has to have the bytes that were written, decode, bring no finding that its original does not
    have, and refer to nothing of the archive that is not there. The ledger's own chain is checked, and files
    at the destination that it does not know are named. Exit status: 0, or 1 where something is wrong.
    """
    from lossytools import migrate  # noqa: PLC0415  loads pydicom and NumPy

    with progress("verify", "objects") as advance:
        try:
            proof = migrate.verify(ledger, read_data_subset, workers=workers, advance=advance)
        except ValueError as error:
            raise click.BadParameter(str(error), param_hint="--read-data-subset") from error
    _show(proof, as_json=as_json)
    raise click.exceptions.Exit(0 if proof.holds else 1)


def _show(proof: Proof, *, as_json: bool) -> None:
    if as_json:
        for entry in proof.faults:
            json_line("object", **entry_values(entry))
        counts = {"checked": proof.checked, "faults": len(proof.faults), "strangers": proof.strangers}
        json_line("verify", **counts, ledger=proof.ledger, holds=proof.holds)
        return
    for entry in proof.faults:
        hint(f"{entry.path!s}: {entry.reason}: {entry.says}")
    for name in proof.strangers:
        hint(f"{name}: is not in the ledger")
    if proof.ledger:
        hint(f"the ledger: {proof.ledger}")
    say(f"{proof.checked:,} objects read again, {len(proof.faults):,} are not as they should be")
