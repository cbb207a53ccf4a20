"""Another coding of the same pixels: nothing is lost, so instance, flag and history stay as they are."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lossytools.changes import Change, apply
from lossytools.changes.identity import signature_changes
from lossytools.changes.pixel_attributes import form_changes, overlay_changes
from lossytools.codecs.encoders import open_encoders
from lossytools.codecs.recompression import StreamCodec, check_source
from lossytools.dicomio.gathering import gather
from lossytools.dicomio.publishing import publish
from lossytools.dicomio.source import extended_offsets, frame_reader, read_source
from lossytools.dicomio.spool import Spool
from lossytools.dicomio.writing import write_object
from lossytools.errors import (
    CodecSettingError,
    NotSmaller,
    TargetUnreachable,
    UnreadableSource,
    UnsupportedPixels,
)
from lossytools.measurement import Measurement
from lossytools.pipeline.checking import check_draft
from lossytools.pipeline.coding import numbered_values
from lossytools.pipeline.forms import one_form
from lossytools.pipeline.missing import misses
from lossytools.pipeline.options import Options, Outcome, not_kept
from lossytools.pipeline.overlays import embedded_overlays
from lossytools.pipeline.proving import Coding, Wrapping
from lossytools.pipeline.refusal import check_identity, check_pixels
from lossytools.pipeline.window import in_order, processors
from lossytools.pixels import join_bits
from lossytools.rules.facts import is_ultrasound, was_lossy

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lossytools.codecs.lossless import LosslessCodec
    from lossytools.dicomio.source import FrameReader, Source
    from lossytools.evidence import Evidence
    from lossytools.fidelity.target import Target
    from lossytools.pipeline.job import OnFrame
    from lossytools.values import ImagePixel


@dataclass(frozen=True, slots=True)
class _Job:
    """An object that nothing speaks against, and where its new code streams go."""

    source: Source
    evidence: Evidence
    reader: FrameReader
    options: Options
    spool: Spool
    on_frame: OnFrame | None

    @property
    def workers(self) -> int:
        """Threads that code frames."""
        return self.options.workers or processors()


@dataclass(frozen=True, slots=True)
class _Sum:
    """All frames recoded: the pixels as declared, and Overlay Data by group that lay in unused bits."""

    measurement: Measurement
    resolved: ImagePixel
    overlays: tuple[tuple[int, bytes], ...] = ()


def recode(
    source: Path,
    target: Path,
    codec: LosslessCodec | StreamCodec,
    options: Options,
    on_frame: OnFrame | None = None,
) -> Outcome:
    """Code the image in `source` without loss and publish it as `target`: the same instance.

    Every frame is decoded again and is what it was, to the last bit; of a code stream that was only wrapped
    otherwise, every byte comes back. Only where the code streams are lossy and the header denies it is the
    flag set to 01. PS3.3 section C.7.6.1.1.5; PS3.5 section A.4.

    Raises SourceError, CodecError, DestinationError, InconsistentResult; the target is then as it was.
    """
    started = time.perf_counter()
    _check_options(codec, options)
    with read_source(source) as opened, Spool(target) as spool:
        evidence = gather(opened)
        check_identity(evidence.image)
        check_pixels(evidence)
        job = _Job(opened, evidence, frame_reader(opened), options, spool, on_frame)
        done = _wrapped(job, codec) if isinstance(codec, StreamCodec) else _coded(job, codec)
        stored = stored_bytes(evidence, done.measurement.native_bytes)
        _check_smaller(codec, done.measurement, stored, options)
        kept, missed = _kept(codec, done.measurement, options.keep)
        changes = tuple(_changes(evidence, codec, done))
        elements = apply(opened.opened.elements, changes)
        with publish(target, force=options.force) as draft:
            extended = bool(extended_offsets(opened.image))
            write_object(draft.file, elements, codec.transfer_syntax, spool, extended=extended)
            draft.file.flush()
            history = check_draft(draft.path, target, evidence, spool)
    uid = str(opened.image.SOPInstanceUID)
    return Outcome(
        source=source,
        target=target,
        source_uid=uid,
        uid=uid,
        codec=repr(codec),
        transfer_syntax=codec.transfer_syntax,
        declared=done.resolved,
        measurement=done.measurement,
        history=history,
        changes=changes,
        digest=spool.digest,
        seconds=time.perf_counter() - started,
        source_bytes=stored,
        warnings=not_kept(missed),
        kept=kept,
        missed=missed,
    )


def _kept(codec: LosslessCodec | StreamCodec, measured: Measurement, keep: Target | None) -> tuple[str, str]:
    """Return a target in words if it is kept, as all but a size is where nothing is lost; and if it is not.

    Raises TargetUnreachable.
    """
    if keep is None:
        return "", ""
    too_large = "".join(misses(keep, {}, measured))
    if too_large and not keep.best_effort:
        raise TargetUnreachable(f"{codec!r} loses nothing and misses it: {too_large}")
    return ("", f"{keep}: {too_large}") if too_large else (f"{keep}: nothing was lost", "")


def recoded(
    source: Source, evidence: Evidence, codec: LosslessCodec, options: Options, target: Path
) -> Measurement:
    """Return what `recode` would measure. Raises as it does."""
    _check_options(codec, options)
    with Spool(target) as spool:
        job = _Job(source, evidence, frame_reader(source), options, spool, None)
        measured = _coded(job, codec).measurement
    _kept(codec, measured, options.keep)
    return measured


def stored_bytes(evidence: Evidence, native_bytes: int) -> int:
    """Return the bytes of a source's pixel data: its code streams, or the native frames that it has."""
    return sum(evidence.encapsulation.stream_bytes) if evidence.encapsulation else native_bytes


