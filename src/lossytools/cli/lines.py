"""The values of the JSON lines; their keys are promised in docs/interface.md."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from lossytools.cli.console import finite

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pydicom.dataset import Dataset

    from lossytools.changes import Change
    from lossytools.fidelity.loss import Scores
    from lossytools.fidelity.spread import PartFidelity, Spread
    from lossytools.measurement import FrameMeasurement, Measurement
    from lossytools.pipeline.decompression import Decompressed
    from lossytools.pipeline.options import Outcome
    from lossytools.pipeline.repairing import Repaired
    from lossytools.repairs import Left
    from lossytools.values import LossyStep


def outcome_values(outcome: Outcome, *, explain: bool) -> dict[str, Any]:
    """Return what a transcode did."""
    values = {
        "source": str(outcome.source),
        "target": str(outcome.target),
        "source_uid": outcome.source_uid,
        "uid": outcome.uid,
        "codec": outcome.codec,
        "transfer_syntax": outcome.transfer_syntax,
        **measurement_values(outcome.measurement),
        "history": history_values(outcome.history),
        "lossless": outcome.uid == outcome.source_uid,
        "source_bytes": outcome.source_bytes,
        "warnings": list(outcome.warnings),
        "digest": outcome.digest,
        "seconds": round(outcome.seconds, 3),
        "kept": outcome.kept,
        "missed": outcome.missed,
        "encodes": round(outcome.encodes, 3),
        "parts": parts_values(outcome.parts),
        "scale": None if outcome.scale is None else outcome.scale.name,
        "scale_peak": None if outcome.scale is None else outcome.scale.peak,
    }
    return values | {"changes": change_values(outcome.changes)} if explain else values


def measurement_values(measured: Measurement) -> dict[str, Any]:
    """Return what all frames lost together, and the worst of them."""
    return {
        "frames": measured.frames,
        "native_bytes": measured.native_bytes,
        "stream_bytes": measured.stream_bytes,
        "ratio": measured.ratio,
        "psnr_db": finite(measured.psnr_db),
        "worst_psnr_db": finite(measured.worst.psnr_db),
        "worst_frame": measured.worst.number,
        "max_error": measured.max_error,
        "max_error_frame": measured.worst_error.number,
    }


def frame_values(frame: FrameMeasurement) -> dict[str, Any]:
    """Return what one frame lost."""
    return {
        "number": frame.number,
        "native_bytes": frame.native_bytes,
        "stream_bytes": frame.stream_bytes,
        "ratio": frame.ratio,
        "psnr_db": finite(frame.psnr_db),
        "max_error": frame.max_error,
    }


def scores_values(scores: Mapping[str, Scores]) -> dict[str, dict[str, float | int | None]]:
    """Return the figures of each part of one frame."""
    return {name: _scores(part) for name, part in scores.items()}


def _scores(scores: Scores) -> dict[str, float | int | None]:
    return {
        "psnr_db": finite(scores.psnr),
        "ssim": finite(scores.ssim),
        "max_error": None if math.isnan(scores.psnr) else scores.max_error,
    }


def parts_values(parts: Mapping[str, PartFidelity]) -> dict[str, Any]:
    """Return how true each part of the image stayed over all frames."""
    return {
        name: {
            "psnr_db": _spread(part.psnr_db),
            "ssim": None if part.ssim is None else _spread(part.ssim),
            "max_error": _spread(part.max_error),
            "errors": part.errors.tolist(),
        }
        for name, part in parts.items()
    }


def _spread(spread: Spread) -> dict[str, float | int | None]:
    return {
        "worst": finite(spread.worst),
        "worst_frame": spread.worst_frame,
        "percentile_1": finite(spread.percentile_1),
        "mean": finite(spread.mean),
    }


def decompressed_values(done: Decompressed) -> dict[str, Any]:
    """Return what a decompression did."""
    return {
        "source": str(done.source),
        "target": str(done.target),
        "uid": done.uid,
        "frames": done.declared.frames,
        "native_bytes": done.declared.native_bytes,
        "changes": change_values(done.changes),
        "digest": done.digest,
        "seconds": round(done.seconds, 3),
    }


def history_values(steps: Iterable[LossyStep]) -> list[dict[str, str]]:
    """Return the steps, first to last; ratios as the header's own characters, "" for what is not known."""
    return [{"method": step.method, "ratio": step.ratio} for step in steps]


def change_values(changes: Iterable[Change]) -> list[dict[str, str]]:
    """Return the changes without their values, some of which are people's own words."""
    return [
        {"keyword": change.name, "action": change.action, "because": change.because} for change in changes
    ]


def repaired_values(done: Repaired, *, dry_run: bool) -> dict[str, Any]:
    """Return what a repair did, or would do: its repairs with their changes, and what is left."""
    return {
        "source": str(done.source),
        "target": None if done.target is None else str(done.target),
        "dry_run": dry_run,
        "uid": done.uid,
        "repairs": [
            {
                "rules": list(repair.rules),
                "says": repair.says,
                "changes": [
                    *_mended(done.before.meta, repair.meta),
                    *_mended(done.before.image, repair.changes),
                ],
            }
            for repair in done.plan.repairs
        ],
        "left": [_left(left) for left in done.plan.left],
        "recorded": len(done.changes) > len(done.plan.changes),
        "digest": done.digest,
        "seconds": round(done.seconds, 3),
    }


def _mended(holder: Dataset, changes: tuple[Change, ...]) -> list[dict[str, str]]:
    """Return changes with values before and after, of attributes that speak of pixels and record only."""
    from lossytools.report.mending import becomes, stated  # noqa: PLC0415  loads rich

    return [
        {**line, "before": stated(holder, change), "after": becomes(change)}
        for change, line in zip(changes, change_values(changes), strict=True)
    ]


def _left(left: Left) -> dict[str, str]:
    finding = left.finding
    return {
        "rule": finding.rule,
        "severity": finding.severity,
        "says": finding.says,
        "cites": finding.cites,
        "why": left.why,
    }
