"""Parts of an image that are judged apart: the sector, the text around it, and the background."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from lossytools.libraries import require

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lossytools.values import Frame, Mask

REGIONS = ("whole", "sector", "text", "background")
"""What can be judged: all pixels, and the three parts that they are divided into."""

_SHOWN, _BRIGHT = 13, 64  # of 255: five and twenty-five percent of the range
_GAPS = 60  # dark gaps of a sixtieth of the image belong to the sector
_SMALLEST = 100  # a sector is a hundredth of the image or more
_LARGEST_TEXT = 20  # joined letters are a twentieth of the image or less
_REACH = 7  # pixels: what is blurred around a letter is judged with it


@dataclass(frozen=True, slots=True)
class Box:
    """Pixels from `left`, `top` to `right`, `bottom`, all included, from 0; may reach out of the image."""

    left: int
    top: int
    right: int
    bottom: int


def find_regions(brightest: Frame, ends: tuple[int, int], boxes: Sequence[Box] = ()) -> Mapping[str, Mask]:
    """Return sector, text and background; every pixel is in one of them, and a part may be empty.

    brightest: (rows, columns), the largest value that each pixel takes over all frames, larger being
    brighter. ends: what is black and what is white, almost. boxes: the sector lies inside one of these
    (Sequence of Ultrasound Regions, PS3.3 section C.8.5.5), anywhere where there is none.

    Sector: the largest connected area that is not black, its holes filled. Text: small bright areas
    outside of it, with what is close to them. Raises CodecMissing without OpenCV.
    """
    cv2 = require("cv2", "opencv-python-headless")
    dark, bright = ends
    level = np.clip((brightest.astype(np.float64) - dark) * (255 / max(bright - dark, 1)), 0, 255)
    sector = _sector(cv2, level, boxes)
    text = _text(cv2, level, sector)
    background = np.full(sector.shape, 255, np.uint8)
    background[(sector | text) != 0] = 0
    return {"sector": sector, "text": text, "background": background}


def _sector(cv2: Any, level: Frame, boxes: Sequence[Box]) -> Mask:
    """Return the largest connected area that is shown, holes filled; empty where none is large enough."""
    rows, columns = level.shape
    shown = (level >= _SHOWN).astype(np.uint8) * 255
    if boxes:
        allowed = np.zeros_like(shown)
        for box in boxes:
            allowed[max(box.top, 0) : max(box.bottom + 1, 0), max(box.left, 0) : max(box.right + 1, 0)] = 255
        shown &= allowed
    gap = max(3, min(rows, columns) // _GAPS) | 1
    joined = cv2.morphologyEx(shown, cv2.MORPH_OPEN, _disc(cv2, 3))  # thin lines join nothing
    closed = cv2.morphologyEx(joined, cv2.MORPH_CLOSE, _disc(cv2, gap))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(closed, connectivity=8)
    areas = stats[1:, cv2.CC_STAT_AREA]
    sector = np.zeros(level.shape, np.uint8)
    if areas.size and areas.max() * _SMALLEST >= level.size:
        largest = np.where(labels == 1 + int(areas.argmax()), 255, 0).astype(np.uint8)
        largest |= cv2.dilate(largest, np.ones((3, 3), np.uint8)) & shown  # corners that were rounded
        outlines, _ = cv2.findContours(largest, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
        cv2.drawContours(sector, outlines, -1, 255, cv2.FILLED)
    return sector


def _text(cv2: Any, level: Frame, sector: Mask) -> Mask:
    """Return small bright areas outside of the sector, with what is close to them."""
    bright = ((level >= _BRIGHT) & (sector == 0)).astype(np.uint8)
    joined = cv2.dilate(bright, np.ones((_REACH, _REACH), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    small = stats[:, cv2.CC_STAT_AREA] * _LARGEST_TEXT <= level.size
    small[0] = False  # what is not bright
    text: Mask = np.where(small[labels] & (sector == 0), 255, 0).astype(np.uint8)
    return text


def _disc(cv2: Any, width: int) -> Any:
    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (width, width))
