"""lossytools audit: find lossy-compression metadata that contradicts itself."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import click

from lossytools.cli import parameters
from lossytools.cli.console import complain, hint, json_line, one_line, say
from lossytools.cli.exits import DONE, FOUND_OR_FAILED, UNREADABLE, status_of
from lossytools.cli.walking import objects_of
from lossytools.errors import LossyToolsError

if TYPE_CHECKING:
    from pathlib import Path

    from lossytools.rules import Finding


@dataclass(slots=True)
class _Tally:
    """What a run has met so far."""

    objects: int = 0
    findings: int = 0
    unreadable: int = 0
    skipped: int = 0
    status: int = DONE


@click.command("audit")
@click.argument("paths", nargs=-1, required=True, type=parameters.PATH)
@click.option("--select", default="", metavar="L,M", help="Only rules whose id begins so, as L or M03.")
@click.option(
    "--against",
    type=parameters.PATH,
    metavar="SOURCE",
    help="What PATHS were made from: says what the step did wrong, not what SOURCE had before.",
)
@parameters.as_json
def command(paths: tuple[Path, ...], select: str, against: Path | None, as_json: bool) -> None:
    """Find lossy-compression metadata that contradicts itself.

    Each of PATHS is a DICOM file, or a folder of which every DICOM file is looked at. Nothing is
    written. Exit status: 0 nothing found, 1 errors or warnings found, 3 a file was unreadable.
    """
    check_selection(select)
    tally = _Tally()
    for path in paths:
        found = objects_of(path)
        tally.skipped += found.skipped
        if not found.objects:
            _unreadable(path, f"{path}: the folder holds no DICOM file", tally, as_json=as_json)
        for each in found.objects:
            _audit_one(each, against, select, tally, as_json=as_json)
    _close(tally, as_json=as_json)
    raise click.exceptions.Exit(tally.status)


def check_selection(select: str) -> None:
    """Raise click.BadParameter where a prefix fits no rule."""
    from lossytools import rules  # noqa: PLC0415  loads pydicom

    try:
        rules.select(select)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--select") from error


def _audit_one(path: Path, against: Path | None, select: str, tally: _Tally, *, as_json: bool) -> None:
    from lossytools.pipeline.auditing import audit_file  # noqa: PLC0415  loads pydicom and NumPy

    tally.objects += 1
    try:
        findings = audit_file(path, against, select)
    except LossyToolsError as error:
        _unreadable(path, str(error), tally, error, as_json=as_json)
        return
    for finding in findings:
        tally.findings += 1
        if finding.severity != "I":
            tally.status = max(tally.status, FOUND_OR_FAILED)
        _print(path, finding, as_json=as_json)


def _print(path: Path, finding: Finding, *, as_json: bool) -> None:
    if as_json:
        json_line("finding", path=str(path), **asdict(finding))
    else:
        say(one_line(f"{path}: {finding.severity} {finding.rule} {finding.says} [{finding.cites}]"))


def _unreadable(
    path: Path, message: str, tally: _Tally, error: LossyToolsError | None = None, *, as_json: bool
) -> None:
    tally.unreadable += 1
    tally.status = max(tally.status, UNREADABLE if error is None else status_of(error))
    if as_json:
        kind = type(error).__name__ if error else "UnreadableSource"
        json_line("error", path=str(path), error=kind, message=message)
    complain(message)


def _close(tally: _Tally, *, as_json: bool) -> None:
    """Say how much was looked at, so that silence is never taken for a clean bill."""
    if as_json:
        values = asdict(tally)
        del values["status"]
        json_line("total", **values)
    said = [f"{_counted(tally.findings, 'finding')} in {_counted(tally.objects, 'object')}"]
    if not tally.findings:
        said = [f"nothing found in {_counted(tally.objects, 'object')}"]
    if tally.unreadable:
        said.append(f"{tally.unreadable} unreadable")
    if tally.skipped:
        said.append(f"skipped what is not DICOM: {_counted(tally.skipped, 'file')}")
    hint(", ".join(said))


def _counted(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"
