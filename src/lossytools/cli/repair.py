"""lossytools repair: put right what the file proves, and say what it does not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from lossytools.cli import parameters
from lossytools.cli.console import hint, json_line, say
from lossytools.cli.lines import repaired_values
from lossytools.cli.recording import recorded_time

if TYPE_CHECKING:
    from pathlib import Path

    from lossytools.pipeline.repairing import Repaired


@click.command("repair")
@parameters.source
@click.argument("target", type=parameters.PATH, required=False)
@click.option("--dry-run", is_flag=True, help="Say what would be done and write nothing; needs no TARGET.")
@click.option("--deep", is_flag=True, help="Decode the frames, for what is said of sample values.")
@parameters.force
@parameters.as_json
def command(source: Path, target: Path | None, dry_run: bool, as_json: bool, **choices: Any) -> None:
    """Put right what the file itself proves, list the rest.

    SOURCE is published as TARGET with its contradictions mended where code streams or header prove what
    is right: the flag and the method of a stream that is still lossy, offset tables, the colour that the
    markers tell. A ratio is measured or left empty, never invented; ORIGINAL is never rewritten.

    It is a correction of the same instance: SOP Instance UID and pixel data stay byte for byte, and
    Original Attributes Sequence keeps the values before. SOURCE is never changed.

    What is left is listed with the reason, and does not change the exit status: `audit` finds it again.
    Where nothing is to be repaired nothing is written and the status is 0: go on with SOURCE.

    See first what would be done:  lossytools repair scan.dcm --dry-run
    """
    from lossytools.pipeline.repairing import repair  # noqa: PLC0415  loads pydicom and NumPy
    from lossytools.report.mending import repaired_text  # noqa: PLC0415

    if target is None and not dry_run:
        raise click.UsageError("TARGET is missing; without it only --dry-run is possible")
    done = repair(source, target, dry_run=dry_run, now=recorded_time(), **choices)
    if as_json:
        json_line("repair", **repaired_values(done, dry_run=dry_run))
    else:
        say(repaired_text(done))
    _close(done, dry_run=dry_run)


def _close(done: Repaired, *, dry_run: bool) -> None:
    if not done.plan.repairs:
        hint(
            "nothing to repair; nothing was written"
            if not done.plan.left
            else "no certain repair; nothing was written"
        )
    elif dry_run:
        hint("a dry run; nothing was written")
