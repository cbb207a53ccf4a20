"""What a lossy step works on, and what it has when all frames are coded."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lossytools.errors import NotSmaller

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lossytools.changes import Change
    from lossytools.codecs.movies.movie import MovieCodec
    from lossytools.codecs.protocol import FrameCodec
    from lossytools.dicomio.source import FrameReader, Source
    from lossytools.evidence import Evidence
    from lossytools.fidelity.loss import Gauge
    from lossytools.fidelity.spread import PartFidelity
    from lossytools.measurement import FrameMeasurement, Measurement
    from lossytools.pipeline.options import Options

    OnFrame = Callable[[FrameMeasurement, int], None]


@dataclass(frozen=True, slots=True)
class Job:
    """An object that nothing speaks against, and what is to be made of it.

    gauge: measures the parts of its frames, None where nobody asked for them. near: the largest NEAR that a
    guideline leaves, None where it leaves any.
    """

    source: Source
    evidence: Evidence
    reader: FrameReader
    codec: FrameCodec | MovieCodec
    options: Options
    gauge: Gauge | None = None
    near: int | None = None


@dataclass(frozen=True, slots=True)
class Coded:
    """All frames coded: what they lost together, and what the record needs to know of them.

    overlays: (group, Overlay Data) taken from unused bits. changes: beyond those of every lossy step.
    warnings: what the caller should be told. parts: how true the parts of the image stayed, where that was
    asked for; again: as a second decoder sees them, where one looked. settings: of a search, what it came to;
    None for the codec as it was given.
    """

    measurement: Measurement
    transfer_syntax: str
    padding_kept: bool = True
    overlays: tuple[tuple[int, bytes], ...] = ()
    changes: tuple[Change, ...] = ()
    warnings: tuple[str, ...] = ()
    parts: Mapping[str, PartFidelity] = field(default_factory=dict)
    settings: Settings | None = None
    again: Mapping[str, PartFidelity] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Settings:
    """What a search for a target came to.

    codec, words: name and description of what was set, which may differ from frame to frame. asked: the
    target in words. encodes: frames encoded for each frame of the result, on average. typical: a codec so
    set. missed: what of the target is not kept, with what was reached; () where all of it is.
    """

    codec: str
    words: str
    asked: str
    encodes: float
    typical: FrameCodec | MovieCodec
    missed: tuple[str, ...] = ()


def check_smaller(job: Job, measured: Measurement) -> None:
    """Raise NotSmaller where nothing was saved, unless that is allowed."""
    if measured.stream_bytes >= measured.native_bytes and not job.options.allow_larger:
        raise NotSmaller(
            f"{job.codec!r} makes {measured.stream_bytes} bytes of {measured.native_bytes} bytes of native"
            " pixels; --allow-larger publishes them anyway"
        )
