"""lossytools measure: what a derived image lost of its source."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from lossytools.cli import parameters
from lossytools.cli.console import json_line, progress, say, show
from lossytools.cli.lines import frame_values, measurement_values, parts_values, scores_values

if TYPE_CHECKING:
    from pathlib import Path

    from lossytools.pipeline.comparison import Comparison


@click.command("measure")
@parameters.source
@parameters.derived
@click.option("--frames", "each_frame", is_flag=True, help="A row for each frame as well.")
@parameters.on
@parameters.scale
@click.option(
    "--vif",
    type=click.IntRange(min=0),
    default=0,
    metavar="N",
    help="Visual information fidelity of N frames as well, evenly spread (extra lossytools[video]).",
)
@parameters.workers
@parameters.as_json
def command(
    *,
    source: Path,
    derived: Path,
    each_frame: bool,
    regions: tuple[str, ...] | None,
    scale: str,
    vif: int,
    workers: int,
    as_json: bool,
) -> None:
    """Measure what a derived image lost of its source.

    SOURCE and DERIVED may come from anyone, in any transfer syntax that can be decoded frame by
    frame. Colour is compared as RGB. With --json there is a line for each frame and a total.

    The parts of the image are judged apart, for the black around a sector flatters a mean: whole; sector, the
    largest connected area that is not black, inside the regions that the header names; text, small
    bright areas outside of it; background, the rest.
    """
    from lossytools.fidelity.focus import Focus  # noqa: PLC0415  loads NumPy
    from lossytools.pipeline.comparison import measure  # noqa: PLC0415  loads pydicom

    with progress(derived.name) as advance:
        compared = measure(
            source,
            derived,
            focus=Focus(regions, scale, vif=vif),
            workers=workers,
            on_frame=lambda frame, frames: advance(frame.number, frames),
        )
    if as_json:
        _lines(source, derived, compared)
    else:
        _tables(compared, each_frame=each_frame)


def _lines(source: Path, derived: Path, compared: Comparison) -> None:
    for frame, scores in zip(compared.frames, compared.scores, strict=True):
        seen = compared.information.get(frame.number)
        json_line("frame", **frame_values(frame), parts=scores_values(scores), vif=seen)
    values = measurement_values(compared.total)
    parts = parts_values(compared.parts)
    scaled = {"scale": compared.scale.name, "scale_peak": compared.scale.peak}
    json_line("total", source=str(source), derived=str(derived), **values, parts=parts, **scaled)


def _tables(compared: Comparison, *, each_frame: bool) -> None:
    from lossytools.report.summary import measurement_text  # noqa: PLC0415  loads rich
    from lossytools.report.tables import frames_table, information_table, parts_table  # noqa: PLC0415

    if each_frame:
        show(frames_table(compared.frames, compared.scores))
    say(measurement_text(compared.total, compared.scale, compared.unit))
    say("")
    show(parts_table(compared.parts))
    if compared.information:
        say("")
        show(information_table(compared.information))
