"""A setting for each frame: the coarsest that keeps the target on this frame, judged on decoded bytes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lossytools.tuning.dial import USUAL_DB
from lossytools.tuning.stepping import Slopes, Trial, better, next_place

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lossytools.codecs.protocol import FrameCodec
    from lossytools.fidelity.loss import Gauge, Loss
    from lossytools.fidelity.target import Target
    from lossytools.tuning.dial import Dial
    from lossytools.values import Frame, ImagePixel

LAG = 4
"""Frames between one and the one that its search begins from: so many can be coded side by side, and the
result is the same however many are."""

_NOISE = {"psnr": 0.02, "ssim": 0.05, "max_error": 1.5}
"""dB by which the next setting may be better than its slope says: largest errors jump."""


@dataclass(frozen=True, slots=True, eq=False)
class Attempt:
    """A frame coded with one setting, decoded again and measured."""

    codec: FrameCodec
    stream: bytes
    decoded: Frame
    parts: Mapping[str, Loss]


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What a search ended with. best: the smallest attempt that holds, else the one that came closest.

    trials: all that were made. slopes: as learned.
    """

    best: Attempt
    trial: Trial
    trials: tuple[Trial, ...]
    slopes: Slopes


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

    def begin(self) -> tuple[float, Slopes]:
        """Return where the first search begins, and what is supposed of slopes."""
        metrics = [condition.metric for condition in self.target.conditions for _ in self.target.regions]
        metrics += ["psnr"] * (self.target.max_ratio is not None)
        slopes = Slopes((self.dial.slope,) * len(metrics), tuple(_NOISE[metric] for metric in metrics))
        wanted = next((each.limit for each in self.target.conditions if each.metric == "psnr"), USUAL_DB)
        return self.dial.snap(self.dial.start + (wanted - USUAL_DB) / self.dial.slope), slopes

    def solve(self, frame: Frame, start: float, slopes: Slopes) -> Found:
        """Return the best attempt at a frame. Raises what the codec raises, UnsupportedPixels."""
        trials: list[Trial] = []
        best = None
        place: float | None = start
        while place is not None:
            trial, attempt = self.try_at(frame, place)
            trials.append(trial)
            if best is None or better(trial, best[0]):
                best = trial, attempt
            slopes = slopes.learn(trials)
            place = next_place(trials, self.dial, slopes)
        trial, attempt = best or self.try_at(frame, start)
        return Found(attempt, trial, tuple(trials), slopes)

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
