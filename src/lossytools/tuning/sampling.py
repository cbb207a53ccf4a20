"""A small frame that stands for a large one: tiles of it, from everywhere."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from lossytools.fidelity.loss import Gauge

if TYPE_CHECKING:
    from lossytools.values import Frame, ImagePixel

TILE = 16
"""Rows and columns of a tile: whole blocks of JPEG, with subsampled chroma too."""
APART = 4
"""Every so many tiles one is taken, down and across: a sixteenth of the pixels."""
_FEWEST = 16  # tiles, of which fewer stand for nothing


def sample_of(frame: Frame) -> Frame | None:
    """Return tiles of a frame side by side, in rows as long as there are rows; None of one that is small.

    The columns of tiles that are taken move on by one from row to row, so that no upright edge is in all.
    """
    down, across = frame.shape[0] // TILE, frame.shape[1] // TILE
    tiles = [
        frame[row * TILE : (row + 1) * TILE, column * TILE : (column + 1) * TILE]
        for row in range(APART // 2, down, APART)
        for column in range(row // APART % APART, across, APART)
    ]
    if len(tiles) < _FEWEST:
        return None
    side = math.isqrt(len(tiles))
    rows = (tiles[start : start + side] for start in range(0, len(tiles) // side * side, side))
    return np.concatenate([np.concatenate(row, axis=1) for row in rows])


def sampled(native: ImagePixel, sample: Frame) -> ImagePixel:
    """Return what the pixels of a sample mean, those of its frame being `native`."""
    return replace(native, rows=sample.shape[0], columns=sample.shape[1], frames=1, counted=None)


def gauge_of_sample(gauge: Gauge) -> Gauge | None:
    """Return what to measure samples with, None where they show nothing of some part."""
    masks = {name: None if mask is None else sample_of(mask) for name, mask in gauge.masks.items()}
    if any(
        gauge.masks[name] is not None and (mask is None or not mask.any()) for name, mask in masks.items()
    ):
        return None
    return Gauge(gauge.scale, masks, gauge.ssim)
