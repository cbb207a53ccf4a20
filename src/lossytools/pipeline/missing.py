"""Why a target is not reached: the best that was, and which other codec would reach it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from lossytools.codecs.catalogue import CODECS
from lossytools.codecs.lossless import LOSSLESS
from lossytools.errors import CodecError, SourceError
from lossytools.history import format_ratio
from lossytools.measurement import down
from lossytools.pipeline.coding import numbered_values
from lossytools.tuning.dial import dial_of
from lossytools.tuning.frames import FrameSearch

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lossytools.codecs.lossless import LosslessCodec
    from lossytools.codecs.movies.movie import MovieCodec
    from lossytools.codecs.protocol import FrameCodec
    from lossytools.fidelity.loss import Gauge
    from lossytools.fidelity.spread import PartFidelity
    from lossytools.fidelity.target import Condition, Target
    from lossytools.measurement import Measurement
    from lossytools.pipeline.job import Job
    from lossytools.tuning.frames import Found
    from lossytools.values import Frame, ImagePixel


def misses(target: Target, parts: Mapping[str, PartFidelity], measured: Measurement) -> Iterator[str]:
    """Yield what of a target all frames together do not keep, each with the figure that was reached.

    parts: those that the conditions speak of; none where nothing was lost.
    """
    for condition in target.conditions:
        for name, part in parts.items():
            spread = part.spread(condition.metric)
            if spread is not None:
                yield from _missed(condition, name, spread.at(target.scope))
    if parts and target.max_ratio and measured.stream_bytes < measured.native_bytes / target.max_ratio:
        reached = format_ratio(measured.native_bytes, measured.stream_bytes)
        yield f"ratio {reached} where max_ratio {target.max_ratio:.12g} is asked for"
    largest = target.largest(measured.native_bytes)
    if measured.stream_bytes > largest:
        yield f"{measured.stream_bytes} bytes where {math.floor(largest)} are asked for"


def frame_words(search: FrameSearch, number: int, frame: Frame, found: Found) -> tuple[str, str]:
    """Return how close a codec came to the target on frame `number`, from 1, and who would keep it."""
    missed = (
        words
        for condition in search.target.conditions
        for name, loss in found.best.parts.items()
        for words in _missed(condition, name, getattr(loss.scores, condition.metric))
    )
    best = "; ".join(missed) or "what another decoder makes of it is further off"
    asked = _Asked(search.native, search.target, search.gauge, frame)
    reached = f"frame {number}: {found.best.codec!r} comes closest and misses it: {best}"
    return reached, asked.others(search.codec)


def _missed(condition: Condition, name: str, figure: float) -> Iterator[str]:
    if not math.isnan(figure) and condition.margin(figure) < 0:
        shown = f"{figure:g}" if condition.metric == "max_error" else down(figure, 4)
        yield f"{condition.metric} of the {name} {shown} where {condition} is asked for"


def worst_words(job: Job, keep: Target, parts: Mapping[str, PartFidelity]) -> str:
    """Return which codecs would keep a target on the frame that misses it most, of frames coded alike."""
    spreads = [(each, part.spread(each.metric)) for each in keep.conditions for part in parts.values()]
    worst = ((each.margin(spread.worst), spread.worst_frame) for each, spread in spreads if spread)
    margin, number = min(worst, default=(0.0, 0))
    if job.gauge is None or margin >= 0:
        return ""
    _, read = next(islice(numbered_values(job.source, job.reader), number - 1, None))
    asked = _Asked(job.reader.native, keep, job.gauge, job.reader.frame(read()))
    return f"Frame {number} is the worst. {asked.others(job.codec)}"


@dataclass(frozen=True, slots=True)
class _Asked:
    """A target on one frame, for any codec."""

    native: ImagePixel
    target: Target
    gauge: Gauge
    frame: Frame

    def others(self, codec: FrameCodec | MovieCodec) -> str:
        """Return which codecs but this one keep the target at their finest."""
        able = [other.name for other in CODECS if other is not type(codec) and self._able(other())]
        lossless = [other.name for other in LOSSLESS if self._takes(other())]
        return f"Codecs that keep it on this frame: {', '.join([*able, *lossless]) or 'none'}"

    def _takes(self, codec: FrameCodec | LosslessCodec) -> bool:
        try:
            codec.resolve(self.native)
        except (SourceError, CodecError):
            return False
        return True

    def _able(self, codec: FrameCodec) -> bool:
        if not self._takes(codec):
            return False
        try:
            dial = dial_of(codec, self.native)
            search = FrameSearch(codec, self.native, self.target, self.gauge, dial)
            return search.try_at(self.frame, dial.finest)[0].holds
        except (SourceError, CodecError):
            return False
