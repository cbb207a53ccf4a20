"""All frames of an object, each coded for itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from lossytools.codecs.encoders import open_encoders
from lossytools.errors import UnreadableSource, UnsupportedPixels
from lossytools.fidelity.spread import Tally
from lossytools.measurement import Measurement
from lossytools.pipeline.coding import FrameWork, numbered_values, padding_of
from lossytools.pipeline.job import Coded
from lossytools.pipeline.overlays import embedded_overlays
from lossytools.pipeline.seeking import Quest, by_frame
from lossytools.pipeline.window import in_order, processors
from lossytools.pixels import join_bits

if TYPE_CHECKING:
    from lossytools.codecs.protocol import FrameCodec
    from lossytools.dicomio.spool import Spool
    from lossytools.pipeline.coding import CodedFrame
    from lossytools.pipeline.job import Job, OnFrame


@dataclass(slots=True)
class _Sum:
    """What the frames coded so far add up to; of the frames themselves nothing stays."""

    measurement: Measurement | None = None
    lossy: bool = False
    padding_kept: bool = True
    planes: list[tuple[bytes, ...]] = field(default_factory=list)
    tally: Tally = field(default_factory=lambda: Tally(1))
    again: Tally = field(default_factory=lambda: Tally(1))

    def add(self, coded: CodedFrame) -> None:
        """Add one frame."""
        one = Measurement.of(coded.measurement)
        self.measurement = one if self.measurement is None else self.measurement + one
        self.lossy = self.lossy or coded.lossy
        self.padding_kept = self.padding_kept and coded.padding_kept
        self.tally.add(coded.measurement.number, coded.parts)
        self.again.add(coded.measurement.number, coded.again)
        if coded.overlays:
            self.planes.append(coded.overlays)


def code_frames(job: Job, spool: Spool, on_frame: OnFrame | None) -> Coded:
    """Code every frame into the spool; of the frames only sums stay in memory."""
    reader, workers = job.reader, job.options.workers or processors()
    codec = cast("FrameCodec", job.codec)
    overlays = embedded_overlays(job.evidence, reader)
    codec.resolve(reader.native)
    peak = 1 if job.gauge is None else job.gauge.scale.peak
    so_far = _Sum(tally=Tally(peak), again=Tally(peak))
    searching = by_frame(job)
    with open_encoders(codec, reader.native, 1 if searching else workers) as encode:
        work = FrameWork(
            reader=reader,
            codec=codec,
            encode=encode,
            verify=job.options.verify,
            padding=padding_of(job.source.image, reader.native),
            overlay_bits=tuple(bit for _, bit in overlays),
            gauge=job.gauge,
            both=not searching,
        )
        numbered = numbered_values(job.source, reader)
        quest = Quest(job, work) if searching else None
        frames = in_order(work, numbered, workers) if quest is None else quest.frames(numbered, workers)
        for coded in frames:
            spool.add(coded.stream)
            so_far.add(coded)
            if on_frame is not None:
                on_frame(coded.measurement, reader.declared.frames)
    if so_far.measurement is None:
        raise UnreadableSource("the object holds no frame")
    if not so_far.lossy:
        name = codec.name if searching else repr(codec)
        raise UnsupportedPixels(
            f"{name} has to code every frame without loss, as samples reach the ends of their signed"
            " range; that would be no lossy step: use near 2 or more"
        )
    size = reader.declared.rows * reader.declared.columns
    planes = (join_bits(list(frames), size) for frames in zip(*so_far.planes, strict=True))
    groups = (group for group, _ in overlays)
    return Coded(
        so_far.measurement,
        codec.transfer_syntax,
        so_far.padding_kept,
        tuple(zip(groups, planes, strict=True)),
        parts=so_far.tally.parts(),
        again=so_far.again.parts(),
        settings=None if quest is None else quest.settings(),
    )
