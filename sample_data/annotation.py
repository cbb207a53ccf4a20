"""What a scanner burns in around the sector: text, scales, colour bar, box and ECG. No patient data."""

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from cine import FRAME_TIME_MS, HEART_RATE_BPM
from flow import FASTEST, SLOWEST_SHOWN
from geometry import DEPTH_CM, FLOW, Geometry

Plane = NDArray[np.int16]
# One above the fastest velocity: the ECG's green has its own entry in the table of colours.
ECG_COLOUR: Final = FASTEST + 1
WHITE: Final = 230
NYQUIST_CM_S: Final = 64
BEATS_IN_THE_STRIP: Final = 2
# Below this the text would cover the sector.
LEAST_ROWS_WITH_TEXT: Final = 160
# Centre, width and height of each wave, in beats and in parts of the strip.
ECG_WAVES: Final = (
    (0.84, 0.025, 0.13),
    (0.965, 0.008, -0.10),
    (0.0, 0.010, 0.80),
    (0.035, 0.009, -0.16),
    (0.30, 0.042, 0.24),
)


@dataclass(frozen=True)
class Annotation:
    """The overlay of one picture size: a grey plane and a colour plane, 0 where nothing is drawn."""

    geometry: Geometry
    coloured: bool

    @cached_property
    def grey(self) -> Plane:
        """Text, ticks and, for a coloured picture, the outline of the Doppler box."""
        plane = np.zeros((self.geometry.rows, self.geometry.columns), dtype=np.int16)
        self._draw_ticks(plane)
        if self.coloured:
            self._draw_box(plane)
        if self.geometry.rows >= LEAST_ROWS_WITH_TEXT:
            self._draw_text(plane)
        return plane

    @cached_property
    def colour(self) -> Plane:
        """The colour bar, fastest towards the probe on top."""
        plane = np.zeros((self.geometry.rows, self.geometry.columns), dtype=np.int16)
        if self.coloured:
            height, width = round(0.26 * self.geometry.rows), max(3, round(0.025 * self.geometry.columns))
            top, right = round(0.12 * self.geometry.rows), round(0.97 * self.geometry.columns)
            ramp = np.rint(np.linspace(FASTEST, -FASTEST, height)).astype(np.int16)
            ramp[np.abs(ramp) < SLOWEST_SHOWN] = 0
            plane[top : top + height, right - width : right] = ramp[:, np.newaxis]
        return plane

    def trace_ecg(self, phase: float) -> Plane:
        """Return the colour plane of the ECG scrolled to a phase of the beat, the newest at the right."""
        left, top, right, bottom = self.geometry.ecg
        column = np.arange(left, right + 1)
        beats = phase + BEATS_IN_THE_STRIP * (column - right) / (right - left)
        level = np.full(column.shape, 0.18)
        for centre, width, height in ECG_WAVES:
            level += height * np.exp(-0.5 * (((beats - centre + 0.5) % 1 - 0.5) / width) ** 2)
        row = np.clip(np.rint(bottom - level * (bottom - top)).astype(int), top, bottom)
        plane = np.zeros((self.geometry.rows, self.geometry.columns), dtype=np.int16)
        for here, (start, end) in zip(column[1:].tolist(), pairwise(row.tolist()), strict=True):
            plane[min(start, end) : max(start, end) + 1, here] = ECG_COLOUR
        return plane

    def _draw_ticks(self, plane: Plane) -> None:
        row, right = self.geometry.apex[0], round(0.92 * self.geometry.columns)
        unit = max(1, self.geometry.rows // 240)
        for depth_cm in range(int(DEPTH_CM) + 1):
            middle = row + round(depth_cm / self.geometry.cm_per_pixel)
            length = (6 if depth_cm % 5 == 0 else 3) * unit
            plane[middle : middle + unit, right - length : right] = WHITE

    def _draw_box(self, plane: Plane) -> None:
        depth_cm, angle = self.geometry.pixels
        half = 0.55 * self.geometry.cm_per_pixel * max(1.0, self.geometry.rows / 400)
        across = np.maximum(FLOW.left - angle, angle - FLOW.right) * depth_cm
        along = np.maximum(FLOW.near_cm - depth_cm, depth_cm - FLOW.far_cm)
        plane[np.abs(np.maximum(across, along)) < half] = WHITE

    def _draw_text(self, plane: Plane) -> None:
        rows, columns = plane.shape
        hertz = 1000 // FRAME_TIME_MS
        left = ["SYNTHETIC", f"{hertz} Hz", f"{DEPTH_CM:.0f} cm", "", "2D", " 58 dB", " 2.5 MHz"]
        if self.coloured:
            left += ["", "CF", " 62%", " WF 384 Hz"]
        write(plane, "\n".join(left), round(0.02 * rows), round(0.015 * columns))
        write(plane, f"{HEART_RATE_BPM} bpm", round(0.93 * rows), -round(0.02 * columns))
        if self.coloured:
            write(plane, f"+{NYQUIST_CM_S}", round(0.065 * rows), -round(0.015 * columns))
            write(plane, f"-{NYQUIST_CM_S}\ncm/s", round(0.39 * rows), -round(0.015 * columns))


def write(plane: Plane, text: str, top: int, left: int) -> None:
    """Draw text onto a plane; a negative left is the distance of its right edge from the right border.

    The font is Pillow's bitmap font, enlarged here: outlines of a scalable font change with its renderer.
    """
    font = ImageFont.load_default_imagefont()
    lines = text.split("\n")
    image = Image.new("L", (6 * max(map(len, lines)), 11 * len(lines)))
    for number, line in enumerate(lines):
        ImageDraw.Draw(image).text((0, 11 * number), line, fill=WHITE, font=font)
    glyphs = _enlarge(np.asarray(image, dtype=np.int16), max(1, round(plane.shape[0] / 280)))
    if left < 0:
        left += plane.shape[1] - glyphs.shape[1]
    target = plane[top : top + glyphs.shape[0], left : left + glyphs.shape[1]]
    np.maximum(target, glyphs[: target.shape[0], : target.shape[1]], out=target)


def _enlarge(glyphs: Plane, factor: int) -> Plane:
    """Return glyphs enlarged, with the corners of their pixels softened in whole numbers."""
    if factor == 1:
        return glyphs
    large = np.pad(glyphs.repeat(factor, axis=0).repeat(factor, axis=1), 1).astype(np.int32)
    rows = large[:-2] + 2 * large[1:-1] + large[2:]
    soft: Plane = ((rows[:, :-2] + 2 * rows[:, 1:-1] + rows[:, 2:]) // 16).astype(np.int16)
    return soft