def _check_options(codec: LosslessCodec | StreamCodec, options: Options) -> None:
    """Raise CodecSettingError for what goes with a new instance only."""
    for asked, name in (
        (options.new_series, "--new-series"),
        (options.uid == "random", "--uid random"),
        (options.uid_map is not None, "--uid-map"),
        (options.expand_palette, "--expand-palette"),
    ):
        if asked:
            raise CodecSettingError(
                f"{codec.name} loses nothing and keeps the instance: {name} has no meaning"
            )


def _coded(job: _Job, codec: LosslessCodec) -> _Sum:
    """Code every frame into the spool."""
    reader = job.reader
    overlays = embedded_overlays(job.evidence, reader)
    _, first = next(numbered_values(job.source, reader))
    _, form = reader.decoded(first())
    if form == "YBR_FULL" and is_ultrasound(job.evidence):
        raise UnsupportedPixels(
            "ultrasound in YBR_FULL would have to become RGB (PS3.3 C.8.5.6.1.2), which rounds: no lossless"
            " step; a lossy codec does it and says so"
        )
    native = one_form(reader.declared, [form])
    resolved = codec.resolve(native)
    planes: list[tuple[bytes, ...]] = []
    with open_encoders(codec, native, job.workers) as encode:
        work = Coding(
            reader,
            codec,
            encode,
            native,
            independent=job.options.verify == "independent",
            overlay_bits=tuple(bit for _, bit in overlays),
        )
        measured = _run(job, work, planes)
    size = native.rows * native.columns
    joined = (join_bits(list(frames), size) for frames in zip(*planes, strict=True)) if overlays else ()
    return _Sum(measured, resolved, tuple(zip((group for group, _ in overlays), joined, strict=True)))


def _wrapped(job: _Job, codec: StreamCodec) -> _Sum:
    """Recode every code stream into the spool."""
    check_source(codec, job.source.transfer_syntax)
    resolved = codec.resolve(job.reader.declared)
    return _Sum(_run(job, Wrapping(job.reader, codec), []), resolved)


def _run(job: _Job, work: Coding | Wrapping, planes: list[tuple[bytes, ...]]) -> Measurement:
    """Put every frame's stream into the spool and return the sum of what they measure."""
    total: Measurement | None = None
    for done in in_order(work, numbered_values(job.source, job.reader), job.workers):
        job.spool.add(done.stream)
        one = Measurement.of(done.measurement)
        total = one if total is None else total + one
        planes.append(done.overlays)
        if job.on_frame is not None:
            job.on_frame(done.measurement, job.reader.declared.frames)
    if total is None:
        raise UnreadableSource("the object holds no frame")
    return total


def _check_smaller(
    codec: LosslessCodec | StreamCodec, coded: Measurement, stored: int, options: Options
) -> None:
    """Raise NotSmaller where nothing is saved: of native pixels, or of the code streams that are replaced."""
    streams = isinstance(codec, StreamCodec)
    if options.allow_larger or (isinstance(codec, StreamCodec) and not codec.shrinks):
        return
    before, what = (stored, "code streams") if streams else (coded.native_bytes, "native pixels")
    if coded.stream_bytes >= before:
        raise NotSmaller(
            f"{codec!r} makes {coded.stream_bytes} bytes of {before} bytes of {what};"
            " --allow-larger publishes them anyway"
        )


def _changes(evidence: Evidence, codec: LosslessCodec | StreamCodec, done: _Sum) -> Iterator[Change]:
    yield from form_changes(evidence.image, done.resolved, codec.transfer_syntax)
    for group, data in done.overlays:
        yield from overlay_changes(evidence.image, group, data, done.resolved.frames)
    yield from kept_identity(evidence)


def kept_identity(evidence: Evidence) -> Iterator[Change]:
    """Yield what a lossless step changes beside the pixels: signatures go, the flag becomes true."""
    yield from signature_changes(evidence.image)
    if was_lossy(evidence) and evidence.image.get("LossyImageCompression") != "01":
        yield Change("LossyImageCompression", "01", "PS3.3 C.7.6.1.1.5: the code streams were lossy")
