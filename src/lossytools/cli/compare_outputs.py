"""The files that `compare` writes: a table, a page, curves."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lossytools.report.contest import Compared


def check_outputs(
    sources: Sequence[Path],
    csv_file: Path | None,
    report: Path | None,
    plot: Path | None,
    cache: Path | None,
    *,
    force: bool,
) -> None:
    """Raise what speaks against the files to write, before any work: click.UsageError, DestinationError.

    sources: none of them may be replaced, nor added to.
    """
    from lossytools.dicomio.publishing import check_target  # noqa: PLC0415  loads pydicom
    from lossytools.report.plots import PLOTS  # noqa: PLC0415

    wanted = [target for target in (csv_file, report, plot, cache) if target is not None]
    if len({target.resolve() for target in wanted}) < len(wanted):
        raise click.UsageError("--csv, --report, --plot and --cache write a file each: one is named twice")
    if plot is not None and plot.suffix not in PLOTS:
        raise click.UsageError(f"--plot writes {' or '.join(PLOTS)}, not {plot.suffix or 'without a suffix'}")
    for target in wanted:
        for source in sources if target.exists() else (Path(),):
            check_target(source, target, force=force or target == cache)


def write_outputs(
    done: list[Compared],
    csv_file: Path | None,
    report: Path | None,
    plot: Path | None,
    *,
    show_text: bool,
    force: bool,
) -> None:
    """Write what was asked for, each file whole or not at all."""
    from lossytools.dicomio.publishing import publish  # noqa: PLC0415
    from lossytools.report.contest import contest_csv  # noqa: PLC0415
    from lossytools.report.contest_page import page_of  # noqa: PLC0415
    from lossytools.report.plots import rate_curves  # noqa: PLC0415

    def write(target: Path, content: bytes) -> None:
        with publish(target, force=force) as draft:
            draft.file.write(content)

    if csv_file is not None:
        write(csv_file, contest_csv(done).encode())
    if report is not None:
        write(report, page_of(done, show_text=show_text).encode())
    if plot is not None:
        write(plot, rate_curves(done, plot.suffix))
