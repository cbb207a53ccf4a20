"""What a result has to keep, in words that people write: "psnr>=45, ssim>=0.98, max_error<=12"."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lossytools.errors import TargetSettingError, UnsupportedPixels
from lossytools.fidelity.focus import Focus
from lossytools.fidelity.loss import METRICS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lossytools.fidelity.loss import Loss
    from lossytools.fidelity.spread import PartFidelity

SCOPES = ("every-frame", "p1", "mean")
"""What of the frames has to keep it: each, all but one in a hundred, or their mean."""

ENOUGH_DB = 150.0
"""A margin that is not larger where nothing at all was lost."""

LARGEST_RATIO = 100_000
"""Nobody compresses more."""

_MISSED_DB = 1e-9
_CONDITION = re.compile(r"\s*(\w+)\s*(>=|<=)\s*([-+.\deE]+)\s*")
_SENSE = {"psnr": ">=", "ssim": ">=", "max_error": "<="}
_RANGE = {"psnr": (10.0, 150.0), "ssim": (0.0, 1.0), "max_error": (1.0, 65_535.0)}
_UNIT = {"psnr": " dB", "ssim": "", "max_error": " grey levels"}


@dataclass(frozen=True, slots=True)
class Condition:
    """A figure and its limit: psnr in dB and ssim at least, max_error in grey levels at most.

    Raises TargetSettingError for another figure, or a limit out of its range: 10 to 150 dB, over 0 to below
    1, 1 to 65535 grey levels.
    """

    metric: str
    limit: float

    def __post_init__(self) -> None:
        """Raise TargetSettingError for what cannot be asked."""
        if self.metric not in METRICS:
            raise TargetSettingError(f"a target is of {', '.join(METRICS)}, not of {self.metric!r}")
        low, high = _RANGE[self.metric]
        if not low <= self.limit <= high or (self.metric == "ssim" and self.limit in {low, high}):
            unit = _UNIT[self.metric]
            between = "between 0 and 1" if self.metric == "ssim" else f"from {low:g} to {high:g}{unit}"
            raise TargetSettingError(f"{self.metric} is asked for {between}, not {self.limit:.12g}")

    def __str__(self) -> str:
        """Return the condition as it is written."""
        return f"{self.metric}{_SENSE[self.metric]}{self.limit:.12g}"

    def margin(self, figure: float) -> float:
        """Return by how many dB a figure is better than the limit; below 0 it does not keep it.

        Distance from perfect counts, in dB for all three, so that finer settings add about as much to each.
        Raises UnsupportedPixels where nothing could be measured.
        """
        if math.isnan(figure):
            raise UnsupportedPixels(f"{self} cannot be judged: the part has no {self.metric} in some frame")
        away = level(self.metric, figure) - level(self.metric, self.limit)
        kept = figure <= self.limit if _SENSE[self.metric] == "<=" else figure >= self.limit
        return min(max(away, 0.0), ENOUGH_DB) if kept else min(away, -_MISSED_DB)  # whatever rounding says


def level(metric: str, figure: float) -> float:
    """Return a figure in dB, larger being better: PSNR, -10 lg(1 - SSIM), -20 lg(largest error + 1/2)."""
    if metric == "psnr":
        return figure
    if metric == "ssim":
        return -10 * math.log10(1 - figure) if figure < 1 else math.inf
    return -20 * math.log10(figure + 0.5)


@dataclass(frozen=True, slots=True)
class Target:
    """What a result has to keep, and how large it may be.

    conditions: all of them, on each of `regions`, measured on `scale` (see Focus). scope: of "every-frame",
    of all but one frame in a hundred "p1", or of their "mean". max_ratio: no more is compressed than this,
    though the conditions would allow it. ratio, max_bytes: the best quality at this ratio or more, in this
    many bytes of pixel data or fewer; beside conditions they are limits of what these need. best_effort: what
    comes closest is taken where nothing keeps all of it.

    Raises TargetSettingError for a target without a wish, and for what contradicts itself.
    """

    conditions: tuple[Condition, ...] = ()
    regions: tuple[str, ...] = ("whole",)
    scale: str = "stored"
    scope: str = "every-frame"
    max_ratio: float | None = None
    ratio: float | None = None
    max_bytes: int | None = None
    best_effort: bool = False

    def __post_init__(self) -> None:
        """Raise TargetSettingError for what cannot be asked."""
        metrics = [condition.metric for condition in self.conditions]
        if len(set(metrics)) < len(metrics):
            raise TargetSettingError(f"a target asks for each figure once: {self}")
        if self.scope not in SCOPES:
            raise TargetSettingError(f"a scope is {', '.join(SCOPES)}, not {self.scope!r}")
        if self.ratio is not None and self.max_bytes is not None:
            raise TargetSettingError("ratio and max_bytes exclude each other, give one")
        for name in ("max_ratio", "ratio"):
            value = getattr(self, name)
            if value is not None and not 1 < value <= LARGEST_RATIO:
                raise TargetSettingError(f"{name} is over 1 to 100000, not {value:g}")
        if self.max_bytes is not None and self.max_bytes < 1:
            raise TargetSettingError(f"max_bytes is 1 or more, not {self.max_bytes}")
        if not (self.conditions or self.sized):
            raise TargetSettingError("a target needs a condition, as psnr>=45, or a ratio, or max_bytes")
        if self.max_ratio is not None and self.sized:
            raise TargetSettingError(
                "max_ratio limits what a condition would compress; ratio does the opposite"
            )
        _ = self.focus

    @property
    def sized(self) -> bool:
        """Whether the size has a limit."""
        return self.ratio is not None or self.max_bytes is not None

    @property
    def judged(self) -> int:
        """How many margins are of conditions: one for each on each region, before that of a ratio."""
        return len(self.conditions) * len(self.regions)

    @property
    def focus(self) -> Focus:
        """What has to be measured."""
        wants_ssim = any(condition.metric == "ssim" for condition in self.conditions)
        return Focus(self.regions, self.scale, wants_ssim)

    def __str__(self) -> str:
        """Return the target in ASCII, for a record."""
        wishes = [", ".join(map(str, self.conditions))]
        if self.conditions and self.regions != ("whole",):
            wishes.append(f"on {' and '.join(self.regions)}")
        if self.conditions and self.scale != "stored":
            wishes.append(f"{self.scale} range")
        if self.conditions:
            wishes.append("every frame" if self.scope == "every-frame" else self.scope)
        sizes = {name: getattr(self, name) for name in ("max_ratio", "ratio", "max_bytes")}
        wishes += [f"{name} {size:.12g}" for name, size in sizes.items() if size is not None]
        return ", ".join(filter(None, wishes))

    def largest(self, native_bytes: int) -> float:
        """Return how many bytes pixel data may have that was so long before, infinite without a limit."""
        if self.ratio is not None:
            return native_bytes / self.ratio
        return math.inf if self.max_bytes is None else float(self.max_bytes)

    def margins(self, parts: Mapping[str, Loss], native_bytes: int, stream_bytes: int) -> tuple[float, ...]:
        """Return by how many dB one frame keeps each condition on each part, and the largest ratio."""
        chosen = [parts[name].scores for name in self.regions]
        figures = [(condition, scores) for condition in self.conditions for scores in chosen]
        kept = [condition.margin(getattr(scores, condition.metric)) for condition, scores in figures]
        return (*kept, *self._not_too_small(native_bytes, stream_bytes))

    def margins_of_all(
        self, parts: Mapping[str, PartFidelity], native_bytes: int, stream_bytes: int
    ) -> tuple[float, ...]:
        """Return by how many dB all frames keep each condition in their scope, and the largest ratio."""
        kept = []
        for condition in self.conditions:
            for part in (parts[name] for name in self.regions):
                spread = part.spread(condition.metric)
                kept.append(condition.margin(math.nan if spread is None else spread.at(self.scope)))
        return (*kept, *self._not_too_small(native_bytes, stream_bytes))

    def closeness(self, parts: Mapping[str, PartFidelity], native_bytes: int, stream_bytes: int) -> float:
        """Return by how many dB all frames keep everything, the size too; below 0 something is missed.

        parts: none where nothing was lost, which keeps all but a size.
        """
        largest = self.largest(native_bytes)
        fits = size_margin(largest, stream_bytes) if math.isfinite(largest) else ENOUGH_DB
        kept = self.margins_of_all(parts, native_bytes, stream_bytes) if parts else ()
        return min((fits, *kept))

    def _not_too_small(self, native_bytes: int, stream_bytes: int) -> tuple[float, ...]:
        if self.max_ratio is None:
            return ()
        return (size_margin(stream_bytes, native_bytes / self.max_ratio),)


def size_margin(larger: float, smaller: float) -> float:
    """Return how much larger one size is than another, in dB of 20 times the logarithm."""
    return 20 * math.log10(larger / smaller)


def parse_conditions(text: str) -> tuple[Condition, ...]:
    """Return the conditions of a text as "psnr>=45, ssim>=0.98, max_error<=12". Raises TargetSettingError."""
    conditions = []
    for part in text.split(","):
        found = _CONDITION.fullmatch(part)
        if not found:
            raise TargetSettingError(
                f"{part.strip()!r} is no condition: write psnr>=45, ssim>=0.98, max_error<=12"
            )
        metric, sense, number = found[1].lower(), found[2], found[3]
        try:
            limit = float(number)
        except ValueError as error:
            raise TargetSettingError(f"{part.strip()!r}: {number!r} is no number") from error
        if _SENSE.get(metric, sense) != sense:
            raise TargetSettingError(f"{part.strip()!r}: {metric} is asked for with {_SENSE[metric]}")
        conditions.append(Condition(metric, limit))
    return tuple(conditions)
