"""One object, source to derived: nothing stands at the target unless every promise was kept."""

from __future__ import annotations

import time
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from lossytools import __version__
from lossytools.changes import Step, apply, derive, lossy_uid, named_uid, random_uid
from lossytools.codecs import parse_codec
from lossytools.codecs.jpeg import Jpeg
from lossytools.codecs.lossless import LosslessCodec
from lossytools.codecs.recompression import StreamCodec
from lossytools.dicomio.gathering import gather
from lossytools.dicomio.publishing import check_target, publish
from lossytools.dicomio.source import extended_offsets, frame_reader, read_source
from lossytools.dicomio.uid_map import UidRow, add_row, read_uid_map
from lossytools.dicomio.writing import write_object
from lossytools.errors import DestinationError, TargetSettingError
from lossytools.pipeline.aiming import encode
from lossytools.pipeline.checking import check_draft
from lossytools.pipeline.choosing import allowed, choose, is_auto
from lossytools.pipeline.guideline import check_policy
from lossytools.pipeline.job import Job, check_smaller
from lossytools.pipeline.options import Options, Outcome, not_kept
from lossytools.pipeline.overview import gauge_for
from lossytools.pipeline.recoding import recode, stored_bytes
from lossytools.pipeline.refusal import check_identity, check_pixels, refuse
from lossytools.rules.facts import steps_before, was_lossy

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

    from lossytools.changes import Change
    from lossytools.codecs.protocol import Codec
    from lossytools.dicomio.source import Source
    from lossytools.dicomio.spool import Spool
    from lossytools.evidence import Evidence
    from lossytools.pipeline.job import Coded, OnFrame, Settings
    from lossytools.values import LossyStep


def transcode(
    source: Path | str,
    target: Path | str,
    codec: Codec | str = "jpeg",
    options: Options | None = None,
    on_frame: OnFrame | None = None,
) -> Outcome:
    """Compress the image in `source` and publish it, with a true record, as `target`.

    codec: a codec or its name, as "jpegls:near=2"; with one that loses nothing, as "jpegxl-recompress", the
    result is the same instance, coded otherwise. "auto", or "auto:jpeg,jpegls-lossless", is the one whose
    result is the smallest that keeps `options.keep`. on_frame: called for each frame in order with what
    it lost and the number of frames.

    Raises SourceError, CodecError, DestinationError, InconsistentResult; the target is then as it was.
    PS3.3 section C.7.6.1.1.5.
    """
    started = time.perf_counter()
    wanted, before, after = options or Options(), Path(source), Path(target)
    codecs = _codecs(codec, wanted)
    check_target(before, after, force=wanted.force)
    if isinstance(codecs[0], (LosslessCodec, StreamCodec)) and len(codecs) == 1:
        return recode(before, after, codecs[0], wanted, on_frame)
    if wanted.uid_map is not None:
        read_uid_map(wanted.uid_map)
    with read_source(before) as opened, ExitStack() as held:
        evidence = gather(opened)
        if not any(isinstance(each, LosslessCodec) for each in codecs):
            refuse(evidence, wanted)
        else:  # what loses nothing may stand where a loss is refused
            check_identity(evidence.image)
            check_pixels(evidence)
        job = _job(opened, evidence, codecs, wanted)
        made = _made(job, codecs, after, on_frame, held)
        if isinstance(made, LosslessCodec):
            return recode(before, after, made, wanted, on_frame)
        job, coded, spool = made
        check_smaller(job, coded.measurement)
        advice = check_policy(job, coded)
        step = _step(job, coded, spool.digest)
        changes = (*derive(evidence.image, step), *coded.changes)
        history = _publish(job, step, changes, spool, after)
    kept, missed, encodes = _promise(coded.settings)
    if wanted.uid_map is not None:
        _map_uids(wanted.uid_map, opened.image, step, after)
    return Outcome(
        source=before,
        target=after,
        source_uid=str(opened.image.SOPInstanceUID),
        uid=step.uid,
        codec=step.codec,
        transfer_syntax=step.transfer_syntax,
        declared=step.resolved,
        measurement=coded.measurement,
        history=history,
        changes=changes,
        digest=spool.digest,
        seconds=time.perf_counter() - started,
        source_bytes=stored_bytes(job.evidence, coded.measurement.native_bytes),
        warnings=(*coded.warnings, *advice, *not_kept(missed)),
        parts=coded.parts,
        scale=None if job.gauge is None else job.gauge.scale,
        kept=kept,
        missed=missed,
        encodes=encodes,
    )


def _promise(settings: Settings | None) -> tuple[str, str, float]:
    """Return the target in words where it is kept, and where it is not, and the encodes of a frame."""
    if settings is None:
        return "", "", 1.0
    if settings.missed:
        return "", f"{settings.asked}: {'; '.join(settings.missed)}", settings.encodes
    return settings.asked, "", settings.encodes


def _publish(
    job: Job, step: Step, changes: tuple[Change, ...], spool: Spool, target: Path
) -> tuple[LossyStep, ...]:
    """Write the result, look at it as it lies on the disk, and give it its name. Returns its history."""
    elements = apply(job.source.opened.elements, changes)
    extended = bool(extended_offsets(job.source.image))
    with publish(target, force=job.options.force) as draft:
        write_object(draft.file, elements, step.transfer_syntax, spool, extended=extended)
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


def _codecs(codec: Codec | str, options: Options) -> tuple[Codec, ...]:
    """Return the codec, or those to choose from. Raises CodecSettingError, TargetSettingError."""
    if not (isinstance(codec, str) and is_auto(codec)):
        return (parse_codec(codec) if isinstance(codec, str) else codec,)
    codecs = allowed(codec)
    if options.keep is None or not options.keep.conditions:
        raise TargetSettingError(
            "auto chooses the smallest result that keeps a target: give one, as psnr>=45"
        )
    return codecs


def _job(source: Source, evidence: Evidence, codecs: tuple[Codec, ...], options: Options) -> Job:
    """Return the work on an object, with what measures the parts that a target speaks of."""
    reader = frame_reader(source)
    lossy = [codec for codec in codecs if not isinstance(codec, (LosslessCodec, StreamCodec))]
    job = Job(source, evidence, reader, lossy[0] if lossy else Jpeg(), options)
    if options.keep is None:
        return job
    if len(codecs) == 1:
        job.codec.resolve(reader.native)  # before all frames are looked at
    return replace(job, gauge=gauge_for(source, reader, options.keep.focus, options.workers))


def _made(
    job: Job, codecs: tuple[Codec, ...], target: Path, on_frame: OnFrame | None, held: ExitStack
) -> tuple[Job, Coded, Spool] | LosslessCodec:
    """Return what the one codec makes, or the smallest result of several."""
    if len(codecs) > 1:
        return choose(job, codecs, target, on_frame, held)
    return (job, *encode(job, target, on_frame, held))


def _step(job: Job, coded: Coded, digest: str) -> Step:
    image, codec, options = job.source.image, job.codec, job.options
    series = named_uid("series", str(image.get("SeriesInstanceUID", "")), repr(codec))
    more = [series] if options.new_series else []
    settings = coded.settings
    if settings is not None:
        more += [settings.asked, digest]  # one target leads to more than one result
    return Step(
        codec=repr(codec) if settings is None else settings.codec,
        words=codec.describe() if settings is None else settings.words,
        transfer_syntax=coded.transfer_syntax,
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
        parts=coded.parts,
        asked="" if settings is None else settings.asked,
        missed=settings is not None and bool(settings.missed),
        scale=job.gauge.scale if job.gauge is not None and job.gauge.scale.name != "stored" else None,
    )
