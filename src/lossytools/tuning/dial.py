"""The one knob of each codec that a search turns."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from lossytools.errors import CodecSettingError

if TYPE_CHECKING:
    from collections.abc import Callable

    from lossytools.codecs.movies.movie import MovieCodec
    from lossytools.codecs.protocol import FrameCodec
    from lossytools.values import ImagePixel


USUAL_DB = 45.0
"""The PSNR that a dial comes to at its start, of an ultrasound frame of 8 bits."""
SMALL_DB = 40.0
"""The PSNR that a search for a size begins at."""


@dataclass(frozen=True, slots=True)
class Dial:
    """A knob as places on a line, along which quality falls about evenly.

    knob: its name. others: knobs that it replaces. place: of a value of the knob; a place that is one larger
    is about twice as coarse. value: of a place, the inverse. ends: the finest and the coarsest value. whole:
    there are whole numbers only. grain: places that differ by less give the same for all purposes.
    slope: dB of quality for one place, before anything was measured. start: where a search begins.
    local: what a frame loses is told by small tiles of it, as is not so of wavelets. ragged: less may be lost
    one place on. of_ssim, of_error: how many dB PSNR usually lies above -10 lg(1 - SSIM) and above
    20 lg(range / largest error); only where a search begins hangs on them.
    """

    knob: str
    place: Callable[[float], float]
    value: Callable[[float], float]
    ends: tuple[float, float]
    start: float
    whole: bool = False
    others: tuple[str, ...] = ()
    grain: float = 0.001
    slope: float = -6.0
    local: bool = False
    ragged: bool = False
    of_ssim: float = 23.0
    of_error: float = 24.0

    @property
    def finest(self) -> float:
        """The place that loses least."""
        return self.place(self.ends[0])

    @property
    def coarsest(self) -> float:
        """The place that loses most."""
        return self.place(self.ends[1])

    def at(self, psnr_db: float) -> float:
        """Return the place that usually gives a PSNR against the stored range."""
        return self.snap(self.start + (psnr_db - USUAL_DB) / self.slope)

    def snap(self, place: float) -> float:
        """Return the nearest place that there is, not coarser than `place` and within the ends."""
        inside = min(max(place, self.finest), self.coarsest)
        if not self.whole:
            return inside
        value = self.value(inside)
        nearest = round(value)
        if abs(self.place(nearest) - inside) < self.grain:
            return self.place(nearest)
        return self.place(math.ceil(value) if self._falling else math.floor(value))

    def beside(self, place: float, steps: int) -> float:
        """Return the place so many steps coarser, or finer below 0, within the ends."""
        if not self.whole:
            return self.snap(place + steps * self.grain)
        value = round(self.value(place)) + (-steps if self._falling else steps)
        low, high = sorted(self.ends)
        return self.place(min(max(value, low), high))

    def codec(self, codec: Any, place: float) -> Any:
        """Return `codec` with the knob at a place, and the knobs that exclude it unset."""
        value = self.value(place)
        chosen: dict[str, Any] = dict.fromkeys(self.others)
        chosen[self.knob] = round(value) if self.whole else float(f"{value:.6g}")
        return replace(codec, **chosen)

    @property
    def _falling(self) -> bool:
        """Whether the finest value is the largest."""
        return self.ends[0] > self.ends[1]


def dial_of(codec: FrameCodec | MovieCodec, native: ImagePixel, near: int | None = None) -> Dial:
    """Return the dial of a codec for these pixels. near: the largest NEAR allowed, None for any.

    Raises CodecSettingError where it has none.
    """
    if codec.name == "jpegls":
        most = max(1, min(255, native.peak // 2, near or 255))
        usual = min(max(2 * native.peak // 255, 1), most)
        return replace(_DIALS["jpegls"], ends=(1, most), start=_of_near(usual))
    if codec.name not in _DIALS:
        raise CodecSettingError(f"{codec.name} has no knob that a search could turn")
    return _DIALS[codec.name]


def untuned(codec: FrameCodec | MovieCodec) -> str:
    """Return the name of a codec without the knobs that a search turns.

    >>> from lossytools.codecs import parse_codec
    >>> untuned(parse_codec("jpeg:quality=90,subsampling=420")), untuned(parse_codec("jpegls:near=2"))
    ('jpeg:subsampling=420', 'jpegls')
    """
    name, _, knobs = repr(codec).partition(":")
    dial = _DIALS[codec.name]
    turned = {dial.knob, *dial.others}
    kept = [knob for knob in knobs.split(",") if knob.partition("=")[0] not in turned]
    return f"{name}:{','.join(kept)}" if any(kept) else name


def _of_quality(quality: float) -> float:
    """Return the logarithm of what libjpeg multiplies its quantisation tables with."""
    return math.log2((5000 / quality if quality < 50 else 200 - 2 * quality) + 1)  # noqa: PLR2004  libjpeg


def _to_quality(place: float) -> float:
    scale = 2**place - 1
    return 5000 / scale if scale > 100 else (200 - scale) / 2  # noqa: PLR2004  libjpeg


def _of_near(near: float) -> float:
    """Return the logarithm of the quantiser of JPEG-LS, 2 NEAR + 1 (ISO/IEC 14495-1 A.4.4)."""
    return math.log2(2 * near + 1)


def _to_near(place: float) -> float:
    return (2**place - 1) / 2


def _of_decibels(psnr_db: float) -> float:
    return -psnr_db / 6.02


def _to_decibels(place: float) -> float:
    return -6.02 * place


def _of_factor(crf: float) -> float:
    """Six steps of the quantisation parameter double the quantiser (ISO/IEC 14496-10 8.5.9)."""
    return crf / 6


def _to_factor(place: float) -> float:
    return place * 6


def _power(place: float) -> float:
    return float(2**place)


_QUALITY = Dial(
    "quality", _of_quality, _to_quality, (100, 1), _of_quality(92), whole=True, slope=-5.0, local=True
)
_FACTOR = Dial(
    "crf",
    _of_factor,
    _to_factor,
    (1, 51),
    _of_factor(10),
    others=("bitrate",),
    grain=0.02,
    slope=-3.5,
    of_ssim=19.0,
    of_error=29.0,
)
_DIALS = {
    "jpeg": _QUALITY,
    "jpeg12": _QUALITY,
    "jpegls": Dial(
        "near",
        _of_near,
        _to_near,
        (1, 255),
        _of_near(2),
        whole=True,
        local=True,
        ragged=True,
        of_ssim=29.0,
        of_error=7.0,
    ),
    "jpeg2000": Dial(
        "psnr_db",
        _of_decibels,
        _to_decibels,
        (120, 10),
        _of_decibels(44.5),
        others=("ratio",),
        grain=0.004,  # code blocks end where they end: a fortieth of a dB
    ),
    "htj2k": Dial("step", math.log2, _power, (2.0**-16, 0.5), -5.7, others=("psnr_db",)),
    "jpegxl": Dial(
        "distance",
        math.log2,
        _power,
        (0.01, 25),
        -1.5,
        grain=0.02,
        slope=-4.0,
        local=True,
        of_ssim=21.0,
        of_error=33.0,
    ),
    "h264": _FACTOR,
    "hevc": _FACTOR,
    "mpeg2": Dial(
        "qscale", math.log2, _power, (1, 31), 1.0, whole=True, slope=-4.0, of_ssim=19.0, of_error=29.0
    ),
}
