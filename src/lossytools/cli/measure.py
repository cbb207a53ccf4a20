"""lossytools measure: what a derived image lost of its source."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from lossytools.cli import parameters
from lossytools.cli.console import json_line, progress, say, show
from lossytools.cli.lines import frame_values, measurement_values

if TYPE_CHECKING:
    from pathlib import Path


@click.command("measure")
@parameters.source
@parameters.derived
@click.option("--frames", "each_frame", is_flag=True, help="A row for each frame as well.")
@parameters.workers
@parameters.as_json
def command(source: Path, derived: Path, each_frame: bool, workers: int, as_json: bool) -> None:
    """Measure what a derived image lost of its source.

    SOURCE and DERIVED may come from anyone, in any transfer syntax that can be decoded frame by
    frame. Colour is compared as RGB. With --json there is a line for each frame and a total.
    """
    from lossytools.pipeline.comparison import measure  # noqa: PLC0415  loads pydicom and NumPy
    from lossytools.report.summary import measurement_text  # noqa: PLC0415

    with progress(derived.name) as advance:
        compared = measure(
            source, derived, workers=workers, on_frame=lambda frame, frames: advance(frame.number, frames)
        )
    if as_json:
        for frame in compared.frames:
            json_line("frame", **frame_values(frame))
        values = measurement_values(compared.total)
        json_line("total", source=str(source), derived=str(derived), **values)
        return
    if each_frame:
        from lossytools.report.tables import frames_table  # noqa: PLC0415  loads rich

        show(frames_table(compared.frames))
    say(measurement_text(compared.total))
