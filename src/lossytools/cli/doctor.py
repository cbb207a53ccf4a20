"""lossytools doctor: would it work here?"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lossytools import __version__
from lossytools.cli import parameters
from lossytools.cli.checkup import Check, library_checks, python_check
from lossytools.cli.console import hint, json_line, say
from lossytools.cli.exits import FOUND_OR_FAILED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


@click.command("doctor")
@parameters.as_json
def command(as_json: bool) -> None:
    """Check this machine: versions, limits, file system.

    Exit status: 0 fine, 1 something would fail.
    """
    checks = list(checks_of(Path.cwd()))
    if as_json:
        for check in checks:
            json_line("check", **asdict(check))
    else:
        for line in lines_of(checks):
            say(line)
    failed = [check.name for check in checks if check.level == "fail"]
    if failed:
        hint(f"would fail: {', '.join(failed)}")
        raise click.exceptions.Exit(FOUND_OR_FAILED)


def lines_of(checks: Iterable[Check]) -> Iterator[str]:
    """Yield a line for each check, one more for its advice; rich may be what is missing."""
    for check in checks:
        yield f"{check.level:6}{check.name:24}{check.value}"
        if check.advice:
            yield f"{'':26}{check.advice}"


def checks_of(folder: Path) -> Iterator[Check]:
    """Yield everything that is looked at, for results written to `folder`."""
    yield python_check()
    yield Check("lossytools", __version__)
    libraries = list(library_checks())
    yield from libraries
    if any(check.level == "fail" for check in libraries):
        return  # without its libraries nothing more of lossytools can be loaded
    from lossytools.cli.surroundings import look_around  # noqa: PLC0415  needs the libraries

    yield from look_around(folder)
