"""lossytools transcode: one object, source to derived."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from lossytools.cli import parameters
from lossytools.cli.console import hint, json_line, progress, say, show
from lossytools.cli.lines import outcome_values
from lossytools.cli.recording import recorded_time
from lossytools.cli.targets import target_of, target_options

if TYPE_CHECKING:
    from pathlib import Path


@click.command("transcode")
@parameters.source
@parameters.target
@click.option(
    "-c",
    "--codec",
    default="jpeg",
    show_default=True,
    metavar="CODEC",
    help="NAME[:KNOB=VALUE,...]; see `codecs`.",
)
@target_options
@parameters.workers
@click.option(
    "--verify",
    type=click.Choice(["first", "independent", "none"]),
    default="first",
    show_default=True,
    help="Decode every frame with the encoder's library, with another one as well, or not at all.",
)
@click.option("--allow-recompress", is_flag=True, help="Compress a source that has lost already.")
@click.option("--allow-larger", is_flag=True, help="Publish a result that is not smaller.")
@click.option("--allow-quantitative", is_flag=True, help="Compress pixels that may be measured or regulated.")
@click.option("--expand-palette", is_flag=True, help="Make RGB of PALETTE COLOR first.")
@parameters.force
@click.option(
    "--uid",
    type=click.Choice(["name", "random"]),
    default="name",
    show_default=True,
    help="New SOP Instance UID: the same on every run, or random.",
)
@click.option("--new-series", is_flag=True, help="Put the result into a series of its own (PS3.3 A.1.2.3).")
@click.option(
    "--resample-timing", is_flag=True, help="Let a video show frames of different times at one rate."
)
@click.option(
    "--uid-map",
    type=parameters.PATH,
    metavar="FILE",
    help="Add old and new UIDs to FILE, .csv or .json, for references in other objects.",
)
@click.option(
    "--policy",
    metavar="NAME|FILE",
    help="A guideline that the whole lossy history has to keep to: car, drg, fda, ssk, or a file of yours.",
)
@click.option(
    "--policy-warns", is_flag=True, help="Say what the guideline says against the result, and publish it."
)
@click.option("--explain", is_flag=True, help="List every change of the header with its clause.")
@parameters.as_json
def command(source: Path, target: Path, codec: str, explain: bool, as_json: bool, **choices: Any) -> None:
    """Compress an image and record it truly.

    The image in SOURCE is published as TARGET once every frame has been decoded again and the
    result has passed the audit; otherwise TARGET is as it was. SOURCE is never changed.

    A lossy codec makes a new instance, with a record of the step. One that loses nothing, as
    jpegls-lossless or jpegxl-recompress, keeps the instance: UID, flag and history stay, and every frame
    is proven to be the same.

    With --target, --ratio or --max-bytes the codec's knob is turned, not taken as it stands: with a target
    each frame gets the coarsest setting that keeps all conditions, measured on what it decodes to. Where no
    setting does, the status is 5, nothing is written, and the message says how close it came. With -c auto,
    or -c auto:jpeg,jpegls,jpegls-lossless, the smallest result is taken of all codecs, or of those named.

    With --verify none no frame is decoded. That is faster, and gives up what makes the record true: nobody
    knows what was lost, whether a bound was kept, or whether the frames decode at all.

    SOURCE_DATE_EPOCH in the environment is the time to record, for the same bytes on every run.
    """
    from lossytools.pipeline.options import Options  # noqa: PLC0415  loads pydicom and NumPy
    from lossytools.pipeline.transcoding import transcode  # noqa: PLC0415
    from lossytools.report.summary import outcome_text  # noqa: PLC0415

    keep = target_of(choices)
    options = Options(**choices, keep=keep, now=recorded_time())
    with progress(source.name) as advance:
        outcome = transcode(
            source, target, codec, options, on_frame=lambda frame, frames: advance(frame.number, frames)
        )
    for warning in outcome.warnings:
        hint(f"{source.name}: {warning}")
    if as_json:
        json_line("transcode", **outcome_values(outcome, explain=explain))
        return
    say(outcome_text(outcome))
    if explain:
        from lossytools.report.tables import changes_table  # noqa: PLC0415  loads rich

        show(changes_table(outcome.changes))
