"""A setting for each frame: the coarsest that keeps the target on this frame, judged on decoded bytes."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from lossytools.codecs.codestream.quality import libjpeg_quality
from lossytools.errors import CodecError, SourceError
from lossytools.fidelity.target import level
from lossytools.tuning.dial import USUAL_DB
from lossytools.tuning.sampling import gauge_of_sample, sample_of, sampled
from lossytools.tuning.stepping import LIMIT, Slopes, Trial, better, next_place

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lossytools.codecs.protocol import FrameCodec
    from lossytools.fidelity.loss import Gauge, Loss
    from lossytools.fidelity.scales import Scale
    from lossytools.fidelity.target import Target
    from lossytools.tuning.dial import Dial
    from lossytools.tuning.stepping import Line
    from lossytools.values import Frame, ImagePixel

LAG = 4
"""Frames between one and the one that its search begins from: so many can be coded side by side, and the
result is the same however many are."""

_NOISE = {"psnr": 0.02, "ssim": 0.05, "max_error": 1.5}
"""dB by which the next setting may be better than its slope says: largest errors jump."""
_PEEKS = 4  # on a sample of a frame, where they cost little
_TELLING_DB = 3.0  # margin above which a sample shows too little to lose anything
_REST = 3  # frames of a chain that follow one another without a look at a sample
_NEARLY_DB = -0.5  # margin above which a known setting is worth a try on another frame


@dataclass(frozen=True, slots=True, eq=False)
class Attempt:
    """A frame coded with one setting, decoded again and measured."""

    codec: FrameCodec
    stream: bytes
    decoded: Frame
    parts: Mapping[str, Loss]


@dataclass(frozen=True, slots=True)
class Start:
    """Where a search begins, what is supposed of slopes, and where else to look.

    known: a place that lost little although the one before it lost more: where the source was coded before,
    or what a frame before this one, or a sample of this one, has shown. peeks: how many whole places beyond
    the best are looked at. rest: after so many searches a sample is looked at first; below 0 never again.
    """

    place: float
    slopes: Slopes
    known: float | None = None
    peeks: int = 0
    rest: int = 0

    def untried(self, best: Trial, trials: Sequence[Trial], line: Line) -> float | None:
        """Return a coarser place than the best that may hold against all likelihood, None without."""
        tried = {trial.place for trial in trials}
        places = [line.beside(best.place, step) for step in range(1, self.peeks + 1)] if line.whole else []
        if self.known is not None:
            places.insert(0, self.known)
        return next((place for place in places if place > best.place and place not in tried), None)


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What a search ended with. best: the smallest attempt that holds, else the one that came closest.

    trials: all that were made of the whole frame. encodes: what they cost, and a look at a sample. ended:
    where a search like it may begin. kept: every condition holds, though the ratio of this frame may be over
    the largest, for which others may make up.
    """

    best: Attempt
    trial: Trial
    trials: tuple[Trial, ...]
    encodes: float
    ended: Start
    kept: bool


def usual_psnr(target: Target, native: ImagePixel, scale: Scale, dial: Dial) -> float:
    """Return the PSNR against the stored range that a target usually comes to, in dB.

    Of several conditions that of the strictest.
    """
    spread = 20 * math.log10(native.peak / scale.span)
    usual = {"psnr": spread, "ssim": spread + dial.of_ssim}
    usual["max_error"] = 20 * math.log10(native.peak) + dial.of_error  # of samples on any scale
    wanted = (level(each.metric, each.limit) + usual[each.metric] for each in target.conditions)
    return max(wanted, default=USUAL_DB)


