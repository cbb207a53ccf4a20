"""lossytools compare: codecs side by side on the user's own images."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import click

from lossytools.cli import parameters
from lossytools.cli.compare_outputs import check_outputs, write_outputs
from lossytools.cli.console import complain, hint, json_line, progress, say, show
from lossytools.cli.exits import DONE, status_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lossytools.codecs.movies.movie import MovieCodec
    from lossytools.codecs.protocol import FrameCodec
    from lossytools.fidelity.target import Target
    from lossytools.pipeline.contest import Contest
    from lossytools.pipeline.points import Point, Subject
    from lossytools.pipeline.probes import Probes
    from lossytools.report.contest import Compared


@click.command("compare")
@click.argument("sources", type=parameters.PATH, nargs=-1, required=True)
@click.option(
    "-c",
    "--codec",
    "codecs",
    multiple=True,
    default=("jpeg", "jpegls", "jpeg2000"),
    show_default=True,
    metavar="CODEC",
    help="A codec to compare, may be repeated; the first is what BD-rates are against.",
)
@click.option(
    "--at",
    default="psnr=40,44,48",
    show_default=True,
    metavar="METRIC=V,...",
    help="Qualities that every frame has to keep: psnr, ssim or max_error.",
)
@parameters.on_target
@parameters.scale
@click.option("--csv", "csv_file", type=parameters.PATH, metavar="FILE", help="Write every figure as a row.")
@click.option(
    "--report", type=parameters.PATH, metavar="FILE", help="Write a page of pictures, curves and a table."
)
@click.option(
    "--show-text", is_flag=True, help="Show whole frames on the page, with what is burned into them."
)
@click.option(
    "--plot",
    type=parameters.PATH,
    metavar="FILE",
    help="Draw ratio against PSNR, as .png or .svg, for a paper.",
)
@click.option(
    "--cache",
    type=parameters.PATH,
    metavar="FILE",
    help="Keep points in FILE and take those that are there: a run goes on, a second one encodes nothing,"
    " but for the pictures of --report.",
)
@parameters.workers
@parameters.force
@parameters.as_json
def command(
    *,
    sources: tuple[Path, ...],
    codecs: tuple[str, ...],
    at: str,
    regions: tuple[str, ...] | None,
    scale: str,
    csv_file: Path | None,
    report: Path | None,
    show_text: bool,
    plot: Path | None,
    cache: Path | None,
    workers: int,
    force: bool,
    as_json: bool,
) -> None:
    """Compare codecs on images of your own.

    Every codec is turned until every frame of every SOURCE, a file or a folder of DICOM files, keeps each
    quality of --at; shown are ratio, losses by part of the image, time of one thread for a frame, and how
    many bytes more or fewer than the first codec it takes at equal PSNR (BD-rate). Nothing is published.
    Images are called by their place on the command line, not by their names.
    """
    from lossytools.errors import SourceError, UnreadableSource  # noqa: PLC0415
    from lossytools.pipeline.contest import Contest  # noqa: PLC0415  loads pydicom
    from lossytools.pipeline.probes import Probes, file_digest  # noqa: PLC0415
    from lossytools.report.contest import (  # noqa: PLC0415
        contest_table,
        contest_title,
        guideline_lines,
        modality_table,
        refusals,
    )

    chosen, targets = _codecs(codecs), _targets(at, regions, scale)
    files = list(_files(sources))
    if not files:
        raise UnreadableSource(f"{', '.join(map(str, sources))}: no DICOM file is there")
    check_outputs(files, csv_file, report, plot, cache, force=force)
    done: list[Compared] = []
    probes, status = Probes(cache), DONE
    for number, path in enumerate(files, start=1):
        digest = file_digest(path) if path.is_file() else ""
        rules = Contest(chosen, targets, workers, report is not None, partial(probes.get, digest))
        try:
            compared = _compared(path, f"image {number}", rules, digest, probes)
        except SourceError as error:
            if as_json:
                json_line("error", error=type(error).__name__, message=str(error))
            complain(str(error))
            status = max(status, status_of(error))
            continue
        done.append(compared)
        if as_json:
            _lines(compared)
            continue
        say(contest_title(compared))
        show(contest_table(compared))
        methods = {codec.method for codec in chosen}
        lines = [*refusals(compared), *guideline_lines(compared.subject, methods)]
        say("\n".join([*lines, ""]))
    if done:
        write_outputs(done, csv_file, report, plot, show_text=show_text, force=force)
    if len(done) > 1 and not as_json:
        show(modality_table(done))
    if status != DONE:
        raise click.exceptions.Exit(status)


def _codecs(names: tuple[str, ...]) -> tuple[FrameCodec | MovieCodec, ...]:
    """Return the codecs. Raises CodecSettingError for those that no quality can be asked of."""
    from lossytools.codecs import parse_codec  # noqa: PLC0415
    from lossytools.codecs.lossless import LosslessCodec  # noqa: PLC0415
    from lossytools.codecs.recompression import StreamCodec  # noqa: PLC0415
    from lossytools.errors import CodecSettingError  # noqa: PLC0415
    from lossytools.tuning.dial import untuned  # noqa: PLC0415

    codecs = []
    for name in names:
        codec = parse_codec(name)
        if isinstance(codec, (LosslessCodec, StreamCodec)):
            raise CodecSettingError(
                f"{codec.name} loses nothing: compare turns a knob until a quality is kept"
            )
        codecs.append(codec)
    if len(set(map(untuned, codecs))) < len(codecs):
        raise CodecSettingError("a codec stands twice: compare turns its knob, whatever is given")
    return tuple(codecs)


def _targets(at: str, regions: tuple[str, ...] | None, scale: str) -> tuple[Target, ...]:
    """Return a target for each quality of a text as "psnr=40,44,48". Raises TargetSettingError."""
    from lossytools.errors import TargetSettingError  # noqa: PLC0415
    from lossytools.fidelity.target import Condition, Target  # noqa: PLC0415

    metric, equals, values = at.partition("=")
    try:
        limits = [float(value) for value in values.split(",")]
    except ValueError as error:
        raise TargetSettingError(f"--at is METRIC=V,V,..., as psnr=40,44,48, not {at!r}") from error
    if not equals or len(set(limits)) < len(limits):
        raise TargetSettingError(f"--at is METRIC=V,V,..., each value once, not {at!r}")
    conditions = (Condition(metric.strip(), limit) for limit in limits)
    return tuple(Target((condition,), regions or ("whole",), scale) for condition in conditions)


def _files(sources: tuple[Path, ...]) -> Iterator[Path]:
    from lossytools.dicomio.walking import files_below, is_folder, is_object  # noqa: PLC0415

    for source in sources:
        if is_folder(source):
            yield from filter(is_object, files_below(source))
        else:
            yield source


def _compared(path: Path, label: str, contest: Contest, digest: str, probes: Probes) -> Compared:
    """Return the points of one image. Raises SourceError where it cannot be compared."""
    from lossytools.errors import LossyToolsError  # noqa: PLC0415
    from lossytools.pipeline.contest import points_of  # noqa: PLC0415
    from lossytools.pipeline.points import Picture, Point  # noqa: PLC0415
    from lossytools.report.contest import Compared  # noqa: PLC0415

    subject: Subject | None = None
    points: list[Point] = []
    pictures: list[Picture] = []
    with progress(label) as advance:
        for found in points_of(path, contest, lambda frame, frames: advance(frame.number, frames)):
            if isinstance(found, Point):
                points.append(found)
                probes.add(digest, found)
            elif isinstance(found, Picture):
                pictures.append(found)
            else:
                subject = found
    if subject is None:
        raise LossyToolsError(f"{path}: nothing was compared")
    hint(f"{label}: {path}")
    return Compared(label, subject, tuple(points), tuple(pictures))


def _lines(compared: Compared) -> None:
    from lossytools.cli.lines import parts_values  # noqa: PLC0415

    for point in compared.points:
        json_line(
            "point",
            image=compared.label,
            modality=compared.subject.modality,
            codec=point.codec,
            target=point.target,
            settings=point.settings,
            native_bytes=compared.subject.native_bytes,
            stream_bytes=point.stream_bytes,
            parts={} if point.parts is None else parts_values(point.parts),
            encode_ms=point.encode_ms,
            decode_ms=point.decode_ms,
            encodes=point.encodes,
            refused=point.refused,
            bd_rate=compared.against_first(point.codec),
        )
