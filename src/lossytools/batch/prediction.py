"""From a sample to all: how many bytes a migration will leave and how long it will take, with an interval.

Each kind of object is a stratum of which a few are really done. The ratio of what came out to what went in is
carried over to the stratum; its scatter gives the variance (ratio estimator in strata, Cochran, Sampling
Techniques, 3rd edition, sections 6.4 and 6.10).
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_CONFIDENCE = 0.90
_FEW = {1: 6.314, 2: 2.920, 3: 2.353, 4: 2.132}
"""Quantiles of Student's t at 0.95 where the series below is too short."""


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate, and the ends between which the truth lies in 90 of 100 cases."""

    low: float
    estimate: float
    high: float


@dataclass(frozen=True, slots=True)
class Stratum:
    """Objects of one kind. objects, size: of all of them, in bytes. sizes, results: of those that were done.

    results: what came out of each, in bytes or seconds.
    """

    objects: int
    size: float
    sizes: tuple[float, ...]
    results: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a job will leave and take. seconds: of work. sampled, failed: objects that were done for it."""

    target_bytes: Interval
    seconds: Interval
    sampled: int
    failed: int = 0

    def as_text(self) -> str:
        """Return it as the ledger keeps it."""
        return json.dumps(asdict(self))


def parse_prediction(text: str) -> Prediction:
    """Return what `as_text` wrote."""
    found = json.loads(text)
    ends = {name: Interval(**found[name]) for name in ("target_bytes", "seconds")}
    return Prediction(**ends, sampled=found["sampled"], failed=found["failed"])


def predict(strata: Iterable[Stratum]) -> Interval:
    """Return the sum of the results of all objects, with the interval that holds it in 90 of 100 cases.

    Strata of which nothing was done count with the mean ratio of all others.
    """
    known = list(strata)
    done = [stratum for stratum in known if stratum.sizes]
    if not done:
        return Interval(0.0, 0.0, math.inf if known else 0.0)
    scatter = _pooled_scatter(done)
    mean = sum(map(_total, done)) / max(sum(stratum.size for stratum in done), 1e-12)
    total = sum(map(_total, done)) + sum(mean * stratum.size for stratum in known if not stratum.sizes)
    variance = sum(_variance(stratum, scatter) for stratum in done)
    variance += sum((mean * stratum.size * scatter) ** 2 for stratum in known if not stratum.sizes)
    freedom = sum(len(stratum.sizes) - 1 for stratum in done if len(stratum.sizes) < stratum.objects)
    reach = student(max(freedom, 1)) * math.sqrt(variance)
    return Interval(max(total - reach, 0.0), total, total + reach)


def _ratio(stratum: Stratum) -> float:
    return sum(stratum.results) / max(sum(stratum.sizes), 1e-12)


def _total(stratum: Stratum) -> float:
    return _ratio(stratum) * stratum.size


def _residuals(stratum: Stratum) -> Sequence[float]:
    ratio = _ratio(stratum)
    return [y - ratio * x for x, y in zip(stratum.sizes, stratum.results, strict=True)]


def _pooled_scatter(strata: list[Stratum]) -> float:
    """Return the relative scatter of results around their ratio, over all strata; 0.5 where none tells."""
    pairs = [
        (error, _ratio(stratum) * sum(stratum.sizes) / len(stratum.sizes))
        for stratum in strata
        if len(stratum.sizes) > 1
        for error in _residuals(stratum)
    ]
    freedom = sum(len(stratum.sizes) - 1 for stratum in strata if len(stratum.sizes) > 1)
    if not freedom:
        return 0.5
    return math.sqrt(sum((error / mean) ** 2 for error, mean in pairs if mean) / freedom)


def _variance(stratum: Stratum, scatter: float) -> float:
    """Return the variance of the total of a stratum; what was done completely has none."""
    done, every = len(stratum.sizes), stratum.objects
    if done >= every:
        return 0.0
    if done == 1:
        single = (scatter * _ratio(stratum) * stratum.size / every) ** 2
    else:
        single = sum(error**2 for error in _residuals(stratum)) / (done - 1)
    return every**2 * (1 - done / every) * single / done


def student(freedom: int) -> float:
    """Return the quantile of Student's t at 0.95, within 1 in 1,000.

    >>> student(1), round(student(10), 3), round(student(1000), 3)
    (6.314, 1.812, 1.646)
    """
    if freedom in _FEW:
        return _FEW[freedom]
    z = NormalDist().inv_cdf((1 + _CONFIDENCE) / 2)
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    return z + first / freedom + second / freedom**2 + third / freedom**3
