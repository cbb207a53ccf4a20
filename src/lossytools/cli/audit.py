"""lossytools audit: find lossy-compression metadata that contradicts itself."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any, Literal

import click

from lossytools.cli import parameters
from lossytools.cli.console import progress
from lossytools.cli.discretion import Discretion
from lossytools.cli.exits import DONE, FOUND_OR_FAILED, status_of

if TYPE_CHECKING:
    from pathlib import Path

    from lossytools.pipeline.audited import AuditOptions


@click.command("audit")
@click.argument("paths", nargs=-1, required=True, type=parameters.PATH)
@click.option("--select", default="", metavar="L,M", help="Only rules whose id begins so, as L or M03.")
@click.option(
    "--ignore",
    multiple=True,
    metavar="RULE[=REASON]",
    help="Pass over the rules whose id begins so; they are counted, with the reason. May be repeated.",
)
@click.option(
    "--against",
    type=parameters.PATH,
    metavar="SOURCE",
    help="What PATHS were made from: says what the step did wrong, not what SOURCE had before.",
)
@click.option(
    "--pairs", is_flag=True, help="Look at each object beside its predecessor too, if PATHS hold it."
)
@click.option("--deep", is_flag=True, help="Decode every frame, for rules that only pixels can answer.")
@click.option(
    "--workers",
    type=click.IntRange(min=0),
    default=0,
    metavar="N",
    help="Processes that read files; 0, the default, is one a processor where the files are many.",
)
@click.option(
    "--log-paths",
    type=click.Choice(["full", "name", "hash"]),
    default="full",
    show_default=True,
    help="How paths and station names are shown: as they are, file names only, or hashed.",
)
@parameters.as_json
def command(  # noqa: PLR0917  click calls it by names
    paths: tuple[Path, ...],
    select: str,
    ignore: tuple[str, ...],
    against: Path | None,
    log_paths: Literal["full", "name", "hash"],
    as_json: bool,
    **choices: Any,
) -> None:
    """Find lossy-compression metadata that contradicts itself.

    Each of PATHS is a DICOM file, a folder of which every DICOM file is looked at, or a DICOMDIR and
    the files that it names; together they are one set. Nothing is written, and of pixel data only the
    headers are read, unless --deep asks for all of it. Exit status: 0 nothing found, 1 errors or
    warnings found, 3 a file was unreadable.

    \b
    lossytools audit study/ --pairs              each object, and each step between two of them
    lossytools audit study/ --ignore M14="ratios as the scanner rounds them"
    lossytools explain M14                       what a rule asks for, and why
    """  # noqa: D301  click keeps the lines behind a backspace apart
    from lossytools.cli.findings import Findings  # noqa: PLC0415  loads pydicom
    from lossytools.pipeline.surveying import survey  # noqa: PLC0415  loads pydicom and NumPy

    if choices["pairs"] and against is not None:
        raise click.UsageError("--pairs finds what --against names: give one of them")
    options = _options(select, ignore, against, **choices)
    found = Findings(options, Discretion(log_paths), as_json=as_json)
    status = DONE
    with progress("audit", "files") as advance, closing(survey(paths, options, advance)) as results:
        for audited in results:
            found.show(audited)
            if audited.error is not None:
                status = max(status, status_of(audited.error))
    found.close()
    raise click.exceptions.Exit(max(status, FOUND_OR_FAILED if found.tally.faults else DONE))


def _options(select: str, ignore: tuple[str, ...], against: Path | None, **choices: Any) -> AuditOptions:
    """Return the options; click.BadParameter where a prefix fits no rule."""
    from lossytools.pipeline.audited import AuditOptions, Ignored, check_prefixes  # noqa: PLC0415  pydicom

    passed = []
    for each in ignore:
        prefixes, _, reason = each.partition("=")
        passed += [Ignored(prefix.strip().upper(), reason.strip()) for prefix in prefixes.split(",")]
    chosen = {"--select": [select] if select else [], "--ignore": [each.prefix for each in passed]}
    for option, named in chosen.items():
        try:
            check_prefixes(*named)
        except ValueError as error:
            raise click.BadParameter(str(error), param_hint=option) from error
    return AuditOptions(select, tuple(passed), against, **choices)
