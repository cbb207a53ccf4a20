"""What a report tells of a migration: sums by rule, modality and manufacturer, and all measured values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lossytools.batch.prediction import Prediction, parse_prediction
from lossytools.batch.schema import FINISHED, within
from lossytools.batch.totals import Totals, totals_of

if TYPE_CHECKING:
    import numpy.typing as npt

    from lossytools.batch.ledger import Ledger

_DONE = within(FINISHED)
_CODED = f"{_DONE} AND action = 'transcode'"


@dataclass(frozen=True, slots=True)
class Share:
    """The objects at the destination that have something in common. coded: how many were compressed."""

    name: str
    objects: int
    coded: int
    size: int
    target_size: int


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything that a report shows.

    by: shares by "rule", "modality" and "manufacturer". ratios, psnr_db: of each compressed object, the PSNR
    of its worst frame; what lost nothing has none. actual_bytes, actual_seconds: to hold against the
    prediction.
    """

    job: dict[str, str]
    totals: Totals
    by: dict[str, tuple[Share, ...]]
    ratios: npt.NDArray[np.float64]
    psnr_db: npt.NDArray[np.float64]
    prediction: Prediction | None
    actual_bytes: int
    actual_seconds: float


def figures_of(ledger: Ledger) -> Figures:
    """Return the figures of a job. Raises LedgerError."""
    known = ledger.job.get("prediction")
    sums = f"SELECT coalesce(sum(target_size), 0), coalesce(sum(seconds), 0) FROM objects WHERE {_DONE}"  # noqa: S608
    actual_bytes, actual_seconds = next(ledger.rows(sums))
    return Figures(
        job=dict(ledger.job),
        totals=totals_of(ledger),
        by={column: _shares(ledger, column) for column in ("rule", "modality", "manufacturer")},
        ratios=_values(ledger, "1.0 * native_bytes / stream_bytes", "stream_bytes > 0"),
        psnr_db=_values(ledger, "worst_psnr_db", "worst_psnr_db < 1e9"),
        prediction=None if known is None else parse_prediction(known),
        actual_bytes=actual_bytes,
        actual_seconds=actual_seconds,
    )


def _shares(ledger: Ledger, column: str) -> tuple[Share, ...]:
    sql = (
        f"SELECT {column}, count(*), sum(action = 'transcode'), sum(size), sum(target_size) FROM objects"  # noqa: S608
        f" WHERE {_DONE} GROUP BY {column} ORDER BY sum(size) DESC, {column}"
    )
    return tuple(Share(*row) for row in ledger.rows(sql))


def _values(ledger: Ledger, what: str, where: str) -> npt.NDArray[np.float64]:
    rows = ledger.rows(f"SELECT {what} FROM objects WHERE {_CODED} AND {where}")  # noqa: S608  our own words
    return np.fromiter((value for (value,) in rows), np.float64)


def job_words(job: dict[str, str]) -> dict[str, str]:
    """Return what is told of a job: no paths where the ledger is discreet.

    >>> job_words({"source": "/a", "log_paths": "hash", "now": "2026", "libraries": "x 1"})
    {'recorded time': '2026', 'libraries': 'x 1'}
    """
    shown = {"now": "recorded time", "libraries": "libraries", "recipe_sha256": "recipe (SHA-256)"}
    places = {} if job.get("log_paths") == "hash" else {"source": "archive", "destination": "destination"}
    return {words: job[name] for name, words in (places | shown).items() if name in job}
