"""The codec setting that meets a target, for frames in memory."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import reduce
from typing import TYPE_CHECKING

import numpy as np

from lossytools.codecs import parse_codec
from lossytools.codecs.catalogue import CODECS
from lossytools.errors import TargetSettingError, TargetUnreachable
from lossytools.fidelity.spread import Tally
from lossytools.measurement import measure_frame, total
from lossytools.pipeline.missing import frame_words, misses
from lossytools.pipeline.overview import gauge_of, overview_of, together
from lossytools.pipeline.seeking import lagging
from lossytools.pipeline.window import processors
from lossytools.tuning.dial import dial_of
from lossytools.tuning.frames import FrameSearch
from lossytools.values import ImagePixel

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lossytools.codecs.protocol import FrameCodec
    from lossytools.fidelity.spread import PartFidelity
    from lossytools.fidelity.target import Target
    from lossytools.measurement import Measurement
    from lossytools.tuning.frames import Found, Start
    from lossytools.values import Frame


_TYPES = {"u1", "i1", "u2", "i2"}


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """Frames coded so that they keep a target.

    streams: a code stream for each frame. codecs: the setting of each. holds: whether all keep it, which with
    best_effort need not be. measurement: what all lost together, parts: how true the parts stayed that the
    target speaks of. encodes: frames encoded for each frame of the result, on average.
    """

    streams: tuple[bytes, ...]
    codecs: tuple[FrameCodec, ...]
    holds: bool
    measurement: Measurement
    parts: Mapping[str, PartFidelity]
    encodes: float


@dataclass(frozen=True, slots=True)
class _Solved:
    number: int
    frame: Frame
    found: Found

    @property
    def ended(self) -> Start:
        return self.found.ended


def search(
    frames: Sequence[Frame],
    codec: FrameCodec | str,
    target: Target,
    *,
    pixels: ImagePixel | None = None,
    workers: int = 0,
) -> Result:
    """Return `frames` coded with the coarsest setting of `codec` that keeps `target` on each of them.

    frames: arrays of one shape and type, (rows, columns[, 3]), monochrome or RGB. pixels: what they mean;
    unless given, all bits of the type are stored. The target is of every frame, and of the stored or the
    actual range.

    Raises TargetUnreachable, TargetSettingError for a target that only `transcode` can follow,
    UnsupportedPixels, EncodeError, CodecMissing.
    """
    chosen = parse_codec(codec) if isinstance(codec, str) else codec
    if not isinstance(chosen, CODECS):
        raise TargetSettingError(f"{chosen!r} does not code frame by frame with a loss: use transcode")
    if target.scope != "every-frame" or target.sized or target.scale == "window":
        raise TargetSettingError("a target of another scope, of a size or through windows needs transcode")
    _check_frames(frames)
    native = pixels or _pixels(frames)
    chosen.resolve(native)
    overview = reduce(together, (overview_of(frame, native) for frame in frames))
    gauge = gauge_of(overview, native, target.focus)
    quest = FrameSearch(chosen, native, target, gauge, dial_of(chosen, native))

    def solve(task: tuple[tuple[int, Frame], Start]) -> _Solved:
        (number, frame), start = task
        found = quest.solve(frame, start)
        if not found.kept and not target.best_effort:
            raise TargetUnreachable(*frame_words(quest, number, frame, found))
        return _Solved(number, frame, found)

    numbered = enumerate(frames, start=1)
    solved = list(lagging(solve, quest.begin(), numbered, workers or processors()))
    result = _result(solved, native, gauge.scale.peak)
    missed = "; ".join(misses(target, result.parts, result.measurement))
    if missed and not target.best_effort:
        raise TargetUnreachable(f"{chosen.name} comes closest and misses it: {missed}")
    return replace(result, holds=result.holds and not missed)


def _check_frames(frames: Sequence[Frame]) -> None:
    """Raise TargetSettingError for what are no frames of one image."""
    if not len(frames):
        raise TargetSettingError("there is no frame to search a setting for")
    forms = {(np.shape(frame), np.asarray(frame).dtype) for frame in frames}
    (shape, dtype), *others = forms
    if others:
        raise TargetSettingError("frames are arrays of one shape and one type")
    if len(shape) not in {2, 3} or shape[2:] not in {(), (3,)} or dtype.str[1:] not in _TYPES:
        raise TargetSettingError(
            f"a frame is (rows, columns[, 3]) of whole numbers of 8 or 16 bits, not {shape} of {dtype}"
        )
    if isinstance(frames, np.ndarray) and len(shape) == 2 and shape[1] == 3:  # noqa: PLR2004  colours
        raise TargetSettingError(f"an array {frames.shape} is one frame of colours: give a list of frames")


def _pixels(frames: Sequence[Frame]) -> ImagePixel:
    """Return what arrays mean of which nothing else is said."""
    first = np.asarray(frames[0])
    samples = 1 if first.ndim == 2 else 3  # noqa: PLR2004  rows and columns
    bits = first.dtype.itemsize * 8
    native = ImagePixel(
        rows=first.shape[0],
        columns=first.shape[1],
        frames=len(frames),
        samples=samples,
        photometric="MONOCHROME2" if samples == 1 else "RGB",
        bits_allocated=bits,
        bits_stored=bits,
        signed=first.dtype.kind == "i",
    )
    return native if samples == 1 else replace(native, planar=0)


def _result(solved: list[_Solved], native: ImagePixel, peak: int) -> Result:
    tally = Tally(peak)
    measured = []
    for one in solved:
        best = one.found.best
        tally.add(one.number, best.parts)
        measured.append(
            measure_frame(
                one.frame,
                best.decoded,
                number=one.number,
                native_bytes=native.counted_bytes,
                stream_bytes=len(best.stream),
                peak=native.peak,
            )
        )
    return Result(
        tuple(one.found.best.stream for one in solved),
        tuple(one.found.best.codec for one in solved),
        all(one.found.kept for one in solved),
        total(measured),
        tally.parts(),
        sum(one.found.encodes for one in solved) / len(solved),
    )
