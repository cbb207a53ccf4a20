"""Compare any two objects frame by frame: ours or not, whatever each is encoded in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lossytools.dicomio.gathering import gather
from lossytools.dicomio.reading import named
from lossytools.dicomio.source import FrameReader, Source, frame_reader, read_source
from lossytools.errors import UnsupportedPixels
from lossytools.fidelity.focus import Focus
from lossytools.fidelity.information import check_information, visual_information
from lossytools.fidelity.spread import Tally
from lossytools.measurement import FrameMeasurement, Measurement, measure_frame, total
from lossytools.pipeline.coding import numbered_values
from lossytools.pipeline.display import unit_of
from lossytools.pipeline.filming import as_rgb
from lossytools.pipeline.overview import gauge_for
from lossytools.pipeline.refusal import check_pixels
from lossytools.pipeline.window import in_order

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lossytools.fidelity.loss import Gauge, Loss, Scores
    from lossytools.fidelity.scales import Scale
    from lossytools.fidelity.spread import PartFidelity
    from lossytools.pipeline.coding import Numbered
    from lossytools.pipeline.display import Unit


_ALL = Focus()


@dataclass(frozen=True, slots=True)
class Comparison:
    """What the derived object lost of its source: all frames together, and each by itself.

    parts: how true the parts of the image stayed that there are, by name. scores: the figures of each frame,
    part by part. scale: what PSNR and SSIM of the parts are measured against. unit: of a grey level.
    information: VIF at four scales of the frames that it was asked of, by number from 1.
    """

    total: Measurement
    frames: tuple[FrameMeasurement, ...]
    parts: Mapping[str, PartFidelity]
    scores: tuple[Mapping[str, Scores], ...]
    scale: Scale
    unit: Unit | None
    information: Mapping[int, tuple[float, ...]]


def measure(
    source: Path | str,
    derived: Path | str,
    *,
    focus: Focus = _ALL,
    workers: int = 0,
    on_frame: Callable[[FrameMeasurement, int], None] | None = None,
) -> Comparison:
    """Measure what `derived` lost of `source`, frame by frame: ratio, PSNR, SSIM, largest error.

    Colour is compared as RGB, monochrome as stored. focus: which parts of the image are measured, on which
    scale, and of how many frames VIF. on_frame: called for each frame in order, with the number of frames.

    Raises SourceError where one cannot be read or the two have no frames to compare, CodecMissing.
    """
    first, second = Path(source), Path(derived)
    with read_source(first) as one:
        before, _ = _reader(one)
        with read_source(second) as other:
            after, lengths = _reader(other)
            _comparable(before, after)
            if focus.vif:
                check_information(before.native.rows, before.native.columns)
            with named(first):
                gauge = gauge_for(one, before, focus, workers)
            sampled = _spread(before.declared.frames, focus.vif)
            work = _Pair(before, after, lengths, (first, second), gauge, sampled)
            values = zip(numbered_values(one, before), numbered_values(other, after), strict=True)
            frames, scores, tally, information = [], [], Tally(gauge.scale.peak), {}
            for frame, parts, seen in in_order(work, values, workers):
                frames.append(frame)
                if seen:
                    information[frame.number] = seen
                tally.add(frame.number, parts)
                scores.append({name: loss.scores for name, loss in parts.items()})
                if on_frame is not None:
                    on_frame(frame, before.declared.frames)
    unit = unit_of(one.image)
    parts_of_all = tally.parts()
    return Comparison(
        total(frames), tuple(frames), parts_of_all, tuple(scores), gauge.scale, unit, information
    )


def _spread(frames: int, wanted: int) -> frozenset[int]:
    """Return the numbers, from 0, of so many frames in the middles of equal shares of a cine."""
    count = min(wanted, frames)
    return frozenset((2 * share + 1) * frames // (2 * count) for share in range(count))


def _reader(source: Source) -> tuple[FrameReader, tuple[int, ...]]:
    """Return the reader of the frames, and the bare bytes of each frame as they are stored."""
    evidence = gather(source)
    check_pixels(evidence)
    reader = frame_reader(source)
    if source.is_video and evidence.encapsulation is not None:
        return reader, _shares(sum(evidence.encapsulation.stream_bytes), reader.declared.frames)
    if evidence.encapsulation is not None:
        return reader, evidence.encapsulation.stream_bytes
    return reader, (reader.declared.frame_bytes,) * reader.declared.frames


def _shares(size: int, frames: int) -> tuple[int, ...]:
    """Return the bytes of a video as if its frames had equal shares, for no frame has bytes of its own."""
    return tuple(size * (number + 1) // frames - size * number // frames for number in range(frames))


def _comparable(before: FrameReader, after: FrameReader) -> None:
    one, other = before.native, after.native
    for word, a, b in (
        ("frames", one.frames, other.frames),
        ("rows", one.rows, other.rows),
        ("columns", one.columns, other.columns),
        ("photometric interpretation", one.photometric, other.photometric),
        ("bits stored", one.bits_stored, other.bits_stored),
        ("pixel representation", int(one.signed), int(other.signed)),
    ):
        if a != b and not (after.is_video and a == "MONOCHROME2"):  # which a video shows as three samples
            raise UnsupportedPixels(f"cannot be compared: {word} is {a} in the source, {b} here")


@dataclass(frozen=True, slots=True)
class _Pair:
    """Measures one frame of both objects."""

    before: FrameReader
    after: FrameReader
    lengths: tuple[int, ...]
    paths: tuple[Path, Path]
    gauge: Gauge
    sampled: frozenset[int]

    def __call__(
        self, values: tuple[Numbered, Numbered]
    ) -> tuple[FrameMeasurement, dict[str, Loss], tuple[float, ...]]:
        (number, one), (_, other) = values
        with named(self.paths[0]):
            source = self.before.frame(one())
        with named(self.paths[1]):
            derived = self.after.frame(other())
        if self.after.is_video:
            source = as_rgb(source)
        peak = self.before.native.peak
        measured = measure_frame(
            source,
            derived,
            number=number + 1,
            native_bytes=self.before.native.counted_bytes,
            stream_bytes=self.lengths[number],
            peak=peak,
        )
        seen = visual_information(source, derived, self.gauge.scale) if number in self.sampled else ()
        return measured, self.gauge.measure(source, derived), seen
