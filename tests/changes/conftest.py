"""One lossy step, done and measured."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from lossytools.changes import Step
from lossytools.measurement import FrameMeasurement, total
from lossytools.values import ImagePixel

NATIVE = ImagePixel(480, 640, 2, 3, "RGB", 8, 8, planar=0)
# 2 frames of 921,600 bytes into 46,080 and 92,160: 1,843,200 / 138,240 = 13.3333:1
FRAMES = (
    FrameMeasurement(1, 921600, 46080, 921600, 921600 * 4, 9, 3, 250, 255),
    FrameMeasurement(2, 921600, 92160, 921600, 921600 * 9, 7, 2, 251, 255),
)


@pytest.fixture
def step() -> Step:
    """Return a first step, native RGB into JPEG."""
    return Step(
        codec="jpeg:quality=90,subsampling=444",
        words="JPEG baseline, quality 90, chroma 4:4:4",
        transfer_syntax="1.2.840.10008.1.2.4.50",
        method="ISO_10918_1",
        declared=NATIVE,
        resolved=replace(NATIVE, photometric="YBR_FULL_422"),
        measurement=total(FRAMES),
        earlier=(),
        source_lossy=False,
        uid="2.25.42",
        series_uid=None,
        now=datetime(2026, 11, 23, 12, 30, 15, 250000, timezone(timedelta(hours=1))),
        version="0.1.0",
    )
