"""Plots for a page: drawings in SVG that need nothing from anywhere, the same for the same figures."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import numpy as np

from lossytools.errors import LibraryMissing
from lossytools.libraries import require
from lossytools.report.contest import short_names

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from lossytools.report.contest import Compared

_INK, _BAR, _MARK = "#1f2328", "#0b6e99", "#c0392b"
_BINS = 30
_EXTRA = "lossytools[report]"
PLOTS = (".png", ".svg")
"""Suffixes of the files that a curve is drawn into."""
_SETTINGS = {"svg.hashsalt": "lossytools", "svg.fonttype": "none", "font.size": 10}


def histogram(values: npt.NDArray[np.float64], label: str, *, log: bool = False) -> str:
    """Return an SVG element of how values are distributed, with a line at the median.

    values: finite. log: on a logarithmic axis, for ratios. Raises LibraryMissing.
    """
    figure, axes = _axes()
    low, high = (float(values.min()), float(values.max())) if values.size else (0.0, 1.0)
    if log:
        edges = np.geomspace(max(low, 1e-6) / 1.02, high * 1.02, _BINS + 1)
        axes.set_xscale("log")
        axes.xaxis.set_major_formatter("{x:g}")
        axes.xaxis.set_minor_formatter("{x:g}")
    else:
        edges = np.linspace(low - 0.5, high + 0.5, _BINS + 1)
    axes.hist(values, bins=edges.tolist(), color=_BAR, rwidth=0.92)
    if values.size:
        median = float(np.median(values))
        axes.axvline(median, color=_MARK, linewidth=1.5)
        axes.set_title(f"median {median:.4g}", loc="right", fontsize=10, color=_MARK)
    axes.set_xlabel(label)
    axes.set_ylabel("objects")
    return _svg(figure)


def rate_curves(all_compared: Sequence[Compared], suffix: str) -> bytes:
    """Return a drawing of ratio against PSNR, a field for each image, as ".png" or ".svg".

    Raises LibraryMissing.
    """
    drawing = require("matplotlib.figure", _EXTRA, LibraryMissing)
    require("matplotlib", _EXTRA, LibraryMissing).rcParams.update(_SETTINGS)
    figure = drawing.Figure(figsize=(5.2, 3.6 * len(all_compared)), layout="constrained", dpi=160)
    fields = figure.subplots(len(all_compared), squeeze=False)
    for compared, axes in zip(all_compared, fields[:, 0], strict=True):
        for codec, name in short_names(compared.codecs).items():
            curve = sorted(compared.curve(codec))
            if curve:
                ratios = [compared.subject.native_bytes / size for _, size in curve]
                axes.plot(ratios, [quality for quality, _ in curve], marker="o", markersize=3.5, label=name)
        axes.set_xscale("log")
        axes.xaxis.set_major_formatter("{x:g}")
        axes.xaxis.set_minor_formatter("{x:g}")
        axes.set_xlabel("ratio")
        axes.set_ylabel("PSNR of all frames, dB")
        axes.set_title(f"{compared.label}, {compared.subject.modality}", fontsize=10, loc="left")
        axes.grid(visible=True, which="both", linewidth=0.3)
        if axes.lines:  # or no codec takes the image
            axes.legend(fontsize=8, frameon=False)
    out = io.BytesIO()
    metadata = {"Date": None, "Creator": None} if suffix == ".svg" else {"Software": None}
    figure.savefig(out, format=suffix[1:], metadata=metadata)
    return out.getvalue()


def _axes() -> tuple[Any, Any]:
    matplotlib = require("matplotlib", _EXTRA, LibraryMissing)
    drawing = require("matplotlib.figure", _EXTRA, LibraryMissing)
    matplotlib.rcParams.update(_SETTINGS)
    figure = drawing.Figure(figsize=(5.2, 2.9), layout="constrained")
    axes = figure.subplots()
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.tick_params(colors=_INK)
    return figure, axes


def _svg(figure: Any) -> str:
    """Return a figure as an element to stand inside a page: no XML head, no date."""
    out = io.StringIO()
    figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    text = out.getvalue()
    return text[text.index("<svg") :]
