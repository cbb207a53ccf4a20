"""Small benchmarks: the suite lets each work once and looks at the result, `make bench-micro` times them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import pytest
from pydicom import dcmread
from pydicom.pixels import pixel_array

from lossytools import transcode
from lossytools.values import Frame, ImagePixel

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

CINE = Path(__file__).parents[2] / "sample_data" / "ultrasound_cine.dcm"
RGB = ImagePixel(240, 320, 1, 3, "RGB", 8, 8, planar=0)
GREY = ImagePixel(240, 320, 1, 1, "MONOCHROME2", 8, 8)
DEEP = ImagePixel(240, 320, 1, 1, "MONOCHROME2", 16, 12)
SPEEDS: dict[str, float] = {}


class Timed(Protocol):
    """Calls a function with its arguments as often as a benchmark needs, and returns its result.

    pixels: how many one call works on, for Mpixel a second.
    """

    def __call__(self, pixels: int, work: Callable[..., Any], *arguments: Any) -> Any: ...


@pytest.fixture
def timed(benchmark: BenchmarkFixture, request: pytest.FixtureRequest) -> Timed:
    def call(pixels: int, work: Callable[..., Any], *arguments: Any) -> Any:
        result = benchmark(work, *arguments)
        if benchmark.stats is not None:
            SPEEDS[request.node.name] = pixels / benchmark.stats.stats.median / 1e6
        return result

    return call


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if SPEEDS:
        terminalreporter.write_sep("-", "Mpixel a second, by the median")
        for name, speed in SPEEDS.items():
            terminalreporter.write_line(f"{speed:10.1f}  {name}")


@pytest.fixture(scope="session")
def frames() -> dict[ImagePixel, Frame]:
    """The first frame of the sample as colour, its green as grey, and that again in 12 bits."""
    colour = np.ascontiguousarray(pixel_array(dcmread(CINE), index=0))
    grey = np.ascontiguousarray(colour[..., 1])
    return {RGB: colour, GREY: grey, DEEP: grey.astype(np.uint16) * 16 + 7}


@pytest.fixture(scope="session")
def derived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample cine as JPEG."""
    return transcode(CINE, tmp_path_factory.mktemp("derived") / "cine.dcm", "jpeg").target
