"""One object, source to derived: nothing stands at the target unless every promise was kept."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from lossytools import __version__
from lossytools.changes import Step, apply, derive, lossy_uid, named_uid, random_uid
from lossytools.codecs import parse_codec
from lossytools.codecs.encoders import open_encoders
from lossytools.dicomio.gathering import gather
from lossytools.dicomio.publishing import check_target, publish
from lossytools.dicomio.source import FrameReader, Source, extended_offsets, frame_reader, read_source
from lossytools.dicomio.spool import Spool
from lossytools.dicomio.uid_map import UidRow, add_row, read_uid_map
from lossytools.dicomio.writing import write_object
from lossytools.errors import DestinationError, NotSmaller, UnreadableSource, UnsupportedPixels
from lossytools.measurement import Measurement
from lossytools.pipeline.checking import check_draft
from lossytools.pipeline.coding import FrameWork, numbered_values, padding_of
from lossytools.pipeline.options import Options, Outcome
from lossytools.pipeline.overlays import embedded_overlays
from lossytools.pipeline.refusal import refuse
from lossytools.pipeline.window import in_order, processors
from lossytools.pixels import join_bits
from lossytools.rules.facts import steps_before, was_lossy

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydicom.dataset import Dataset

    from lossytools.changes import Change
    from lossytools.codecs.protocol import FrameCodec
    from lossytools.evidence import Evidence
    from lossytools.measurement import FrameMeasurement
    from lossytools.pipeline.coding import CodedFrame
    from lossytools.values import LossyStep

    OnFrame = Callable[[FrameMeasurement, int], None]


@dataclass(frozen=True, slots=True)
class _Job:
    """An object that nothing speaks against, and what is to be made of it."""

    source: Source
    evidence: Evidence
    reader: FrameReader
    codec: FrameCodec
    options: Options


@dataclass(slots=True)
class _Sum:
    """What the frames coded so far add up to; of the frames themselves nothing stays."""

    measurement: Measurement | None = None
    lossy: bool = False
    padding_kept: bool = True
    planes: list[tuple[bytes, ...]] = field(default_factory=list)

    def add(self, coded: CodedFrame) -> None:
        """Add one frame."""
        one = Measurement.of(coded.measurement)
        self.measurement = one if self.measurement is None else self.measurement + one
        self.lossy = self.lossy or coded.lossy
        self.padding_kept = self.padding_kept and coded.padding_kept
        if coded.overlays:
            self.planes.append(coded.overlays)


@dataclass(frozen=True, slots=True)
class _Coded:
    """All frames coded: what they lost together, and what the record needs to know of them."""

    measurement: Measurement
    padding_kept: bool
    overlays: tuple[tuple[int, bytes], ...]


def transcode(
    source: Path | str,
    target: Path | str,
    codec: FrameCodec | str = "jpeg",
    options: Options | None = None,
    on_frame: OnFrame | None = None,
) -> Outcome:
    """Compress the image in `source` with loss and publish it, with a true record, as `target`.

    codec: a codec or its name, as "jpegls:near=2". on_frame: called for each frame in order with what
    it lost and the number of frames.

    Raises SourceError, CodecError, DestinationError, InconsistentResult; the target is then as it was.
    PS3.3 section C.7.6.1.1.5.
    """
    started = time.perf_counter()
    chosen = parse_codec(codec) if isinstance(codec, str) else codec
    wanted, before, after = options or Options(), Path(source), Path(target)
    check_target(before, after, force=wanted.force)
    if wanted.uid_map is not None:
        read_uid_map(wanted.uid_map)
    with read_source(before) as opened, Spool(after) as spool:
        evidence = gather(opened)
        refuse(evidence, wanted)
        job = _Job(opened, evidence, frame_reader(opened), chosen, wanted)
        coded = _encode(job, spool, on_frame)
        step = _step(job, coded)
        changes = derive(evidence.image, step)
        history = _publish(job, changes, spool, after)
    if wanted.uid_map is not None:
        _map_uids(wanted.uid_map, opened.image, step, after)
    return Outcome(
        source=before,
        target=after,
        source_uid=str(opened.image.SOPInstanceUID),
        uid=step.uid,
        codec=repr(chosen),
        transfer_syntax=chosen.transfer_syntax,
        declared=step.resolved,
        measurement=coded.measurement,
        history=history,
        changes=changes,
        digest=spool.digest,
        seconds=time.perf_counter() - started,
    )


def _publish(job: _Job, changes: tuple[Change, ...], spool: Spool, target: Path) -> tuple[LossyStep, ...]:
    """Write the result, look at it as it lies on the disk, and give it its name. Returns its history."""
    elements = apply(job.source.opened.elements, changes)
    extended = bool(extended_offsets(job.source.image))
    with publish(target, force=job.options.force) as draft:
        write_object(draft.file, elements, job.codec.transfer_syntax, spool, extended=extended)
        draft.file.flush()
        return check_draft(draft.path, target, job.evidence, spool)


def _map_uids(uid_map: Path, image: Dataset, step: Step, target: Path) -> None:
    """Add old and new UIDs to the map, now that the target stands: no row may name what does not exist."""
    study, series, sop_class, old = (
        str(image.get(name, ""))
        for name in ("StudyInstanceUID", "SeriesInstanceUID", "SOPClassUID", "SOPInstanceUID")
    )
    try:
        add_row(uid_map, UidRow(study, sop_class, series, old, step.series_uid or series, step.uid))
    except DestinationError as error:
        raise DestinationError(
            f"{error}; {target} stands, only its row {old} -> {step.uid} is missing"
        ) from error


def _encode(job: _Job, spool: Spool, on_frame: OnFrame | None) -> _Coded:
    """Code every frame into the spool; of the frames only sums stay in memory."""
    reader, workers = job.reader, job.options.workers or processors()
    overlays = embedded_overlays(job.evidence, reader)
    job.codec.resolve(reader.native)
    so_far = _Sum()
    with open_encoders(job.codec, reader.native, workers) as encode:
        work = FrameWork(
            reader=reader,
            codec=job.codec,
            encode=encode,
            verify=job.options.verify,
            padding=padding_of(job.source.image, reader.native),
            overlay_bits=tuple(bit for _, bit in overlays),
        )
        for coded in in_order(work, numbered_values(job.source, reader), workers):
            spool.add(coded.stream)
            so_far.add(coded)
            if on_frame is not None:
                on_frame(coded.measurement, reader.declared.frames)
    if so_far.measurement is None:
        raise UnreadableSource("the object holds no frame")
    if not so_far.lossy:
        raise UnsupportedPixels(
            f"{job.codec!r} has to code every frame without loss, as samples reach the ends of their signed"
            " range; that would be no lossy step: use near 2 or more"
        )
    _check_smaller(job, so_far.measurement)
    size = reader.declared.rows * reader.declared.columns
    planes = (join_bits(list(frames), size) for frames in zip(*so_far.planes, strict=True))
    groups = (group for group, _ in overlays)
    return _Coded(so_far.measurement, so_far.padding_kept, tuple(zip(groups, planes, strict=True)))


def _check_smaller(job: _Job, measured: Measurement) -> None:
    if measured.stream_bytes >= measured.native_bytes and not job.options.allow_larger:
        raise NotSmaller(
            f"{job.codec!r} makes {measured.stream_bytes} bytes of {measured.native_bytes} bytes of native"
            " pixels; --allow-larger publishes them anyway"
        )


def _step(job: _Job, coded: _Coded) -> Step:
    image, codec, options = job.source.image, job.codec, job.options
    series = named_uid("series", str(image.get("SeriesInstanceUID", "")), repr(codec))
    more = [series] if options.new_series else []
    return Step(
        codec=repr(codec),
        words=codec.describe(),
        transfer_syntax=codec.transfer_syntax,
        method=codec.method,
        declared=job.reader.declared,
        resolved=codec.resolve(job.reader.native),
        measurement=coded.measurement,
        earlier=steps_before(job.evidence),
        source_lossy=was_lossy(job.evidence),
        uid=random_uid() if options.uid == "random" else lossy_uid(str(image.SOPInstanceUID), codec, *more),
        series_uid=series if options.new_series else None,
        now=options.time(),
        version=__version__,
        converted=job.reader.converts,
        padding_kept=coded.padding_kept,
        overlays=coded.overlays,
    )
