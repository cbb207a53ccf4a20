"""One picture: a frame of the source, the same frame of what was made from it, and where they differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw, ImageFont

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lossytools.values import Frame

AMPLIFIED = 8
"""How many times larger than measured a difference is drawn."""

_MARGIN, _GAP, _HEAD, _LABEL = 28, 20, 64, 52  # pixels
_NARROWEST = 320  # pixels; a narrower frame is enlarged by a whole number, so that labels have room
_GROUND, _INK, _FAINT, _LINE = (20, 23, 28), (240, 242, 245), (158, 166, 178), (58, 64, 74)


@dataclass(frozen=True, slots=True)
class Panel:
    """A frame and what stands above it. frame: (rows, columns) or (rows, columns, 3), of 8 bits."""

    title: str
    words: str
    frame: Frame


def draw(title: str, source: Panel, derived: Sequence[Panel]) -> Image.Image:
    """Return the picture: frames in a row, below each derived one its difference from the source.

    A difference is the absolute one, `AMPLIFIED` times enlarged and cut off at white.
    """
    zoom = -(-_NARROWEST // source.frame.shape[1])
    height, width = source.frame.shape[0] * zoom, source.frame.shape[1] * zoom
    columns = 1 + len(derived)
    size = (
        2 * _MARGIN + columns * width + (columns - 1) * _GAP,
        _HEAD + 2 * (_LABEL + height) + _MARGIN + _GAP,
    )
    canvas = Image.new("RGB", size, _GROUND)
    pen = ImageDraw.Draw(canvas)
    pen.text((_MARGIN, 22), title, fill=_INK, font=_font(24))
    below = _HEAD + _LABEL + height + _GAP
    for column, panel in enumerate((source, *derived)):
        left = _MARGIN + column * (width + _GAP)
        _place(canvas, panel, (left, _HEAD), zoom)
        if column:
            off = Panel("difference", f"absolute, x {AMPLIFIED}", difference(source.frame, panel.frame))
            _place(canvas, off, (left, below), zoom)
    _legend(pen, (_MARGIN, below + _LABEL), width)
    return canvas


def difference(source: Frame, derived: Frame) -> Frame:
    """Return the absolute difference of two frames of 8 bits, amplified and cut off at 255."""
    apart = np.abs(source.astype(np.int16) - derived.astype(np.int16))
    amplified: Frame = np.minimum(apart * AMPLIFIED, 255).astype(np.uint8)
    return amplified


def _place(canvas: Image.Image, panel: Panel, corner: tuple[int, int], zoom: int) -> None:
    """Draw a panel with its label above it; no pixel is smoothed."""
    left, top = corner
    pen = ImageDraw.Draw(canvas)
    pen.text((left, top + 2), panel.title, fill=_INK, font=_font(17))
    pen.text((left, top + 25), panel.words, fill=_FAINT, font=_font(15))
    picture = Image.fromarray(np.ascontiguousarray(panel.frame)).convert("RGB")
    picture = picture.resize((picture.width * zoom, picture.height * zoom), Image.Resampling.NEAREST)
    canvas.paste(picture, (left, top + _LABEL))
    edge = (left - 1, top + _LABEL - 1, left + picture.width, top + _LABEL + picture.height)
    pen.rectangle(edge, outline=_LINE)


def _legend(pen: ImageDraw.ImageDraw, corner: tuple[int, int], width: int) -> None:
    """Say how to read the lower row, where the source has no difference of its own."""
    words = (
        "Lower row: how far each sample is",
        "from the source frame above,",
        f"enlarged {AMPLIFIED} times. Black: unchanged.",
        f"White: {-(-255 // AMPLIFIED)} grey levels or more.",
        "",
        "Ratio: native bytes to code stream bytes,",
        "all frames. PSNR: this frame, against",
        "the source.",
    )
    left, top = corner
    pen.line((left, top, left + width // 4, top), fill=_LINE, width=2)
    for number, line in enumerate(words):
        pen.text((left, top + 14 + 23 * number), line, fill=_FAINT, font=_font(15))


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size=size)