@dataclass(frozen=True, slots=True)
class FrameSearch:
    """Searches a setting of `codec` for one frame after the other; for any number of threads.

    gauge: measures what the target speaks of. second: what another decoder makes of a stream has to keep
    it too.
    """

    codec: FrameCodec
    native: ImagePixel
    target: Target
    gauge: Gauge
    dial: Dial
    second: bool = False

    def begin(self, source: bytes = b"") -> Start:
        """Return where the first search begins. source: the first frame as it is stored, if it is."""
        metrics = [condition.metric for condition in self.target.conditions for _ in self.target.regions]
        metrics += ["psnr"] * (self.target.max_ratio is not None)
        slopes = Slopes((self.dial.slope,) * len(metrics), tuple(_NOISE[metric] for metric in metrics))
        place = self.dial.at(usual_psnr(self.target, self.native, self.gauge.scale, self.dial))
        before = libjpeg_quality(source) if self.dial.knob == "quality" else None
        known = None if before is None else self.dial.place(before)
        return Start(place, slopes, known)

    def solve(self, frame: Frame, start: Start) -> Found:
        """Return the best attempt at a frame. Raises what the codec raises, UnsupportedPixels."""
        start, spent = self._looked(frame, start)
        limit = LIMIT - (spent > 0)
        trial, attempt = self.try_at(frame, start.place)
        best, trials, slopes = (trial, attempt), [trial], start.slopes
        while len(trials) < limit:
            place = next_place(trials, self.dial, slopes, limit=limit)
            if place is None and best[0].holds:
                place = start.untried(best[0], trials, self.dial)
            if place is None:
                break
            trial, attempt = self.try_at(frame, place)
            trials.append(trial)
            if better(trial, best[0]):
                best = trial, attempt
            slopes = slopes.learn(trials)
        trial, attempt = best
        ended = Start(trial.place, slopes, _worth_knowing(trial, trials, start), rest=start.rest)
        kept = min(trial.margins[: self.target.judged]) >= 0
        return Found(attempt, trial, tuple(trials), len(trials) + spent, ended, kept)

    def _looked(self, frame: Frame, start: Start) -> tuple[Start, float]:
        """Return the start as a search on a sample of the frame corrects it, and the encodes that it cost."""
        later = replace(start, rest=start.rest - (start.rest > 0))
        if start.rest != 0 or not self.dial.local:
            return later, 0.0
        sample, gauge = sample_of(frame), gauge_of_sample(self.gauge)
        if sample is None or gauge is None:
            return replace(start, rest=-1), 0.0
        small = replace(self, native=sampled(self.native, sample), gauge=gauge, second=False)
        peeks = _PEEKS if self.dial.whole else 0
        try:
            found = small.solve(sample, Start(start.place, start.slopes, peeks=peeks, rest=-1))
        except (SourceError, CodecError):  # what stops the sample need not stop the frame
            return replace(start, rest=-1), 0.0
        later = replace(start, rest=_REST if self.dial.ragged else -1)
        return self._corrected(later, found), len(found.trials) * sample.size / frame.size

    def _corrected(self, start: Start, sample: Found) -> Start:
        """Return the start as what a sample came to corrects it."""
        if not 0 <= sample.trial.margin <= _TELLING_DB:
            return start
        place = sample.trial.place
        if start.slopes.learned:  # a frame before this one has told where to begin
            return replace(start, known=place if place > start.place else start.known)
        return replace(start, place=place, slopes=start.slopes if self.dial.ragged else sample.ended.slopes)

    def try_at(self, frame: Frame, place: float) -> tuple[Trial, Attempt]:
        """Return an attempt at a frame with the dial at a place. Raises what the codec raises."""
        codec = self.dial.codec(self.codec, place)
        stream = codec.encode(frame, self.native)
        decoded = codec.decode(stream, self.native, np.empty(self.native.shape, self.native.dtype))
        parts = self.gauge.measure(frame, decoded)
        margins = self._margins(parts, len(stream))
        if self.second:
            again = self.gauge.measure(frame, codec.decode_independent(stream, self.native))
            margins = tuple(map(min, margins, self._margins(again, len(stream))))
        return Trial(place, margins, len(stream)), Attempt(codec, stream, decoded, parts)

    def _margins(self, parts: Mapping[str, Loss], size: int) -> tuple[float, ...]:
        return self.target.margins(parts, self.native.counted_bytes, size)


def _worth_knowing(best: Trial, trials: Sequence[Trial], start: Start) -> float | None:
    """Return a place that a search like this one should try: it holds, or nearly, against all likelihood."""
    if best.holds and any(not one.holds and one.place < best.place for one in trials):
        return best.place
    nearly = any(one.place == start.known and one.margin > _NEARLY_DB for one in trials)
    return start.known if nearly else None
