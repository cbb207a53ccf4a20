"""What a comparison of codecs found: tables for a terminal, rows for a spreadsheet, curves for a paper."""

from __future__ import annotations

import csv
import io
import math
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lossytools.fidelity.rate import bd_rate
from lossytools.measurement import down
from lossytools.policies.policy import limit_for
from lossytools.policies.reading import policies
from lossytools.report.figures import ratio_words, similarity
from lossytools.report.tables import plain_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.table import Table

    from lossytools.pipeline.points import Picture, Point, Subject

COLUMNS = (
    "image", "modality", "frames", "codec", "target", "settings", "native_bytes", "stream_bytes", "ratio",
    "part", "psnr_worst_db", "psnr_worst_frame", "psnr_p1_db", "psnr_mean_db", "ssim_worst", "ssim_mean",
    "max_error", "encode_ms", "decode_ms", "encodes", "refused",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Compared:
    """An image and its points. label: how it is called in reports, which names no patient."""

    label: str
    subject: Subject
    points: tuple[Point, ...]
    pictures: tuple[Picture, ...] = ()

    @property
    def codecs(self) -> tuple[str, ...]:
        """The codecs, in the order they were asked for."""
        return tuple(dict.fromkeys(point.codec for point in self.points))

    def curve(self, codec: str) -> list[tuple[float, float]]:
        """Return mean PSNR of all pixels and bytes of a codec's points that were reached."""
        return [
            (point.parts["whole"].psnr_db.mean, float(point.stream_bytes))
            for point in self.points
            if point.codec == codec and point.parts is not None and "whole" in point.parts
        ]

    def against_first(self, codec: str) -> float | None:
        """Return the BD-rate of a codec against the first one, None for the first."""
        first = self.codecs[0]
        return None if codec == first else bd_rate(self.curve(first), self.curve(codec))


def short_names(codecs: Sequence[str]) -> dict[str, str]:
    """Return codecs without their knobs where that tells them apart.

    >>> short_names(["jpeg:quality=90", "jpegls:near=2"])
    {'jpeg:quality=90': 'jpeg', 'jpegls:near=2': 'jpegls'}
    """
    names = [codec.partition(":")[0] for codec in codecs]
    return {
        codec: name if names.count(name) == 1 else codec for codec, name in zip(codecs, names, strict=True)
    }


def contest_title(compared: Compared) -> str:
    """Return what an image is, and what the figures below it are."""
    pixels = compared.subject.pixels
    frames = f"{pixels.frames} frame{'s'[: pixels.frames != 1]}"
    form = f"{compared.subject.modality}, {pixels.columns} x {pixels.rows}, {frames}"
    kept = compared.points[0].target.partition(", ")[2]
    return (
        f"{compared.label}: {form}. Kept: {kept}.\n"
        "Figures of the worst frame, SSIM and max of all its pixels; milliseconds a frame"
    )


def contest_table(compared: Compared) -> Table:
    """Return a row for each point that was reached; the BD-rate stands beside the last of a codec."""
    numbers = ("ratio", "PSNR", "sector", "text", "SSIM", "max", "enc", "dec", "BD-rate")
    table = plain_table("codec", "at", *numbers, right=numbers)
    names = short_names(compared.codecs)
    for codec in compared.codecs:
        rows = [point for point in compared.points if point.codec == codec and point.parts is not None]
        rate = compared.against_first(codec)
        for place, point in enumerate(rows):
            at = point.target.partition(",")[0].replace("psnr>=", "")
            cells = _cells(compared, point, rate if place == len(rows) - 1 else None)
            table.add_row(names[codec] if place == 0 else "", at, *cells)
    return table


def _cells(compared: Compared, point: Point, rate: float | None) -> tuple[str, ...]:
    parts = point.parts or {}
    whole = parts["whole"]
    return (
        ratio_words(compared.subject.native_bytes / point.stream_bytes),
        *(
            _decibels(parts[name].psnr_db.worst) if name in parts else ""
            for name in ("whole", "sector", "text")
        ),
        "" if whole.ssim is None else similarity(whole.ssim.worst),
        f"{whole.max_error.worst:g}",
        f"{point.encode_ms:.1f}",
        f"{point.decode_ms:.1f}",
        "" if rate is None else f"{rate:+.1%}",
    )


def _decibels(value: float) -> str:
    return "no loss" if math.isinf(value) else down(value, 2)


def refusals(compared: Compared) -> list[str]:
    """Return why codecs have no point, once for each reason."""
    names = short_names(compared.codecs)
    said: dict[str, list[str]] = defaultdict(list)
    for point in compared.points:
        if point.refused:
            said[point.refused].append(f"{names[point.codec]} at {point.target.partition(',')[0]}")
    return [f"{', '.join(dict.fromkeys(who))}: {why}" for why, who in said.items()]


def guideline_lines(subject: Subject, methods: Iterable[str]) -> list[str]:
    """Return what every guideline allows for an image with any of the methods, with how it was read."""
    lines = []
    for policy in policies():
        found = {limit_for(policy, subject.modality, subject.body_part, [method]) for method in methods}
        ratios = sorted({limit.ratio for limit in found if limit is not None})
        if ratios:
            words = " or ".join("no loss" if ratio <= 1 else f"{ratio:g}:1" for ratio in ratios)
            lines.append(f"{policy.name} allows {words} for {subject.modality} ({policy.read})")
    return lines


def modality_table(all_compared: Sequence[Compared]) -> Table:
    """Return for each modality the geometric mean ratio of each codec at each target, over its images."""
    logs: dict[tuple[str, str, str], list[float]] = defaultdict(list)
    for compared in all_compared:
        names = short_names(compared.codecs)
        for point in compared.points:
            if point.parts is not None:
                ratio = compared.subject.native_bytes / point.stream_bytes
                row = compared.subject.modality, names[point.codec], point.target.partition(",")[0]
                logs[row].append(math.log(ratio))
    table = plain_table("modality", "codec", "at", "images", "ratio", right=("images", "ratio"))
    for (modality, codec, target), of in sorted(logs.items()):
        table.add_row(modality, codec, target, str(len(of)), ratio_words(math.exp(sum(of) / len(of))))
    return table


def contest_csv(all_compared: Iterable[Compared]) -> str:
    """Return a row for every part of every point, with the names of `COLUMNS`."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for compared in all_compared:
        for point in compared.points:
            writer.writerows(_rows(compared, point))
    return out.getvalue()


def _rows(compared: Compared, point: Point) -> Iterable[dict[str, Any]]:
    subject = compared.subject
    head = {
        "image": compared.label,
        "modality": subject.modality,
        "frames": subject.pixels.frames,
        "codec": point.codec,
        "target": point.target,
        "native_bytes": subject.native_bytes,
    }
    if point.parts is None:
        yield {**head, "refused": point.refused}
        return
    for name, part in point.parts.items():
        yield {
            **head,
            "settings": point.settings,
            "stream_bytes": point.stream_bytes,
            "ratio": subject.native_bytes / point.stream_bytes,
            "part": name,
            "psnr_worst_db": part.psnr_db.worst,
            "psnr_worst_frame": part.psnr_db.worst_frame,
            "psnr_p1_db": part.psnr_db.percentile_1,
            "psnr_mean_db": part.psnr_db.mean,
            "ssim_worst": "" if part.ssim is None else part.ssim.worst,
            "ssim_mean": "" if part.ssim is None else part.ssim.mean,
            "max_error": part.max_error.worst,
            "encode_ms": point.encode_ms,
            "decode_ms": point.decode_ms,
            "encodes": point.encodes,
        }
