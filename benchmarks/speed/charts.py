"""Pictures of a run, drawn with Pillow: bars for each case, points and lines for growth."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFont

from speed.ratios import spread

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from speed.contest import Row
    from speed.ratios import Line

_INK, _SOFT, _GRID, _PAPER = "#1f2328", "#59636e", "#d8dee4", "#ffffff"
_OURS, _PEER, _BARE, _WRONG = "#0b6e99", "#b9a05b", "#9aa4ae", "#c0392b"
_SCALE = 2  # drawn at twice the size in which it is thought
_WIDTH, _LEFT, _RIGHT = 1000, 230, 290
_BAR, _GAP, _HEAD = 20, 8, 44


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size * _SCALE)


@dataclass(frozen=True)
class _Pen:
    """Draws in the units of the picture, whatever its scale."""

    draw: ImageDraw.ImageDraw

    def box(self, x: float, y: float, width: float, height: float, colour: str) -> None:
        corners = [value * _SCALE for value in (x, y, x + width, y + height)]
        self.draw.rectangle(corners, fill=colour)

    def line(self, points: Sequence[tuple[float, float]], colour: str, width: int = 1) -> None:
        self.draw.line([(x * _SCALE, y * _SCALE) for x, y in points], fill=colour, width=width * _SCALE)

    def dot(self, x: float, y: float, colour: str, radius: float = 4) -> None:
        corners = [value * _SCALE for value in (x - radius, y - radius, x + radius, y + radius)]
        self.draw.ellipse(corners, fill=colour)

    def text(  # noqa: PLR0913, PLR0917  four of them rarely change
        self, x: float, y: float, words: str, anchor: str = "lm", size: int = 13, colour: str = _INK
    ) -> None:
        self.draw.text((x * _SCALE, y * _SCALE), words, fill=colour, font=_font(size), anchor=anchor)


def _sheet(width: float, height: float) -> tuple[Image.Image, _Pen]:
    sheet = Image.new("RGB", (round(width * _SCALE), round(height * _SCALE)), _PAPER)
    return sheet, _Pen(ImageDraw.Draw(sheet))


def bars(rows: Sequence[Row], title: str) -> Image.Image:
    """Return a picture with a group of bars for each case: frames a second, longer is better."""
    timed = [row for row in rows if row.seconds and row.bytes_out]
    groups = [[row for row in timed if _key(row) == key] for key in dict.fromkeys(map(_key, timed))]
    height = 96 + sum(_HEAD + len(group) * (_BAR + _GAP) for group in groups)
    sheet, pen = _sheet(_WIDTH, height)
    pen.text(24, 28, title, size=20)
    pen.text(24, 54, "frames a second, longer is better; whiskers: quartiles of the rounds", colour=_SOFT)
    _legend(pen)
    y = 76.0
    for group in groups:
        y = _group(pen, group, y)
    return sheet


def _key(row: Row) -> tuple[str, int]:
    return row.case, row.cores


def _legend(pen: _Pen) -> None:
    entries = (
        ("lossytools", _OURS),
        ("another tool", _PEER),
        ("codec alone", _BARE),
    )
    for number, (words, colour) in enumerate(entries):
        pen.box(_WIDTH - 370 + number * 118, 48, 11, 11, colour)
        pen.text(_WIDTH - 354 + number * 118, 54, words, size=12, colour=_SOFT)


def _group(pen: _Pen, group: Sequence[Row], top: float) -> float:
    row = group[0]
    pen.line([(24, top + 8), (_WIDTH - 24, top + 8)], _GRID)
    pen.text(24, top + 25, f"{row.case}, {'one core' if row.cores == 1 else 'all cores'}", size=14)
    fastest = max(each.image.frames / spread(each.seconds)[0] for each in group)
    y = top + _HEAD
    for each in group:
        _bar(pen, each, y, (_WIDTH - _LEFT - _RIGHT) / fastest)
        y += _BAR + _GAP
    return y


def _bar(pen: _Pen, row: Row, y: float, scale: float) -> None:
    rate = row.image.frames / row.median
    low, high = (row.image.frames / seconds for seconds in reversed(spread(row.seconds)))
    middle = y + _BAR / 2
    pen.text(_LEFT - 10, middle, row.contestant, "rm")
    pen.box(_LEFT, y, rate * scale, _BAR, _colour(row))
    pen.line([(_LEFT + low * scale, middle), (_LEFT + high * scale, middle)], _INK)
    words = f"{rate:,.0f}" if rate >= 10 else f"{rate:.1f}"  # noqa: PLR2004  digits worth showing
    x = _LEFT + max(rate, high) * scale + 8
    pen.text(x, middle, words)
    if row.verdict.wrong:
        pen.text(x + 12 + 8 * len(words), middle, f"wrong: {_short(row.verdict.wrong)}", colour=_WRONG)


def _short(words: str, most: int = 30) -> str:
    return words if len(words) <= most else words[: most - 1] + "…"


def _colour(row: Row) -> str:
    if row.ours:
        return _OURS
    if row.contestant.startswith("bare"):
        return _BARE
    return _PEER


@dataclass(frozen=True)
class Plot:
    """One picture of points and the line fitted to them; both axes are logarithmic."""

    title: str
    across: str
    up: str
    points: Sequence[tuple[float, float]]
    line: Line
    words: str


def plots(pictures: Sequence[Plot], columns: int = 2) -> Image.Image:
    """Return plots side by side."""
    width, height = 500, 380
    sheet, pen = _sheet(width * columns, height * math.ceil(len(pictures) / columns))
    for number, plot in enumerate(pictures):
        _plot(pen, plot, width * (number % columns), height * (number // columns), width, height)
    return sheet


def _plot(pen: _Pen, plot: Plot, x: float, y: float, width: float, height: float) -> None:  # noqa: PLR0913, PLR0917
    left, right, top, bottom = x + 70, x + width - 24, y + 66, y + height - 50
    pen.text(x + 24, y + 24, plot.title, size=15)
    pen.text(x + 24, y + 46, plot.words, size=12, colour=_SOFT)
    xs, ys = [point[0] for point in plot.points], [point[1] for point in plot.points]
    across, up = _axis(xs, left, right), _axis(ys, bottom, top)
    for value in _ticks(xs):
        pen.line([(across(value), top), (across(value), bottom)], _GRID)
        pen.text(across(value), bottom + 14, f"{value:,g}", "mm", 12, _SOFT)
    for value in _ticks(ys):
        pen.line([(left, up(value)), (right, up(value))], _GRID)
        pen.text(left - 8, up(value), f"{value:,g}", "rm", 12, _SOFT)
    pen.text((left + right) / 2, bottom + 34, f"{plot.across} (up: {plot.up})", "mm", 12)
    steps = [min(xs) * (max(xs) / min(xs)) ** (step / 60) for step in range(61)]
    pen.line([(across(step), up(plot.line.at(step))) for step in steps if plot.line.at(step) > 0], _PEER, 2)
    for one, other in plot.points:
        pen.dot(across(one), up(other), _OURS)


def _ends(values: Sequence[float]) -> tuple[float, float]:
    """Return the ends of an axis, in powers of ten, with a little room."""
    low, high = math.log10(min(values)), math.log10(max(values))
    room = max(0.08 * (high - low), 0.1)
    return low - room, high + room


def _axis(values: Sequence[float], start: float, end: float) -> Callable[[float], float]:
    low, high = _ends(values)
    return lambda value: start + (math.log10(value) - low) / (high - low) * (end - start)


def _ticks(values: Sequence[float]) -> list[float]:
    """Return round numbers along an axis: the fewer powers of ten it spans, the more of each."""
    low, high = _ends(values)
    steps = next(steps for most, steps in _STEPS if high - low < most)
    powers = range(math.floor(low), math.ceil(high) + 1)
    found = [step * 10.0**power for power in powers for step in steps]
    return [value for value in found if low <= math.log10(value) <= high]


_STEPS: tuple[tuple[float, tuple[float, ...]], ...] = (
    (0.5, (1, 1.2, 1.5, 1.8, 2, 2.5, 3, 3.5, 4, 5, 6, 7, 8, 9)),
    (1.2, (1, 1.5, 2, 3, 4, 5, 7)),
    (2.5, (1, 2, 5)),
    (math.inf, (1,)),
)
"""Powers of ten that an axis spans at most, and the round numbers of each power to mark."""
