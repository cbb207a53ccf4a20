"""The steps of the demo: compress once, compress again, read frames back, draw them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lossytools.cli.console import progress
from lossytools.cli.recording import recorded_time
from lossytools.dicomio.publishing import disk_errors, publish
from lossytools.dicomio.source import frame_reader, read_source
from lossytools.pipeline.comparison import measure
from lossytools.pipeline.options import Options
from lossytools.pipeline.transcoding import transcode
from lossytools.report.figures import decibels, ratio_words
from lossytools.report.picture import Panel, draw
from lossytools.report.record import record_text
from lossytools.report.summary import pixel_words
from lossytools.report.tables import Row

if TYPE_CHECKING:
    from pathlib import Path

    from lossytools.measurement import FrameMeasurement
    from lossytools.pipeline.options import Outcome
    from lossytools.values import Frame

CODECS = ("jpeg", "jpegls", "jpeg2000")
AGAIN = "jpeg2000:ratio=20"


@dataclass(frozen=True, slots=True)
class Shown:
    """A derived object. steps: a row for each. frames: what each lost of the cine, all steps together."""

    label: str
    path: Path
    steps: tuple[Row, ...]
    frames: tuple[FrameMeasurement, ...]


def make_once(cine: Path, codec: str, out: Path) -> Shown:
    """Return the cine compressed with `codec`, written to the folder `out`."""
    frames: list[FrameMeasurement] = []
    outcome = _transcode(cine, out / f"{codec.partition(':')[0]}.dcm", codec, frames)
    row = Row(outcome.codec, "cine", outcome.measurement, outcome.seconds)
    return Shown(outcome.codec, outcome.target, (row,), tuple(frames))


def make_twice(cine: Path, first: Shown, out: Path) -> Shown:
    """Return a derived object compressed once more, measured against its source and against the cine."""
    outcome = _transcode(first.path, out / f"{first.path.stem}_then_jpeg2000.dcm", AGAIN, [])
    step = Row(f"then {outcome.codec}", "row above", outcome.measurement, outcome.seconds)
    compared = measure(cine, outcome.target)
    both = Row("both steps", "cine", compared.total, None)
    label = f"{first.path.stem}, then {outcome.codec}"
    return Shown(label, outcome.target, (step, both), compared.frames)


def _transcode(source: Path, target: Path, codec: str, frames: list[FrameMeasurement]) -> Outcome:
    options = Options(allow_recompress=True, force=True, now=recorded_time())
    with progress(codec) as advance:

        def on_frame(frame: FrameMeasurement, total: int) -> None:
            frames.append(frame)
            advance(frame.number, total)

        return transcode(source, target, codec, options, on_frame)


def make_folder(out: Path) -> None:
    """Make the folder to write to. Raises DestinationError."""
    with disk_errors(out):
        out.mkdir(parents=True, exist_ok=True)


def cine_words(cine: Path) -> str:
    """Return what the cine is, in one line."""
    with read_source(cine) as source:
        return f"{cine.name}: synthetic, {pixel_words(frame_reader(source).declared)}"


def record_of(path: Path) -> str:
    """Return the record of one object, as text."""
    with read_source(path) as source:
        return record_text(source.image)


def draw_frames(cine: Path, made: tuple[Shown, ...], target: Path) -> Path:
    """Draw the frame that the last of `made` is worst at, of all of them, and return where."""
    worst = min(made[-1].frames, key=lambda frame: (frame.psnr_db, frame.number)).number
    title = f"{cine_words(cine)}.  Frame {worst}"
    first = Panel("source", "native", read_frame(cine, worst))
    panels = [_panel(shown, worst) for shown in made]
    image = draw(title, first, panels)
    with publish(target, force=True) as draft:
        image.save(draft.file, "PNG", optimize=True)
    return target


def _panel(shown: Shown, number: int) -> Panel:
    frame, row = shown.frames[number - 1], shown.steps[-1]
    words = f"{ratio_words(row.measured.ratio)}, PSNR {decibels(frame.psnr_db)}, max error {frame.max_error}"
    return Panel(shown.label, words, read_frame(shown.path, number))


def read_frame(path: Path, number: int) -> Frame:
    """Return frame `number`, from 1, of 8 bits."""
    with read_source(path) as source:
        reader = frame_reader(source)
        return reader.frame(source.value_of(number - 1, reader.declared))
