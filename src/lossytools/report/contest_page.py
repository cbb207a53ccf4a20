"""A comparison of codecs on one page that needs nothing from anywhere: pictures, curves, a table."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import math
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from lossytools.codecs import parse_codec
from lossytools.policies.policy import limit_for
from lossytools.policies.reading import policies
from lossytools.report.contest import guideline_lines, refusals, short_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lossytools.differences import Counts
    from lossytools.pipeline.points import Picture, Point, Subject
    from lossytools.report.contest import Compared
    from lossytools.values import Frame

    Box = tuple[int, int, int, int]

_CROPPED = (
    "Of each image only the sector is shown, for what is around it may name people; --show-text shows all."
)
_BINS = (0, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 512, 1024, 4096, 65536)


def page_of(all_compared: Sequence[Compared], *, show_text: bool = False) -> str:
    """Return the page as HTML; its Content-Security-Policy allows its own script, style and pictures only.

    show_text: whole frames, with whatever is burned into them, not only the sector.
    """
    codecs = list(dict.fromkeys(name for each in all_compared for name in _names(each).values()))
    data = {"codecs": codecs, "images": [_image(each, show_text=show_text) for each in all_compared]}
    style, script = (_resource(name) for name in ("compare.css", "compare.js"))
    text = json.dumps(data, allow_nan=False, separators=(",", ":")).replace("</", "<\\/")
    return Template(_resource("compare.html")).substitute(
        style=style,
        script=script,
        style_hash=_hash(style),
        script_hash=_hash(script),
        data=text,
        outside="" if show_text else _CROPPED,
    )


def _resource(name: str) -> str:
    return files("lossytools.report").joinpath("page", name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _names(compared: Compared) -> dict[str, str]:
    return short_names(compared.codecs)


def _image(compared: Compared, *, show_text: bool) -> dict[str, Any]:
    subject = compared.subject
    reached = [place for place, point in enumerate(compared.points) if point.parts is not None]
    box = _box(subject, show_text=show_text)
    low, high = subject.ends
    pixels = subject.pixels
    unit = subject.unit
    frames = f"{pixels.frames} frame{'s'[: pixels.frames != 1]}"
    return {
        "label": compared.label,
        "about": f"{compared.label}: {subject.modality}, {pixels.columns} x {pixels.rows}, {frames}, "
        f"{pixels.bits_stored} bits, {subject.native_bytes:,} bytes native",
        "channels": pixels.samples,
        "wide": pixels.bits_allocated > 8,  # noqa: PLR2004  bits of a byte
        "lowest": pixels.minimum,
        "window": [(low + high) / 2, max(high - low, 1)],
        "unit": None if unit is None else {"slope": unit.step, "intercept": subject.zero, "name": unit.name},
        "corner": [0, 0] if box is None else [box[0], box[1]],
        "text": _text_box(subject) if show_text else None,
        "guidelines": _guidelines(compared),
        "lines": [*refusals(compared), *guideline_lines(subject, _methods(compared))],
        "points": [_point(compared, compared.points[place]) for place in reached],
        "frames": [
            _frame(subject, picture, reached, box, show_text=show_text) for picture in compared.pictures
        ]
        or [_nothing(reached)],
    }


def _methods(compared: Compared) -> set[str]:
    return {method for codec in compared.codecs if (method := getattr(parse_codec(codec), "method", None))}


def _guidelines(compared: Compared) -> list[dict[str, Any]]:
    subject, methods = compared.subject, _methods(compared)
    found = {
        (policy.name, limit.ratio)
        for policy in policies()
        for method in methods
        if (limit := limit_for(policy, subject.modality, subject.body_part, [method])) is not None
    }
    return [{"name": name, "ratio": ratio} for name, ratio in sorted(found)]


def _point(compared: Compared, point: Point) -> dict[str, Any]:
    parts = point.parts or {}
    whole, sector = parts["whole"], parts.get("sector")
    name = _names(compared)[point.codec]
    at = point.target.partition(",")[0]
    return {
        "codec": name,
        "name": f"{name} {at}",
        "limit": float(at.partition("psnr>=")[2]) if at.startswith("psnr>=") else None,
        "settings": point.settings,
        "ratio": compared.subject.native_bytes / point.stream_bytes,
        "psnr_worst": _number(whole.psnr_db.worst),
        "psnr_worst_frame": whole.psnr_db.worst_frame,
        "psnr_mean": _number(whole.psnr_db.mean),
        "sector_worst": None if sector is None else _number(sector.psnr_db.worst),
        "ssim_worst": None if whole.ssim is None else _number(whole.ssim.worst),
        "max_error": whole.max_error.worst,
        "encode_ms": point.encode_ms,
        "decode_ms": point.decode_ms,
        "bd_rate": compared.against_first(point.codec),
        "errors": _binned(whole.errors),
        "per_frame": {part: [_number(scores[part].psnr) for scores in point.scores] for part in parts},
    }


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _binned(errors: Counts) -> list[tuple[int, int, int]]:
    """Return (lowest, highest, samples) of bins that grow wider, up to the largest error."""
    bins = []
    for low, high in zip(_BINS, (*_BINS[1:], 65_537), strict=True):
        if low < len(errors):
            bins.append((low, min(high - 1, len(errors) - 1), int(errors[low:high].sum())))
    return bins


def _box(subject: Subject, *, show_text: bool) -> Box | None:
    """Return left, top, right and bottom of what is shown, the last two not included; None for all of it."""
    sector = subject.masks.get("sector")
    if show_text or sector is None:
        return None
    rows, columns = np.nonzero(sector)
    return int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1


def _text_box(subject: Subject) -> Box | None:
    text = subject.masks.get("text")
    if text is None or not text.any():
        return None
    rows, columns = np.nonzero(text)
    return int(columns.min()), int(rows.min()), int(columns.max()), int(rows.max())


def _frame(
    subject: Subject, picture: Picture, reached: Iterable[int], box: Box | None, *, show_text: bool
) -> dict[str, Any]:
    frames = [picture.source, *(picture.decoded[place] for place in reached)]
    hidden = box is None and not show_text  # no sector is known: anything may be burned in
    shown = [None if frame is None or hidden else _cut(frame, subject, box) for frame in frames]
    return {
        "number": picture.number,
        "why": picture.why,
        "pictures": [_BLACK if frame is None else _png(frame, subject.pixels.minimum) for frame in shown],
    }


def _cut(frame: Frame, subject: Subject, box: Box | None) -> Frame:
    """Return what is shown of a frame: inside the box only the sector, the rest of it black."""
    if box is None:
        return frame
    left, top, right, bottom = box
    sector = subject.masks["sector"]
    if sector is None:
        return frame
    inside = sector[top:bottom, left:right] != 0
    if frame.ndim == 3:  # noqa: PLR2004  rows, columns, channels
        inside = inside[..., None]
    return np.where(inside, frame[top:bottom, left:right], frame.dtype.type(subject.pixels.minimum))


def _png(frame: Frame, lowest: int) -> str:
    """Return a picture for the page; 16-bit samples lie in two of its channels, which have eight bits."""
    if frame.dtype.itemsize > 1:
        cells = (frame.astype(np.int64) - lowest).astype(np.uint16)
        frame = np.dstack([cells >> 8, cells & 255, np.zeros_like(cells)]).astype(np.uint8)
    elif frame.dtype.kind == "i":
        frame = frame.view(np.uint8)
    out = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(frame)).save(out, "PNG", optimize=True)
    return f"data:image/png;base64,{base64.b64encode(out.getvalue()).decode()}"


_BLACK = _png(np.zeros((1, 1), np.uint8), 0)


def _nothing(reached: Sequence[int]) -> dict[str, Any]:
    return {"number": 1, "why": "no picture", "pictures": [_BLACK] * (1 + len(reached))}
